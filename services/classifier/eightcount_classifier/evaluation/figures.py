"""Figures of held-out judgements."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.calibration import expected_calibration_error, probabilities
from eightcount_classifier.evaluation.crossval import HeldOut

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `total`, with the bounds of its 95 % confidence interval (Clopper and Pearson, 1934)."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The share; NaN of nothing."""
        return self.right / self.total if self.total else float("nan")

    @property
    def low(self) -> float:
        """Lower bound."""
        if not self.right:
            return 0.0
        return float(beta.ppf((1 - _CONFIDENCE) / 2, self.right, self.total - self.right + 1))

    @property
    def high(self) -> float:
        """Upper bound."""
        if self.right == self.total:
            return 1.0
        return float(beta.ppf((1 + _CONFIDENCE) / 2, self.right + 1, self.total - self.right))


@dataclass(frozen=True, slots=True)
class Figures:
    """How held-out recordings were judged; other dances, which have no class, are left out.

    Attributes:
        names: of the C classes that occur.
        recalls: [C] share of the recordings of each class that were recognised.
        confusion: [C, C] recordings of a class (row) by the answer (column).
        balanced_accuracy: mean recall of recordings, 0 to 1.
        window_balanced_accuracy: mean recall of windows.
        calibration_error: of recordings, with the temperature that is given.
        window_calibration_error: of windows.
    """

    names: tuple[str, ...]
    recalls: tuple[Share, ...]
    confusion: NDArray[np.intp]
    balanced_accuracy: float
    window_balanced_accuracy: float
    calibration_error: float
    window_calibration_error: float


def figures_of(
    held_out: HeldOut, labels: Labels, *, window_temperature: float, recording_temperature: float
) -> Figures:
    """Figures of recordings, each judged by its mean logits, and of windows."""
    logits = held_out.recording_logits()
    judged = (held_out.targets >= 0) & np.isfinite(logits).all(axis=1)
    targets, answers = held_out.targets[judged], logits[judged].argmax(axis=1)
    occurring = np.unique(targets)
    confusion = np.array([[np.sum((targets == a) & (answers == b)) for b in occurring] for a in occurring], np.intp)
    recalls = tuple(Share(int(np.sum(answers[targets == c] == c)), int(np.sum(targets == c))) for c in occurring)
    windows = held_out.window_targets >= 0
    return Figures(
        tuple(labels.names[c] for c in occurring),
        recalls,
        confusion,
        float(np.mean([share.value for share in recalls])),
        balanced_accuracy(held_out.logits[windows], held_out.window_targets[windows]),
        expected_calibration_error(probabilities(logits[judged], recording_temperature), targets),
        expected_calibration_error(
            probabilities(held_out.logits[windows], window_temperature), held_out.window_targets[windows]
        ),
    )


def balanced_accuracy(logits: NDArray[np.floating], targets: NDArray[np.intp]) -> float:
    """Mean over the classes that occur of the share that was recognised."""
    right = logits.argmax(axis=1) == targets
    return float(np.mean([right[targets == value].mean() for value in np.unique(targets)]))
