"""Calibrated probability that a hypothesis is right, from the evidence measured for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from eightcount_sync.audio.loud_coherence import PRESENT

MAX_FITTED_SECONDS = 20.0
"""Longest overlap among the pairs that the coefficients were fitted to; longer overlaps are clipped to it."""

MAX_LACKING_CONFIDENCE = 0.9
"""Limit where the take may lack what the reference plays: its noise, or another passage, may be the cause."""
REPEATING, PRESENT_WHERE_REPEATING = 0.5, 0.85
"""Where another place has this share of a line's height, the music repeats, and more of its sound is required."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The measured evidence for a hypothesis.

    Attributes:
        agreement: of the windows along its line, in standard deviations (see `line_refinement.Hypothesis`).
        height: coherence along its line, in standard deviations.
        rival: coherence of the best other hypothesis as a share of its own.
        overlap_seconds: time in which both recordings have sound.
    """

    agreement: float
    height: float
    rival: float
    overlap_seconds: float


def confidence(evidence: Evidence) -> float:
    """Return the probability in [0, 1] that the offset is right: a logistic regression over `log_features`."""
    model = _model()["coefficients"]
    logit = model[0] + float(np.dot(model[1:], log_features(evidence)))
    return float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))


def log_features(evidence: Evidence) -> tuple[float, ...]:
    """Return the logarithms of agreement, height and overlap, and the cubed share of the rival.

    The cube keeps only a rival that is nearly as good.
    """
    agreement, height = max(evidence.agreement, 0.5), max(evidence.height, 0.5)
    seconds = float(np.clip(evidence.overlap_seconds, 0.5, MAX_FITTED_SECONDS))
    near = float(np.clip(evidence.rival, 0.0, 1.0)) ** 3
    return float(np.log(agreement)), float(np.log(height)), near, float(np.log(seconds))


@dataclass(frozen=True, slots=True)
class PieceEvidence:
    """The measured evidence for a piece of a take.

    Attributes:
        agreement: of its windows along its line, in standard deviations.
        coherence: mean whitened correlation of its windows along the line.
        rival: height of the best other place for the same windows as a share of its own.
        loud: mean coherence where the reference is loud, see `loud_coherence.LoudCoherence`.
    """

    agreement: float
    coherence: float
    rival: float
    loud: float


def piece_confidence(evidence: PieceEvidence) -> float:
    """Return the probability in [0, 1] that a piece lies where its line says.

    It is limited to `MAX_LACKING_CONFIDENCE` for a piece that may lack what the reference plays: another passage of the
    same song may share as much of its sound.
    """
    logit = float(np.dot(_model()["pieces"], (1.0, *piece_features(evidence))))
    certainty = float(1.0 / (1.0 + np.exp(-np.clip(logit, -30.0, 30.0))))
    least = PRESENT_WHERE_REPEATING if evidence.rival >= REPEATING else PRESENT
    return certainty if evidence.loud >= least else min(certainty, MAX_LACKING_CONFIDENCE)


def piece_features(evidence: PieceEvidence) -> tuple[float, ...]:
    """Return the logarithms of agreement and of both coherences, and the share of the rival."""
    least = ((evidence.agreement, 0.5), (evidence.coherence, 0.01), (evidence.loud, 0.02))
    agreement, coherence, loud = (float(np.log(max(value, limit))) for value, limit in least)
    return agreement, coherence, float(np.clip(evidence.rival, 0.0, 2.0)), loud


@cache
def _model() -> dict[str, tuple[float, ...]]:
    """Return bias and weights of both regressions, fitted by `tests/benchmarks/fit_confidence.py`."""
    return json.loads(files("eightcount_sync.audio").joinpath("confidence.json").read_text())  # type: ignore[no-any-return]
