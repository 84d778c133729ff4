"""Metrics of held-out outputs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import beta

from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.calibration import calibrate, expected_calibration_error
from eightcount_classifier.evaluation.held_out import HeldOutOutputs

_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Proportion:
    """`right` out of `total`, with its 95 % confidence interval (Clopper and Pearson, 1934)."""

    right: int
    total: int

    @property
    def value(self) -> float:
        """The proportion; NaN if the total is 0."""
        return self.right / self.total if self.total else float("nan")

    @property
    def low(self) -> float:
        """Lower bound of the confidence interval."""
        if not self.right:
            return 0.0
        return float(beta.ppf((1 - _CONFIDENCE) / 2, self.right, self.total - self.right + 1))

    @property
    def high(self) -> float:
        """Upper bound of the confidence interval."""
        if self.right == self.total:
            return 1.0
        return float(beta.ppf((1 + _CONFIDENCE) / 2, self.right + 1, self.total - self.right))


@dataclass(frozen=True, slots=True)
class Metrics:
    """Metrics of held-out recordings; other dances, which have no class, are left out.

    Attributes:
        names: names of the C classes that occur.
        recalls: [C] recall of the recordings of each class.
        confusion: [C, C] recordings of a class (row) by predicted class (column).
        balanced_accuracy: mean recall of recordings, 0 to 1.
        window_balanced_accuracy: mean recall of windows, 0 to 1.
        calibration_error: expected calibration error of recordings.
        window_calibration_error: expected calibration error of windows.
    """

    names: tuple[str, ...]
    recalls: tuple[Proportion, ...]
    confusion: NDArray[np.intp]
    balanced_accuracy: float
    window_balanced_accuracy: float
    calibration_error: float
    window_calibration_error: float


def compute_metrics(
    held_out: HeldOutOutputs, labels: Labels, *, window_temperature: float, recording_temperature: float
) -> Metrics:
    """Compute metrics of recordings, by their mean logits, and of windows."""
    logits = held_out.recording_logits()
    known = (held_out.targets >= 0) & np.isfinite(logits).all(axis=1)
    targets, predictions = held_out.targets[known], logits[known].argmax(axis=1)
    occurring = np.unique(targets)
    confusion = np.array([[np.sum((targets == a) & (predictions == b)) for b in occurring] for a in occurring], np.intp)
    recalls = tuple(
        Proportion(int(np.sum(predictions[targets == c] == c)), int(np.sum(targets == c))) for c in occurring
    )
    windows = held_out.window_targets >= 0
    return Metrics(
        tuple(labels.names[c] for c in occurring),
        recalls,
        confusion,
        float(np.mean([recall.value for recall in recalls])),
        balanced_accuracy(held_out.logits[windows], held_out.window_targets[windows]),
        expected_calibration_error(calibrate(logits[known], recording_temperature), targets),
        expected_calibration_error(
            calibrate(held_out.logits[windows], window_temperature), held_out.window_targets[windows]
        ),
    )


def balanced_accuracy(logits: NDArray[np.floating], targets: NDArray[np.intp]) -> float:
    """Return the mean recall over the classes that occur."""
    right = logits.argmax(axis=1) == targets
    return float(np.mean([right[targets == value].mean() for value in np.unique(targets)]))
