"""Recordings become a model, or teach one more."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from eightcount_common.training.distributed import Place
from eightcount_common.training.loop import Epoch, training
from eightcount_common.training.task import Recipe
from eightcount_generator.makers.corpus import Corpus
from eightcount_generator.makers.seq2seq.model import Model, Openings
from eightcount_generator.makers.seq2seq.sizes import LAPTOP, Sizes
from eightcount_generator.makers.seq2seq.task import Dancing
from eightcount_generator.sources.library import Recording

_STYLE = "style.weight"


@dataclass(frozen=True, slots=True)
class Plan:
    """How a model is taught.

    Attributes:
        sizes: of the network.
        recipe: of its training.
        window_frames: of a stretch of a recording that it is shown, 30 a second.
    """

    sizes: Sizes = LAPTOP
    recipe: Recipe = Recipe(
        epochs=50, batches=20, batch_size=32, learning_rate=1e-3, weight_decay=0.0, adam_l2=True, patience=50
    )
    window_frames: int = 240


def taught(
    recordings: Sequence[Recording], plan: Plan, *, seed: int, place: Place, folder: Path | None = None
) -> Generator[Epoch, None, Model]:
    """Teaches a fresh network; says how each epoch went.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    corpus = Corpus(recordings, window=plan.window_frames)
    task = Dancing(corpus, plan.sizes, epochs=plan.recipe.epochs)
    done = yield from training(task, plan.recipe, seed=seed, place=place, folder=folder)
    return Model(done.network, corpus.styles, corpus.scale, Openings.of(corpus, np.random.default_rng(seed)))


def taught_more(
    base: Model, recordings: Sequence[Recording], plan: Plan, *, seed: int, place: Place, folder: Path | None = None
) -> Generator[Epoch, None, Model]:
    """Goes on teaching a network; it keeps its sizes, its styles and its openings, and learns new styles.

    Raises:
        InvalidInputError: TOO_LITTLE_MOTION.
    """
    new = sorted({recording.style for recording in recordings} - set(base.styles))
    corpus = Corpus(recordings, window=plan.window_frames, styles=(*base.styles, *new), scale=base.scale)
    task = Dancing(corpus, base.network.sizes, epochs=0)  # the longest own stretches are what it knows by now
    start = _with_styles(base, len(new))
    done = yield from training(task, plan.recipe, seed=seed, place=place, folder=folder, start=start)
    openings = base.openings.with_others(Openings.of(corpus, np.random.default_rng(seed)))
    return Model(done.network, corpus.styles, base.scale, openings)


def _with_styles(base: Model, new: int) -> dict[str, Tensor]:
    """The weights, with styles that begin as the mean of those there are."""
    weights = dict(base.network.state_dict())
    known = weights[_STYLE]
    weights[_STYLE] = torch.cat([known, known.mean(dim=0, keepdim=True).expand(new, -1)])
    return weights
