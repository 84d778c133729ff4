"""Trials of style models: one method on one split, with metrics of windows and of recordings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from eightcount_classifier.dataset import Example, Labels
from eightcount_classifier.evaluation.splits import Fold
from eightcount_classifier.families.base import Family
from eightcount_classifier.families.outputs import compute_window_outputs
from eightcount_classifier.features.body import BodyMotion
from eightcount_classifier.training.cross_validation import train_fold
from eightcount_common.training.distributed import TrainingWorker
from tests.benchmarks.style_peers import PEERS

PROCESSOR = TrainingWorker(torch.device("cpu"))


@dataclass(frozen=True, slots=True)
class Trial:
    """Balanced accuracy of windows and of recordings, and the number of correct recordings out of the total."""

    windows: float
    recordings: float
    right: int
    total: int

    def __str__(self) -> str:
        return f"{self.windows:.1%} / {self.right} of {self.total}"


def run_our_trial(
    family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], *, seed: int
) -> Trial:
    """Evaluate one of our families; recordings are classified by their mean logits."""
    labels = Labels.from_styles([example.style for example in examples])
    answers, recording, whole = [], [], {}
    for network, fold in train_fold_networks(family, examples, folds, seed=seed):
        outputs = compute_window_outputs(family, network, [examples[position] for position in fold], PROCESSOR.device)
        answers.append(outputs.logits.argmax(axis=1))
        recording.append(fold[outputs.recording])
        for position in np.unique(outputs.recording):
            whole[int(fold[position])] = int(outputs.logits[outputs.recording == position].mean(axis=0).argmax())
    targets = labels.indices([example.style for example in examples])
    return compute_trial(targets, np.concatenate(recording), np.concatenate(answers), whole)


def train_fold_networks(
    family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], *, seed: int = 0
) -> Iterator[tuple[nn.Module, Fold]]:
    """Train a network for each fold that has not seen it."""
    labels = Labels.from_styles([example.style for example in examples])
    for number, fold in enumerate(folds):
        yield train_fold(family, examples, labels, fold, seed=seed + number, worker=PROCESSOR).network, fold


def run_peer_trial(name: str, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold]) -> Trial:
    """Evaluate a baseline; recordings are classified by the majority of their windows."""
    labels = Labels.from_styles([example.style for example in examples])
    targets = labels.indices([example.style for example in examples])
    answers, recording, whole = [], [], {}
    for fold in folds:
        inside = np.setdiff1d(np.arange(len(examples)), fold)
        inside = inside[targets[inside] >= 0]
        found = PEERS[name]([examples[p] for p in inside], targets[inside], [examples[p] for p in fold])
        answers.append(found.classes)
        recording.append(fold[found.recording])
        for position in np.unique(found.recording):
            whole[int(fold[position])] = int(np.bincount(found.classes[found.recording == position]).argmax())
    return compute_trial(targets, np.concatenate(recording), np.concatenate(answers), whole)


def compute_trial(targets: np.ndarray, recording: np.ndarray, answers: np.ndarray, whole: dict[int, int]) -> Trial:
    """Return the metrics of predictions for windows and for whole recordings."""
    of_window = targets[recording]
    judged = of_window >= 0
    windows = np.mean([np.mean(answers[of_window == value] == value) for value in np.unique(of_window[judged])])
    known = {position: answer for position, answer in whole.items() if targets[position] >= 0}
    right = {position: answer == targets[position] for position, answer in known.items()}
    styles = np.unique([targets[position] for position in known])
    recordings = np.mean(
        [np.mean([right[position] for position in known if targets[position] == value]) for value in styles]
    )
    return Trial(float(windows), float(recordings), int(sum(right.values())), len(right))
