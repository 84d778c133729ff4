"""Result of the cross-validation of a family of models."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.held_out import HeldOutOutputs
from eightcount_classifier.evaluation.metrics import Metrics
from eightcount_classifier.evaluation.probes import Probe
from eightcount_classifier.evaluation.splits import Split


@dataclass(frozen=True, slots=True)
class Study:
    """Result of the cross-validation of a family on some recordings.

    Attributes:
        labels: the classes.
        split: split of the recordings into folds.
        held_out: outputs for the held-out recordings.
        metrics: metrics of this split.
        naive: metrics of a random split of windows, which leaks; None if it was not run.
        probes: accuracy of linear models that do not see the dance.
        window_temperature: see `StyleModel`.
        recording_temperature: see `StyleModel`.
        novelty_threshold: distance that 99 % of the held-out windows stay below.
        epochs: best number of epochs.
    """

    labels: Labels
    split: Split
    held_out: HeldOutOutputs
    metrics: Metrics
    naive: Metrics | None
    probes: tuple[Probe, ...]
    window_temperature: float
    recording_temperature: float
    novelty_threshold: float
    epochs: int
