"""Weighted means over frames that arrive in blocks."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.angles.joint_angles import Array


class RunningMean:
    """Weighted mean of values [T, J]; unknown values (NaN) do not count."""

    def __init__(self) -> None:
        self._summed: Array = np.zeros(1)
        self._total: Array = np.zeros(1)

    def add(self, values: Array, weights: Array) -> None:
        """Add further frames [T, J]."""
        known = np.where(np.isfinite(values), weights, 0.0)
        self._total = self._total + known.sum(axis=0, dtype=np.float64)
        self._summed = self._summed + (np.nan_to_num(values) * known).sum(axis=0, dtype=np.float64)

    @property
    def column_means(self) -> Array:
        """[J] means of the columns; NaN where nothing is known."""
        return np.divide(self._summed, self._total, out=np.full_like(self._summed, np.nan), where=self._total > 0)

    @property
    def overall_mean(self) -> float:
        """Mean of all values; NaN where nothing is known."""
        total = float(self._total.sum())
        return float(self._summed.sum()) / total if total > 0 else float("nan")


def weighted_mean(values: Array, weights: Array) -> float:
    """Return the mean of the known values; NaN where there is none."""
    mean = RunningMean()
    mean.add(values, weights)
    return mean.overall_mean
