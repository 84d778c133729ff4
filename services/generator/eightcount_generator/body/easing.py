"""Corrections that come and go smoothly in time, over a bounded number of frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, maximum_filter1d

Array = NDArray[np.floating[Any]]

EASE_FRAMES = 3
"""Frames over which a correction is raised before and after its cause; it ends after twice as many."""


def envelope(excess: Array, *, reach: int = EASE_FRAMES) -> Array:
    """[T, ...] a smooth curve that nowhere lies below `excess` [T, ...] (0 or more) and ends 2 `reach` frames off it.

    The excess is widened by `reach` frames, then averaged over as many: no average can fall below the value in its
    middle. What is corrected by an envelope has no excess left, so a second correction changes nothing.
    """
    if not excess.any():
        return np.zeros_like(excess)
    risen = maximum_filter1d(excess, 2 * reach + 1, axis=0, mode="nearest")
    return moving_average(risen, reach=reach)


def moving_average(values: Array, *, reach: int = EASE_FRAMES) -> Array:
    """[T, ...] the mean of `values` over `reach` frames on both sides, weighted by a Hann window; ends are repeated."""
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(correlate1d(values, window / window.sum(), axis=0, mode="nearest"))


def smooth_step(fraction: Array) -> Array:
    """0 to 1 with level ends; `fraction` is cut to 0..1."""
    within = np.clip(fraction, 0.0, 1.0)
    return within * within * (3 - 2 * within)


def fade_out(value: Array, slope: Array, fraction: Array) -> Array:
    """What begins at `value` with `slope` (per whole fade) and comes to rest at 0: cubic of Hermite.

    Args:
        value: [...] where it begins.
        slope: [...] how fast it changes there.
        fraction: [T] 0 at the beginning, 1 at rest.

    Returns:
        [T, ...].
    """
    within = np.clip(fraction, 0.0, 1.0).reshape(-1, *(1,) * np.ndim(value))
    return value * (2 * within**3 - 3 * within**2 + 1) + slope * (within**3 - 2 * within**2 + within)
