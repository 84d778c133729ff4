"""A task that is learned in a moment: on which of two wheels is a point?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_common.training.distributed import TrainingWorker
from eightcount_common.training.loop import TrainedNetwork
from eightcount_common.training.task import BatchContext, Recipe

WORKER = TrainingWorker(torch.device("cpu"))
RECIPE = Recipe(epochs=4, batches=3, batch_size=32, learning_rate=2e-2)


class Wheels:
    """Learned by a network that has everything that is hard to go on with: dropout and statistics of batches."""

    def __init__(self, held_out: int = 0, width: int = 12) -> None:
        self._held_out, self._width = held_out, width
        self.epochs: list[int] = []

    def network(self) -> nn.Module:
        width = self._width
        return nn.Sequential(
            nn.Linear(2, width), nn.BatchNorm1d(width), nn.ReLU(), nn.Dropout(0.1), nn.Linear(width, 2)
        )

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        self.epochs.append(context.epoch)
        points, wheel = points_of(context.random, context.size)
        blurred = points + 0.05 * torch.randn(points.shape, generator=context.generator)
        return functional.cross_entropy(network(blurred), wheel)

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        if not self._held_out:
            return None
        points, wheel = points_of(np.random.default_rng(99), self._held_out)
        with torch.no_grad():
            return float(functional.cross_entropy(network(points), wheel))


class Planned(Wheels):
    """Its held-out loss is planned beforehand; notes the weights that are judged after each epoch."""

    def __init__(self, losses: list[float]) -> None:
        super().__init__()
        self._losses = losses
        self.seen: list[dict[str, Tensor]] = []

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        assert not network.training
        self.seen.append({name: value.clone() for name, value in network.state_dict().items()})
        return self._losses[len(self.seen) - 1]


def points_of(random: np.random.Generator, count: int) -> tuple[Tensor, Tensor]:
    """[N, 2] points and the [N] wheel, of radius 1 or 2, that each is on."""
    wheel, angle = random.integers(2, size=count), random.uniform(0, 2 * np.pi, count)
    points = (1 + wheel)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return torch.from_numpy(points.astype(np.float32)), torch.from_numpy(wheel)


class InterruptedRunError(Exception):
    pass


def weights(found: TrainedNetwork) -> dict[str, Tensor]:
    return found.network.state_dict()


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def interrupt_at(step: int) -> Callable[[], None]:
    steps = iter(range(10_000))

    def check() -> None:
        if next(steps) == step:
            raise InterruptedRunError

    return check
