"""From what was measured about a candidate to a calibrated probability that it is the right one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

LONGEST_FITTED_SECONDS = 20.0
"""No pair behind the coefficients overlaps for longer; beyond, the overlap says nothing more."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a candidate.

    Attributes:
        agreement: of the windows along its line, in standard deviations (see `track.Track`).
        height: coherence along its line, in standard deviations.
        rival: coherence of the best candidate elsewhere as a share of its own.
        overlap_seconds: time in which both recordings have sound.
    """

    agreement: float
    height: float
    rival: float
    overlap_seconds: float


def confidence(evidence: Evidence) -> float:
    """Probability in [0, 1] that the candidate's offset is right: a logistic over the features of `features_of`."""
    model = _coefficients()
    logit = model[0] + float(np.dot(model[1:], features_of(evidence)))
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))


def features_of(evidence: Evidence) -> tuple[float, ...]:
    """Logs of agreement, height and overlap, and the rival's share cubed, for only a near one matters."""
    agreement, height = max(evidence.agreement, 0.5), max(evidence.height, 0.5)
    seconds = float(np.clip(evidence.overlap_seconds, 0.5, LONGEST_FITTED_SECONDS))
    near = float(np.clip(evidence.rival, 0.0, 1.0)) ** 3
    return float(np.log(agreement)), float(np.log(height)), near, float(np.log(seconds))


@cache
def _coefficients() -> tuple[float, ...]:
    """Bias and weights, fitted by `tests/benchmarks/fit_confidence.py`."""
    text = files("eightcount_sync").joinpath("confidence.json").read_text()
    return tuple(json.loads(text)["coefficients"])
