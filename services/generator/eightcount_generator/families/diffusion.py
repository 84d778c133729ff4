"""The family `diffusion`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from eightcount_common.training.loop import training
from eightcount_common.training.task import Recipe
from eightcount_generator.families.base import TrainingConfig, TrainingProgress
from eightcount_generator.families.epochs import report_epochs
from eightcount_generator.models.base import DanceGenerator
from eightcount_generator.models.corpus import Corpus
from eightcount_generator.models.diffusion.energy_prior import fit_energy_prior
from eightcount_generator.models.diffusion.generator import DiffusionGenerator, DiffusionModel
from eightcount_generator.models.diffusion.model import add_styles, model_bytes, read_model
from eightcount_generator.models.diffusion.network import Denoiser, NetworkShape
from eightcount_generator.models.diffusion.task import DenoisingTask
from eightcount_generator.sources.recording import Recording

SHAPE = NetworkShape(styles=0)
TRAINING_RECIPE = Recipe(
    epochs=52, batches=100, batch_size=32, learning_rate=1e-3, weight_decay=0.01, average=0.999, patience=25
)
"""An hour for two processes on two cores of 2020."""
FINE_TUNING_RECIPE = Recipe(
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

    shape: NetworkShape = SHAPE
    recipe: Recipe = TRAINING_RECIPE
    more: Recipe = FINE_TUNING_RECIPE

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

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """A network of the recordings."""
        yield TrainingProgress("encoding the recordings", 0.0)
        corpus = Corpus(recordings, window=self.shape.window)
        task = DenoisingTask(corpus, replace(self.shape, styles=len(corpus.styles)))
        return (yield from _train_network(task, corpus, self.recipe, config, None))

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """The network of `base`, trained on; styles that it does not know are added."""
        yield TrainingProgress("encoding the recordings", 0.0)
        known = read_model(base)
        model = add_styles(known, sorted({one.style for one in recordings} - set(known.styles)))
        corpus = Corpus(recordings, window=model.network.shape.window, styles=model.styles, scale=model.scale)
        task = DenoisingTask(corpus, model.network.shape)
        return (yield from _train_network(task, corpus, self.more, config, model))

    def read(self, data: bytes) -> DanceGenerator:
        """A maker with the network."""
        return DiffusionGenerator(read_model(data))


def _train_network(
    task: DenoisingTask, corpus: Corpus, recipe: Recipe, config: TrainingConfig, base: DiffusionModel | None
) -> Generator[TrainingProgress, None, bytes]:
    recipe = replace(recipe, epochs=config.max_epochs or recipe.epochs)
    epochs = training(
        task, recipe, seed=config.seed, place=config.place, folder=config.folder,
        check=config.check, start=base.network.state_dict() if base else None,
    )  # fmt: skip
    trained = yield from report_epochs(epochs)
    network = cast("Denoiser", trained.network.cpu().eval())
    shares = np.bincount([corpus.styles.index(one.style) for one in corpus.recordings], minlength=len(corpus.styles))
    shares = shares / shares.sum() if base is None else (base.shares + shares / shares.sum()) / 2
    energy_prior = fit_energy_prior(corpus.energies(), base.energy_prior if base else None)
    return model_bytes(DiffusionModel(network, corpus.scale, corpus.styles, shares.astype(np.float32), energy_prior))
