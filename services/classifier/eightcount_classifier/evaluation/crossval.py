"""Every recording judged by a network that has not seen it, nor anything that shares an id with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.dataset import Example, Labels, UnusableDataError
from eightcount_classifier.families.base import Family, Recipe
from eightcount_classifier.novelty import fit_novelty
from eightcount_classifier.splits import Fold, grouped_split
from eightcount_classifier.training.networks import Watch, train_members
from eightcount_classifier.training.objectives import Naming, has_windows, judge
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import TrainedNetwork

_INNER_FOLDS = 5
NamedWatch = Callable[[str], Watch]
"""Makes the watch of a stage, for example "fold 2 of 5"."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Judgements of N held-out recordings, W windows in all.

    Attributes:
        targets: [N] class of each recording; -1 for other dances.
        recording: [W] which recording a window is of.
        logits: [W, C].
        novelty: [W] distance to the nearest class, not yet divided by a threshold.
        best_epochs: epoch at which each fold's network was best; 0 where nothing could be held out to see it.
    """

    targets: NDArray[np.intp]
    recording: NDArray[np.intp]
    logits: FloatArray
    novelty: FloatArray
    best_epochs: tuple[int, ...]

    @property
    def window_targets(self) -> NDArray[np.intp]:
        """[W] class of each window's recording."""
        return np.asarray(self.targets[self.recording])

    def recording_logits(self) -> FloatArray:
        """[N, C] means over the windows; NaN for recordings that have none."""
        sums = np.zeros((len(self.targets), self.logits.shape[1]), np.float64)
        np.add.at(sums, self.recording, self.logits)
        counts = np.bincount(self.recording, minlength=len(self.targets))
        with np.errstate(invalid="ignore"):
            return np.asarray(sums / counts[:, None], np.float32)


def cross_validate(
    family: Family, examples: Sequence[Example[Any]], labels: Labels, folds: Sequence[Fold], *, seed: int,
    worker: TrainingWorker,
    folder: Path | None = None, watch: NamedWatch = lambda _: Watch(), members: int | None = None,
) -> HeldOut:  # fmt: skip
    """Trains a network for each fold and lets it judge the fold.

    Args:
        family: what is trained.
        examples: N recordings.
        labels: the classes.
        folds: positions tested on; what is in none of them is only trained on.
        seed: of weights and batches.
        worker: device and process.
        folder: for checkpoints, one folder in it for each fold.
        watch: of each stage.
        members: networks of each fold; as the recipe says when not given.

    Raises:
        UnusableDataError: nothing in the folds, or outside of one, is long enough.
    """
    recipe = replace(family.recipe, members=members or family.recipe.members)
    logits, novelty, recording, epochs = [], [], [], []
    for number, fold in enumerate(folds):
        if not any(has_windows(family, examples[position]) for position in fold):
            continue
        trained = train_fold(
            family, examples, labels, fold, seed=seed + number, worker=worker,
            folder=folder / f"fold-{number + 1}" if folder else None,
            watch=watch(f"fold {number + 1} of {len(folds)}"), recipe=recipe,
        )  # fmt: skip
        epochs.append(trained.progress.best_epoch)
        inside = [examples[position] for position in np.setdiff1d(np.arange(len(examples)), fold)]
        known = judge(family, trained.network, inside, worker.device)
        tested = judge(family, trained.network, [examples[position] for position in fold], worker.device)
        targets = labels.indices([example.style for example in inside])[known.recording]
        logits.append(tested.logits)
        novelty.append(fit_novelty(known.features, targets).scores(tested.features))
        recording.append(fold[tested.recording])
    if not logits:
        raise UnusableDataError("no recording is long enough to be judged", reason="TOO_SHORT")
    targets = labels.indices([example.style for example in examples])
    return HeldOut(targets, np.concatenate(recording), np.concatenate(logits), np.concatenate(novelty), tuple(epochs))


def train_fold(
    family: Family, examples: Sequence[Example[Any]], labels: Labels, fold: Fold, *, seed: int, worker: TrainingWorker,
    folder: Path | None = None, watch: Watch | None = None, recipe: Recipe | None = None,
) -> TrainedNetwork:  # fmt: skip
    """Trains on everything outside of the fold; when to stop is seen on a part of that."""
    outside = np.setdiff1d(np.arange(len(examples)), fold)
    training, held_out = _held_back([examples[position] for position in outside], seed)
    objective = Naming(family, labels, training, held_out, smoothing=family.recipe.label_smoothing)
    return train_members(
        family, objective, len(labels), seed=seed, worker=worker, recipe=recipe, folder=folder, watch=watch
    )


def _held_back(
    examples: list[Example[Any]], seed: int
) -> tuple[list[Example[Any]], list[Example[Any]]]:  # fmt: skip
    """A part of the training data to see overfitting on; none where no style can spare it."""
    random = np.random.default_rng((seed, 17))
    sources, styles = [example.source for example in examples], [example.style for example in examples]
    try:
        split = grouped_split(sources, styles, folds=_INNER_FOLDS, random=random)
    except InvalidInputError:
        return examples, []
    chosen = set(split.folds[0].tolist())
    if set(styles) - {styles[position] for position in range(len(styles)) if position not in chosen}:
        return examples, []
    return (
        [example for position, example in enumerate(examples) if position not in chosen],
        [examples[position] for position in sorted(chosen)],
    )
