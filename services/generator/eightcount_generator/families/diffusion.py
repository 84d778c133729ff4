"""The model family `diffusion`."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from eightcount_common.training.loop import train_epochs
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
"""Takes two processes about an hour on two cores of 2020."""
FINE_TUNING_RECIPE = Recipe(
    epochs=20, batches=50, batch_size=16, learning_rate=2e-4, weight_decay=0.01, average=0.99, patience=5
)
"""Takes minutes on two cores."""


@dataclass(frozen=True, slots=True)
class Diffusion:
    """Samples dances from a diffusion model.

    Attributes:
        shape: sizes of the network; the number of styles is taken from the recordings.
        recipe: recipe of a training from scratch.
        fine_tuning_recipe: recipe of a fine-tuning.
    """

    shape: NetworkShape = SHAPE
    recipe: Recipe = TRAINING_RECIPE
    fine_tuning_recipe: Recipe = FINE_TUNING_RECIPE

    supports_constraints = True
    reading_share = 0.05
    notes = """\
## How it dances

A diffusion network samples the dance four seconds at a time; each window continues the previous one. Of four sampled
candidates, the one that matches the beats best and stays on the stage is used. The network learned how the dancers of
the recordings move, and to move on the beat. For recordings without music, the beats were estimated from the motion
itself, at the moments when the body rests between two movements; from these, nothing was learned about which movement
goes with which music. The mean energy of a dance is sampled from the energies of the dancers of its style; around that
mean, the dance follows the loudness of the music.

One take in eight (one of four to seven) was held out, and the network is the one of the epoch with the lowest held-out
loss. With fewer takes, nothing is held out, and the network is the one of the last epoch.
"""

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Train a network on the recordings."""
        yield TrainingProgress(0.0, "encoding the recordings")
        corpus = Corpus(recordings, window=self.shape.window)
        task = DenoisingTask(corpus, replace(self.shape, styles=len(corpus.styles)))
        return (yield from _train_network(task, corpus, self.recipe, config, None))

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        """Continue the training of the network of `base`; new styles are added to it."""
        yield TrainingProgress(0.0, "encoding the recordings")
        known = read_model(base)
        model = add_styles(known, sorted({one.style for one in recordings} - set(known.styles)))
        corpus = Corpus(recordings, window=model.network.shape.window, styles=model.styles, scale=model.scale)
        task = DenoisingTask(corpus, model.network.shape)
        return (yield from _train_network(task, corpus, self.fine_tuning_recipe, config, model))

    def read(self, data: bytes) -> DanceGenerator:
        """Load the network."""
        return DiffusionGenerator(read_model(data))


def _train_network(
    task: DenoisingTask, corpus: Corpus, recipe: Recipe, config: TrainingConfig, base: DiffusionModel | None
) -> Generator[TrainingProgress, None, bytes]:
    recipe = replace(recipe, epochs=config.max_epochs or recipe.epochs)
    epochs = train_epochs(
        task, recipe, seed=config.seed, worker=config.worker, folder=config.folder,
        check=config.check, start=base.network.state_dict() if base else None,
    )  # fmt: skip
    trained = yield from report_epochs(epochs)
    network = cast("Denoiser", trained.network.cpu().eval())
    shares = np.bincount([corpus.styles.index(one.style) for one in corpus.recordings], minlength=len(corpus.styles))
    shares = shares / shares.sum() if base is None else (base.shares + shares / shares.sum()) / 2
    energy_prior = fit_energy_prior(corpus.energies(), base.energy_prior if base else None)
    return model_bytes(DiffusionModel(network, corpus.scale, corpus.styles, shares.astype(np.float32), energy_prior))
