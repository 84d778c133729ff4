"""Trains and fine-tunes models of the family."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch, train_epochs
from eightcount_common.training.task import Recipe
from eightcount_generator.models.corpus import Corpus
from eightcount_generator.models.seq2seq.model import Openings, Seq2SeqModel
from eightcount_generator.models.seq2seq.network import Seq2SeqNetwork
from eightcount_generator.models.seq2seq.sizes import LAPTOP, NetworkSizes
from eightcount_generator.models.seq2seq.task import PosePredictionTask
from eightcount_generator.sources.recording import Recording

_STYLE = "style.weight"
_TRAINING_RECIPE = Recipe(
    epochs=100, batches=30, batch_size=16, learning_rate=1e-3, weight_decay=0.0, adam_l2=True, patience=100
)  # fmt: skip
_FINE_TUNING_RECIPE = replace(_TRAINING_RECIPE, epochs=12, learning_rate=2e-4, patience=4)


@dataclass(frozen=True, slots=True)
class Hyperparameters:
    """Sizes and recipes of a training.

    Attributes:
        sizes: sizes of the network.
        window_frames: frames of a training window, 30 per second.
        fresh: recipe of a training from scratch.
        further: recipe of a fine-tuning.
    """

    sizes: NetworkSizes = LAPTOP
    window_frames: int = 240
    fresh: Recipe = _TRAINING_RECIPE
    further: Recipe = _FINE_TUNING_RECIPE

    def with_epochs(self, epochs: int | None) -> Hyperparameters:
        """Return the same with another number of epochs; unchanged for None."""
        if not epochs:
            return self
        fresh, further = (replace(recipe, epochs=epochs) for recipe in (self.fresh, self.further))
        return replace(self, fresh=fresh, further=further)


@dataclass(frozen=True, slots=True)
class TrainingContext:
    """Seed, worker and folder of a training, and a function that may stop it; see `train_epochs`."""

    seed: int
    worker: TrainingWorker
    folder: Path | None = None
    check: Callable[[], None] = lambda: None


def train_model(
    recordings: Sequence[Recording], hyperparameters: Hyperparameters, context: TrainingContext
) -> Generator[Epoch, None, Seq2SeqModel]:
    """Train a model from scratch; yield each epoch.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    corpus = Corpus(recordings, window=hyperparameters.window_frames)
    task = PosePredictionTask(corpus, hyperparameters.sizes, epochs=hyperparameters.fresh.epochs)
    network = yield from _train_network(task, hyperparameters.fresh, context, None)
    return Seq2SeqModel(
        network, corpus.styles, corpus.scale, Openings.sample(corpus, np.random.default_rng(context.seed))
    )


def fine_tune_model(
    base: Seq2SeqModel, recordings: Sequence[Recording], hyperparameters: Hyperparameters, context: TrainingContext
) -> Generator[Epoch, None, Seq2SeqModel]:
    """Continue the training of a model; it keeps its sizes, styles and openings, and learns new styles.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    new = sorted({recording.style for recording in recordings} - set(base.styles))
    corpus = Corpus(recordings, window=hyperparameters.window_frames, styles=(*base.styles, *new), scale=base.scale)
    task = PosePredictionTask(corpus, base.network.sizes, epochs=0)  # the longest own stretches are what it is used to
    network = yield from _train_network(task, hyperparameters.further, context, _weights_with_styles(base, len(new)))
    openings = base.openings.merge(Openings.sample(corpus, np.random.default_rng(context.seed)))
    return Seq2SeqModel(network, corpus.styles, base.scale, openings)


def _train_network(
    task: PosePredictionTask, recipe: Recipe, context: TrainingContext, start: dict[str, Tensor] | None
) -> Generator[Epoch, None, Seq2SeqNetwork]:
    epochs = train_epochs(
        task, recipe, seed=context.seed, worker=context.worker, folder=context.folder, check=context.check, start=start
    )
    trained = yield from epochs
    return cast("Seq2SeqNetwork", trained.network.cpu().eval())


def _weights_with_styles(base: Seq2SeqModel, new: int) -> dict[str, Tensor]:
    """Return the weights with new styles that start as the mean of the others."""
    weights = dict(base.network.state_dict())
    known = weights[_STYLE]
    weights[_STYLE] = torch.cat([known, known.mean(dim=0, keepdim=True).expand(new, -1)])
    return weights
