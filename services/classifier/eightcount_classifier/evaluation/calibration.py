"""Calibration of probabilities by temperature scaling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

_RANGE = (-3.0, 3.0)


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.intp], weights: NDArray[np.floating]) -> float:
    """Return the temperature with the highest likelihood on held-out data (Guo et al., 2017).

    Args:
        logits: [N, C].
        targets: [N] classes; entries below 0 are ignored.
        weights: [N] weight of each entry.
    """
    known = targets >= 0
    logits, targets, weights = logits[known], targets[known], weights[known]
    if not len(targets):
        return 1.0

    def negative_log_likelihood(log_temperature: float) -> float:
        chosen = log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(targets)), targets]
        return float(-(weights * chosen).sum() / weights.sum())

    return float(np.exp(minimize_scalar(negative_log_likelihood, bounds=_RANGE, method="bounded").x))


def calibrate(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """Return calibrated probabilities [N, C]."""
    return np.asarray(softmax(np.asarray(logits, np.float64) / temperature, axis=1))


def expected_calibration_error(
    probabilities: NDArray[np.floating], targets: NDArray[np.intp], *, bins: int = 10
) -> float:
    """Return the mean difference between confidence and accuracy (Naeini et al., 2015).

    Args:
        probabilities: [N, C].
        targets: [N] classes.
        bins: number of bins of equal width in confidence.
    """
    confidence = probabilities.max(axis=1)
    correct = probabilities.argmax(axis=1) == targets
    bin_of = np.minimum((confidence * bins).astype(int), bins - 1)
    distances = [
        abs(confidence[bin_of == b].mean() - correct[bin_of == b].mean()) * (bin_of == b).mean()
        for b in range(bins)
        if np.any(bin_of == b)
    ]
    return float(sum(distances))
