"""Novelty detection: the distance of a movement to the training data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray

_DIRECTIONS = 32
_SHRINKAGE = 0.1
_MIN_SPREAD = 1e-6
QUANTILE = 0.99
"""Fraction of held-out windows of known styles that lie within the threshold."""


@dataclass(frozen=True, slots=True)
class Novelty:
    """Mahalanobis distance to the nearest class in the network's features (Lee et al., 2018).

    Attributes:
        means: [C, D] whitened means of the classes.
        whitening: [E, D] maps features to directions in which the classes have equal variance.
        threshold: distance beyond which a movement is unknown.
    """

    means: FloatArray
    whitening: FloatArray
    threshold: float

    def scores(self, features: FloatArray) -> FloatArray:
        """Return the distances [W] of the features [W, E] of windows, as multiples of the threshold."""
        points = features @ self.whitening
        distances = np.linalg.norm(points[:, None] - self.means, axis=-1).min(axis=1)
        return np.asarray(distances / self.threshold, np.float32)


def fit_novelty(features: FloatArray, classes: NDArray[np.intp], *, threshold: float = 1.0) -> Novelty:
    """Fit the means of the classes and a shared covariance.

    Args:
        features: [W, E].
        classes: [W] class of each window; windows below 0 form a class of their own.
        threshold: see `Novelty`.
    """
    known = sorted(set(classes.tolist()))
    means = np.stack([features[classes == value].mean(axis=0) for value in known])
    spread = features - means[np.searchsorted(known, classes)]
    rising, vectors = np.linalg.eigh(np.asarray(spread.T @ spread, np.float64) / len(spread))
    variances, directions = rising[::-1], vectors.T[::-1]
    kept = min(_DIRECTIONS, max(int((variances > _MIN_SPREAD**2).sum()), 1))
    variance = np.maximum(variances[:kept], _MIN_SPREAD**2)
    scale = 1 / np.sqrt((1 - _SHRINKAGE) * variance + _SHRINKAGE * variance.mean())
    whitening = (directions[:kept].T * scale).astype(np.float32)
    return Novelty((means @ whitening).astype(np.float32), whitening, threshold)
