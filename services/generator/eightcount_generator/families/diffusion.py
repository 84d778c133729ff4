"""The family `diffusion`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from eightcount_common.training.loop import train_epochs
from eightcount_common.training.task import Recipe
from eightcount_generator.families.base import Order, Step
from eightcount_generator.families.epochs import told
from eightcount_generator.makers.base import Maker
from eightcount_generator.makers.corpus import Corpus
from eightcount_generator.makers.diffusion.maker import DiffusionMaker, DiffusionModel
from eightcount_generator.makers.diffusion.model import grown, model_bytes, read_model
from eightcount_generator.makers.diffusion.network import Denoiser, Shape
from eightcount_generator.makers.diffusion.task import Denoising
from eightcount_generator.makers.diffusion.tempers import tempers_of
from eightcount_generator.sources.library import Recording

SHAPE = Shape(styles=0)
TEACHING = Recipe(
    epochs=52, batches=100, batch_size=32, learning_rate=1e-3, weight_decay=0.01, average=0.999, patience=25
)
"""An hour for two processes on two cores of 2020."""
FINE_TUNING = Recipe(
    epochs=20, batches=50, batch_size=16, learning_rate=2e-4, weight_decay=0.01, average=0.99, patience=5
)
"""Minutes on two cores."""


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Dances drawn out of noise.

    Attributes:
        shape: of the network; its styles are those of the recordings.
        recipe: of a model that is made of nothing.
        more: of one that is made of another.
    """

    shape: Shape = SHAPE
    recipe: Recipe = TEACHING
    more: Recipe = FINE_TUNING

    takes_key_poses = True
    reading_share = 0.05
    notes = """\
## How it dances

A network draws it out of noise, four seconds at a time, each going on from the ones before; of four that it draws, the
one goes on that meets the beats best and stays on the stage. It learned how the dancers of the recordings move, and to
move in time. Where recordings came without their music, the beats were taken from the motion itself, where the body
rests between two movements: what to do to which music was not learned from music there. How lively a dance is on the
whole is drawn from how lively the dancers of its style are; within that it follows the loud and quiet of the music.

Of eight takes it learned from seven (of four to seven, from all but one), and was kept as it was when it did best on
the others; fewer are all learned from, to the end of the training.
"""

    def teach(self, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """A network of the recordings."""
        yield Step("encoding the recordings", 0.0)
        corpus = Corpus(recordings, window=self.shape.window)
        task = Denoising(corpus, replace(self.shape, styles=len(corpus.styles)))
        return (yield from _trained(task, corpus, self.recipe, order, None))

    def teach_more(self, base: bytes, recordings: Sequence[Recording], order: Order) -> Generator[Step, None, bytes]:
        """The network of `base`, trained on; styles that it does not know are added."""
        yield Step("encoding the recordings", 0.0)
        known = read_model(base)
        model = grown(known, sorted({one.style for one in recordings} - set(known.styles)))
        corpus = Corpus(recordings, window=model.network.shape.window, styles=model.styles, scale=model.scale)
        task = Denoising(corpus, model.network.shape)
        return (yield from _trained(task, corpus, self.more, order, model))

    def read(self, data: bytes) -> Maker:
        """A maker with the network."""
        return DiffusionMaker(read_model(data))


def _trained(
    task: Denoising, corpus: Corpus, recipe: Recipe, order: Order, base: DiffusionModel | None
) -> Generator[Step, None, bytes]:
    recipe = replace(recipe, epochs=order.max_epochs or recipe.epochs)
    epochs = train_epochs(
        task, recipe, seed=order.seed, worker=order.worker, folder=order.folder,
        check=order.check, start=base.network.state_dict() if base else None,
    )  # fmt: skip
    trained = yield from told(epochs)
    network = cast("Denoiser", trained.network.cpu().eval())
    shares = np.bincount([corpus.styles.index(one.style) for one in corpus.recordings], minlength=len(corpus.styles))
    shares = shares / shares.sum() if base is None else (base.shares + shares / shares.sum()) / 2
    tempers = tempers_of(corpus.energies(), base.tempers if base else None)
    return model_bytes(DiffusionModel(network, corpus.scale, corpus.styles, shares.astype(np.float32), tempers))
