"""Probabilities that mean what they say."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax

_RANGE = (-3.0, 3.0)


def fit_temperature(logits: NDArray[np.floating], targets: NDArray[np.intp], weights: NDArray[np.floating]) -> float:
    """The temperature that makes held-out answers most likely (Guo et al., 2017).

    Args:
        logits: [N, C].
        targets: [N] classes; those below 0 are left out.
        weights: [N] of each answer.
    """
    known = targets >= 0
    logits, targets, weights = logits[known], targets[known], weights[known]
    if not len(targets):
        return 1.0

    def unlikeliness(log_temperature: float) -> float:
        chosen = log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(len(targets)), targets]
        return float(-(weights * chosen).sum() / weights.sum())

    return float(np.exp(minimize_scalar(unlikeliness, bounds=_RANGE, method="bounded").x))


def probabilities(logits: NDArray[np.floating], temperature: float) -> NDArray[np.float64]:
    """[N, C] calibrated."""
    return np.asarray(softmax(np.asarray(logits, np.float64) / temperature, axis=1))


def expected_calibration_error(
    probabilities: NDArray[np.floating], targets: NDArray[np.intp], *, bins: int = 10
) -> float:
    """Mean distance between how sure the answers were and how many were right (Naeini et al., 2015).

    Args:
        probabilities: [N, C].
        targets: [N] classes.
        bins: of equal width in the probability of the answer.
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == targets
    bin_of = np.minimum((sure * bins).astype(int), bins - 1)
    distances = [
        abs(sure[bin_of == b].mean() - right[bin_of == b].mean()) * (bin_of == b).mean()
        for b in range(bins)
        if np.any(bin_of == b)
    ]
    return float(sum(distances))
