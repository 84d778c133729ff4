"""Training of the networks of a family by the common training loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.families.base import Ensemble, Family, Recipe
from eightcount_classifier.training.objectives import Objective
from eightcount_common.steps import run_steps
from eightcount_common.training.checkpoint import Progress
from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import Epoch, TrainedNetwork, train_epochs
from eightcount_common.training.task import BatchContext


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Functions that a training calls.

    Attributes:
        on_epoch: called after every epoch.
        check: called before every batch; may raise to stop the training.
        on_network: called before every network.
    """

    on_epoch: Callable[[Epoch], None] = lambda _: None
    check: Callable[[], None] = lambda: None
    on_network: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class FamilyTask:
    """Task of the common training loop for a family, an objective and a number of classes."""

    family: Family
    objective: Objective
    classes: int

    def network(self) -> nn.Module:
        """Return a new network of the family."""
        return self.family.network(self.classes)

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Return the loss on an augmented batch."""
        inputs, targets = self.objective.batch(context.random, context.size)
        with torch.autocast(context.device.type, enabled=False):  # inputs keep full precision
            batch = self.family.augment(torch.from_numpy(inputs).to(context.device), context.generator)
        return self.objective.loss(network(batch), torch.from_numpy(targets).to(context.device))

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the held-out loss of the objective."""
        return self.objective.validation_loss(network, device)


def train_network(
    family: Family,
    objective: Objective,
    classes: int,
    *,
    seed: int,
    worker: TrainingWorker,
    recipe: Recipe | None = None,
    folder: Path | None = None,
    callbacks: Callbacks | None = None,
) -> TrainedNetwork:
    """Train a network, or resume an earlier run of the same training.

    Args:
        family: family of the network.
        objective: training objective.
        classes: outputs of the network.
        seed: seed of weights, batches and augmentation.
        worker: this process and its device.
        recipe: hyperparameters; those of the family if not given.
        folder: folder of the checkpoint; no checkpoint is written without it.
        callbacks: functions that the training calls.
    """
    callbacks = callbacks or Callbacks()
    epochs = train_epochs(
        FamilyTask(family, objective, classes), recipe or family.recipe, seed=seed, worker=worker, folder=folder,
        check=callbacks.check,
    )  # fmt: skip
    callbacks.on_network()
    return run_steps(epochs, callbacks.on_epoch if worker.is_leader else lambda _: None)


def train_members(
    family: Family, objective: Objective, classes: int, *, seed: int, worker: TrainingWorker,
    recipe: Recipe | None = None,
    folder: Path | None = None, callbacks: Callbacks | None = None,
) -> TrainedNetwork:  # fmt: skip
    """Train the members of an ensemble, see `train_network`, and return the ensemble."""
    recipe = recipe or family.recipe
    members = [
        train_network(
            family, objective, classes, seed=100 * seed + number, worker=worker, recipe=recipe,
            folder=folder / f"member-{number + 1}" if folder else None, callbacks=callbacks,
        )
        for number in range(recipe.members)
    ]  # fmt: skip
    epochs = [member.progress for member in members]
    progress = Progress(
        max(one.epochs for one in epochs), float(np.mean([one.best_loss for one in epochs])),
        round(float(np.mean([one.best_epoch for one in epochs]))),
    )  # fmt: skip
    return TrainedNetwork(Ensemble([member.network for member in members]).eval(), progress)
