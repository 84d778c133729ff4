"""Recordings become a model, or teach one more."""

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
from eightcount_generator.makers.corpus import Corpus
from eightcount_generator.makers.seq2seq.model import Model, Openings
from eightcount_generator.makers.seq2seq.network import Dancer
from eightcount_generator.makers.seq2seq.sizes import LAPTOP, Sizes
from eightcount_generator.makers.seq2seq.task import Dancing
from eightcount_generator.sources.library import Recording

_STYLE = "style.weight"
_FRESH = Recipe(
    epochs=100, batches=30, batch_size=16, learning_rate=1e-3, weight_decay=0.0, adam_l2=True, patience=100
)  # fmt: skip
_FURTHER = replace(_FRESH, epochs=12, learning_rate=2e-4, patience=4)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is taught.

    Attributes:
        sizes: of the network.
        window_frames: of a stretch of a recording that it is shown, 30 a second.
        fresh: how a network is trained that knows nothing yet.
        further: how one is that was taught before.
    """

    sizes: Sizes = LAPTOP
    window_frames: int = 240
    fresh: Recipe = _FRESH
    further: Recipe = _FURTHER

    def cut_to(self, epochs: int) -> Plan:
        """The same in so many epochs; unchanged for 0."""
        if not epochs:
            return self
        fresh, further = (replace(recipe, epochs=epochs) for recipe in (self.fresh, self.further))
        return replace(self, fresh=fresh, further=further)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Seed, worker and folder of a training, and who may stop it; see `train_epochs`."""

    seed: int
    worker: TrainingWorker
    folder: Path | None = None
    check: Callable[[], None] = lambda: None


def taught(recordings: Sequence[Recording], plan: Plan, where: Circumstances) -> Generator[Epoch, None, Model]:
    """Teaches a fresh network; says how each epoch went.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    corpus = Corpus(recordings, window=plan.window_frames)
    task = Dancing(corpus, plan.sizes, epochs=plan.fresh.epochs)
    network = yield from _trained(task, plan.fresh, where, None)
    return Model(network, corpus.styles, corpus.scale, Openings.of(corpus, np.random.default_rng(where.seed)))


def taught_more(
    base: Model, recordings: Sequence[Recording], plan: Plan, where: Circumstances
) -> Generator[Epoch, None, Model]:
    """Goes on teaching a network; it keeps its sizes, its styles and its openings, and learns new styles.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    new = sorted({recording.style for recording in recordings} - set(base.styles))
    corpus = Corpus(recordings, window=plan.window_frames, styles=(*base.styles, *new), scale=base.scale)
    task = Dancing(corpus, base.network.sizes, epochs=0)  # the longest own stretches are what it is used to
    network = yield from _trained(task, plan.further, where, _with_styles(base, len(new)))
    openings = base.openings.with_others(Openings.of(corpus, np.random.default_rng(where.seed)))
    return Model(network, corpus.styles, base.scale, openings)


def _trained(
    task: Dancing, recipe: Recipe, where: Circumstances, start: dict[str, Tensor] | None
) -> Generator[Epoch, None, Dancer]:
    epochs = train_epochs(
        task, recipe, seed=where.seed, worker=where.worker, folder=where.folder, check=where.check, start=start
    )
    trained = yield from epochs
    return cast("Dancer", trained.network.cpu().eval())


def _with_styles(base: Model, new: int) -> dict[str, Tensor]:
    """The weights, with styles that begin as the mean of those there are."""
    weights = dict(base.network.state_dict())
    known = weights[_STYLE]
    weights[_STYLE] = torch.cat([known, known.mean(dim=0, keepdim=True).expand(new, -1)])
    return weights
