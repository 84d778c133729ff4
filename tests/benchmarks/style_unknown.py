"""The recipe of the model `starter` on unseen recordings, and on movements that are not dances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import roc_auc_score

from eightcount_classifier.dataset import NOT_A_DANCE, Example, Labels, Source
from eightcount_classifier.evaluation.calibration import calibrate, expected_calibration_error, fit_temperature
from eightcount_classifier.evaluation.metrics import balanced_accuracy
from eightcount_classifier.evaluation.splits import Fold
from eightcount_classifier.families.base import Family
from eightcount_classifier.families.outputs import compute_window_outputs
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.novelty import QUANTILE, fit_novelty
from eightcount_classifier.training.generated_movements import generate_motions
from tests.benchmarks.style_trials import PROCESSOR, train_fold_networks


@dataclass(frozen=True, slots=True)
class Negatives:
    """Motions that are not dances."""

    name: str
    motions: list[BodyMotion]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Metrics of predictions whose temperature was fitted on other folds."""

    balanced_accuracy: float
    error: float


@dataclass(frozen=True, slots=True)
class FoldOutputs:
    """Outputs for the held-out windows of all folds, and for the windows of the negatives.

    Attributes:
        targets: [N] class of each recording; -1 for other dances.
        recording: [W] position of the recording of each window.
        fold: [W] fold in which the window was held out.
        logits: [W, C].
        likeness: [W] score of being a dance: probability of a dance, minus the novelty beyond the threshold.
        negatives: the same score for each kind of negatives.
    """

    targets: np.ndarray
    recording: np.ndarray
    fold: np.ndarray
    logits: np.ndarray
    likeness: np.ndarray
    negatives: dict[str, np.ndarray]

    def windows(self, half: np.ndarray) -> Calibrated:
        """Return the metrics of windows; each half of the folds is calibrated on the other."""
        return _measure_calibrated(self.logits, self.targets[self.recording], half)

    def recordings(self, half: np.ndarray) -> Calibrated:
        """Return the metrics of recordings, by their mean logits."""
        present = np.unique(self.recording)
        means = np.stack([self.logits[self.recording == position].mean(axis=0) for position in present])
        side = np.array([half[self.recording == position][0] for position in present])
        return _measure_calibrated(means, self.targets[present], side)

    def areas(self) -> dict[str, float]:
        """Return the area under the curve of held-out dances against each kind of negatives, and against karate."""
        classes, karate = self.targets[self.recording], self.logits.shape[1] - 1
        dances = self.likeness[classes != karate]
        others = {"karate and martial arts": self.likeness[classes == karate], **self.negatives}
        return {name: auc(dances, scores) for name, scores in others.items()}


def evaluate_folds(
    family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], negatives: Sequence[Negatives]
) -> FoldOutputs:
    """Train networks for each fold, and run them on the fold and on the negatives."""
    labels = Labels.from_styles([example.style for example in examples])
    targets = labels.indices([example.style for example in examples])
    recording, fold_of, logits, likeness = [], [], [], []
    seen: dict[str, list[np.ndarray]] = {kind.name: [] for kind in negatives}
    for number, (network, fold) in enumerate(train_fold_networks(family, examples, folds)):
        inside = [examples[position] for position in np.setdiff1d(np.arange(len(examples)), fold)]
        known = compute_window_outputs(family, network, inside, PROCESSOR.device)
        classes = labels.indices([example.style for example in inside])[known.recording]
        novelty = fit_novelty(known.features, classes)
        found = compute_window_outputs(family, network, [examples[position] for position in fold], PROCESSOR.device)
        threshold = float(np.quantile(novelty.scores(found.features), QUANTILE))
        recording.append(fold[found.recording])
        fold_of.append(np.full(len(found.recording), number))
        logits.append(found.logits)
        likeness.append(_likeness(found.logits, novelty.scores(found.features) / threshold))
        for kind in negatives:
            shown = [Example(NOT_A_DANCE, Source(kind.name), motion) for motion in kind.motions]
            judged = compute_window_outputs(family, network, shown, PROCESSOR.device)
            seen[kind.name].append(_likeness(judged.logits, novelty.scores(judged.features) / threshold))
    return FoldOutputs(
        targets, np.concatenate(recording), np.concatenate(fold_of), np.concatenate(logits), np.concatenate(likeness),
        {name: np.concatenate(scores) for name, scores in seen.items()},
    )  # fmt: skip


def noise(random: np.random.Generator, *, count: int = 10, seconds: float = 20.0) -> list[BodyMotion]:
    """Return bodies whose joints jump at random, as from a broken pose model or a broken file."""
    motions = []
    for number in range(count):
        body = generate_motions(1, random, seconds=seconds)[0]
        steps = random.normal(size=body.joints.shape)
        if number % 2:
            steps = np.cumsum(steps, axis=0) / np.sqrt(30)
        joints = (body.joints + random.uniform(0.05, 0.4) * steps).astype(np.float32)
        motions.append(BodyMotion(0.0, joints, body.seen, body.beat_phase))
    return motions


def auc(dances: np.ndarray, others: np.ndarray) -> float:
    """Return the probability that a dance scores above something else."""
    truth = np.concatenate([np.ones(len(dances)), np.zeros(len(others))])
    return float(roc_auc_score(truth, np.concatenate([dances, others])))


def _likeness(logits: np.ndarray, novelty: np.ndarray) -> np.ndarray:
    return 1 - calibrate(logits, 1.0)[:, -1] - np.maximum(novelty - 1, 0)


def _measure_calibrated(logits: np.ndarray, targets: np.ndarray, half: np.ndarray) -> Calibrated:
    chances = np.zeros(logits.shape)
    for part in (half, ~half):
        fitted = (targets >= 0) & ~part
        temperature = fit_temperature(logits[fitted], targets[fitted], np.ones(fitted.sum()))
        chances[part] = calibrate(logits[part], temperature)
    known = targets >= 0
    error = expected_calibration_error(chances[known], targets[known])
    return Calibrated(balanced_accuracy(logits[known], targets[known]), error)
