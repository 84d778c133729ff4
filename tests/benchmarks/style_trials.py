"""Trials of style models: one method, one split, figures of windows and of recordings."""

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
    """Balanced accuracy of windows and of recordings, and the numbers of right and of all recordings."""

    windows: float
    recordings: float
    right: int
    total: int

    def __str__(self) -> str:
        return f"{self.windows:.1%} / {self.right} of {self.total}"


def our_trial(family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], *, seed: int) -> Trial:
    """Run one of our families: recordings are classified by their mean logits."""
    labels = Labels.from_styles([example.style for example in examples])
    answers, recording, whole = [], [], {}
    for network, fold in fold_networks(family, examples, folds, seed=seed):
        judged = compute_window_outputs(family, network, [examples[position] for position in fold], PROCESSOR.device)
        answers.append(judged.logits.argmax(axis=1))
        recording.append(fold[judged.recording])
        for position in np.unique(judged.recording):
            whole[int(fold[position])] = int(judged.logits[judged.recording == position].mean(axis=0).argmax())
    targets = labels.indices([example.style for example in examples])
    return trial_of(targets, np.concatenate(recording), np.concatenate(answers), whole)


def fold_networks(
    family: Family, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold], *, seed: int = 0
) -> Iterator[tuple[nn.Module, Fold]]:
    """Train for each fold a network that has not seen it."""
    labels = Labels.from_styles([example.style for example in examples])
    for number, fold in enumerate(folds):
        yield train_fold(family, examples, labels, fold, seed=seed + number, worker=PROCESSOR).network, fold


def peer_trial(name: str, examples: Sequence[Example[BodyMotion]], folds: Sequence[Fold]) -> Trial:
    """Run a simple method: recordings are classified by the majority of their windows."""
    labels = Labels.from_styles([example.style for example in examples])
    targets = labels.indices([example.style for example in examples])
    answers, recording, whole = [], [], {}
    for fold in folds:
        inside = np.setdiff1d(np.arange(len(examples)), fold)
        inside = inside[targets[inside] >= 0]
        found = PEERS[name]([examples[p] for p in inside], targets[inside], [examples[p] for p in fold])
        answers.append(found.answers)
        recording.append(fold[found.recording])
        for position in np.unique(found.recording):
            whole[int(fold[position])] = int(np.bincount(found.answers[found.recording == position]).argmax())
    return trial_of(targets, np.concatenate(recording), np.concatenate(answers), whole)


def trial_of(targets: np.ndarray, recording: np.ndarray, answers: np.ndarray, whole: dict[int, int]) -> Trial:
    """Return metrics of the answers for windows, and of those for whole recordings."""
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
