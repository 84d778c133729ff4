"""Cross-validation: every recording is classified by a network that has seen nothing that shares an id with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from eightcount_classifier.dataset import Example, Labels, UnusableDataError
from eightcount_classifier.evaluation.held_out import HeldOutOutputs
from eightcount_classifier.evaluation.splits import Fold, make_grouped_split
from eightcount_classifier.families.base import Family, Recipe
from eightcount_classifier.families.outputs import compute_window_outputs, has_windows
from eightcount_classifier.novelty import fit_novelty
from eightcount_classifier.training.networks import Callbacks, train_members
from eightcount_classifier.training.objectives import ClassificationObjective
from eightcount_common.errors import InvalidInputError
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import TrainedNetwork

_INNER_FOLDS = 5
CallbackFactory = Callable[[str], Callbacks]
"""Makes the callbacks of a stage, for example "fold 2 of 5"."""


def cross_validate(
    family: Family, examples: Sequence[Example[Any]], labels: Labels, folds: Sequence[Fold], *, seed: int,
    worker: TrainingWorker,
    folder: Path | None = None, callbacks: CallbackFactory = lambda _: Callbacks(), members: int | None = None,
) -> HeldOutOutputs:  # fmt: skip
    """Train a network for each fold and run it on the fold.

    Args:
        family: family of the networks.
        examples: N recordings.
        labels: the classes.
        folds: positions of the test recordings; recordings in none of the folds are only trained on.
        seed: seed of weights and batches.
        worker: this process and its device.
        folder: folder of the checkpoints, one subfolder for each fold.
        callbacks: callbacks of each stage.
        members: networks of each fold; the number of the recipe if not given.

    Raises:
        UnusableDataError: TOO_SHORT; no recording inside, or outside of, a fold is long enough.
    """
    recipe = replace(family.recipe, members=members or family.recipe.members)
    logits, novelty, recording, epochs = [], [], [], []
    for number, fold in enumerate(folds):
        if not any(has_windows(family, examples[position]) for position in fold):
            continue
        trained = train_fold(
            family, examples, labels, fold, seed=seed + number, worker=worker,
            folder=folder / f"fold-{number + 1}" if folder else None,
            callbacks=callbacks(f"fold {number + 1} of {len(folds)}"), recipe=recipe,
        )  # fmt: skip
        epochs.append(trained.progress.best_epoch)
        inside = [examples[position] for position in np.setdiff1d(np.arange(len(examples)), fold)]
        known = compute_window_outputs(family, trained.network, inside, worker.device)
        tested = compute_window_outputs(
            family, trained.network, [examples[position] for position in fold], worker.device
        )
        targets = labels.indices([example.style for example in inside])[known.recording]
        logits.append(tested.logits)
        novelty.append(fit_novelty(known.features, targets).scores(tested.features))
        recording.append(fold[tested.recording])
    if not logits:
        raise UnusableDataError(
            "no recording is long enough to be classified: four seconds are required", reason="TOO_SHORT"
        )
    targets = labels.indices([example.style for example in examples])
    return HeldOutOutputs(
        targets, np.concatenate(recording), np.concatenate(logits), np.concatenate(novelty), tuple(epochs)
    )


def train_fold(
    family: Family, examples: Sequence[Example[Any]], labels: Labels, fold: Fold, *, seed: int, worker: TrainingWorker,
    folder: Path | None = None, callbacks: Callbacks | None = None, recipe: Recipe | None = None,
) -> TrainedNetwork:  # fmt: skip
    """Train on everything outside the fold; a part of it serves as validation data for early stopping."""
    outside = np.setdiff1d(np.arange(len(examples)), fold)
    training, validation = _split_off_validation([examples[position] for position in outside], seed)
    objective = ClassificationObjective(family, labels, training, validation, smoothing=family.recipe.label_smoothing)
    return train_members(
        family, objective, len(labels), seed=seed, worker=worker, recipe=recipe, folder=folder, callbacks=callbacks
    )


def _split_off_validation(
    examples: list[Example[Any]], seed: int
) -> tuple[list[Example[Any]], list[Example[Any]]]:  # fmt: skip
    """Split validation data off the training data; none if that would leave a style without training data."""
    random = np.random.default_rng((seed, 17))
    sources, styles = [example.source for example in examples], [example.style for example in examples]
    try:
        split = make_grouped_split(sources, styles, folds=_INNER_FOLDS, random=random)
    except InvalidInputError:
        return examples, []
    chosen = set(split.folds[0].tolist())
    if set(styles) - {styles[position] for position in range(len(styles)) if position not in chosen}:
        return examples, []
    return (
        [example for position, example in enumerate(examples) if position not in chosen],
        [examples[position] for position in sorted(chosen)],
    )
