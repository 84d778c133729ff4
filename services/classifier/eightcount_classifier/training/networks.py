"""Networks of a family, trained for an objective by the common loop."""

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
class Watch:
    """Who is told of every network begun and every epoch, and who may stop the work."""

    report: Callable[[Epoch], None] = lambda _: None
    check: Callable[[], None] = lambda: None
    begin: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Lesson:
    """The task of the common loop that a family, an objective and a number of classes are."""

    family: Family
    objective: Objective
    classes: int

    def network(self) -> nn.Module:
        """One of the family."""
        return self.family.network(self.classes)

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """How wrong the network is about a batch as other recordings of the same might have been."""
        inputs, targets = self.objective.batch(context.random, context.size)
        with torch.autocast(context.device.type, enabled=False):  # what is seen keeps its digits
            batch = self.family.augment(torch.from_numpy(inputs).to(context.device), context.generator)
        return self.objective.loss(network(batch), torch.from_numpy(targets).to(context.device))

    def held_out_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """The objective's."""
        return self.objective.held_out_loss(network, device)


def train_network(
    family: Family,
    objective: Objective,
    classes: int,
    *,
    seed: int,
    worker: TrainingWorker,
    recipe: Recipe | None = None,
    folder: Path | None = None,
    watch: Watch | None = None,
) -> TrainedNetwork:
    """Trains a fresh network, or goes on where an earlier run of the same stopped.

    Args:
        family: what is trained.
        objective: for what.
        classes: outputs of the network.
        seed: of weights, batches and augmentation.
        worker: device, and which of several processes this is.
        recipe: the family's own when not given.
        folder: where checkpoints lie; none are written when not given.
        watch: is told of each epoch; `check` may raise to stop the work.
    """
    watch = watch or Watch()
    epochs = train_epochs(
        Lesson(family, objective, classes), recipe or family.recipe, seed=seed, worker=worker, folder=folder,
        check=watch.check,
    )  # fmt: skip
    watch.begin()
    return run_steps(epochs, watch.report if worker.is_leader else lambda _: None)


def train_members(
    family: Family, objective: Objective, classes: int, *, seed: int, worker: TrainingWorker,
    recipe: Recipe | None = None,
    folder: Path | None = None, watch: Watch | None = None,
) -> TrainedNetwork:  # fmt: skip
    """Trains as many networks as the recipe wants, see `train_network`, and joins them to one that answers for all."""
    recipe = recipe or family.recipe
    members = [
        train_network(
            family, objective, classes, seed=100 * seed + number, worker=worker, recipe=recipe,
            folder=folder / f"member-{number + 1}" if folder else None, watch=watch,
        )
        for number in range(recipe.members)
    ]  # fmt: skip
    epochs = [member.progress for member in members]
    progress = Progress(
        max(one.epochs for one in epochs), float(np.mean([one.best_loss for one in epochs])),
        round(float(np.mean([one.best_epoch for one in epochs]))),
    )  # fmt: skip
    return TrainedNetwork(Ensemble([member.network for member in members]).eval(), progress)
