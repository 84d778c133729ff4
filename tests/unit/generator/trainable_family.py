"""A family of models that learns in earnest, in a moment: to bring poses through a narrow worker."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from eightcount_common.errors import InvalidInputError
from eightcount_common.training.loop import train_epochs
from eightcount_common.training.task import BatchContext, Recipe
from eightcount_generator.body.rotations import to_six
from eightcount_generator.families import TrainingConfig, TrainingProgress
from eightcount_generator.families.epochs import report_epochs
from eightcount_generator.sources.recording import Recording
from tests.unit.generator.stub_family import StubGenerator

WIDTH = 24 * 6
RECIPE = Recipe(epochs=4, batches=3, batch_size=16, learning_rate=1e-2, average=0.5)


class Poses:
    """The task: to say a pose again that was blurred. Every fourth frame is held out."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        six = np.concatenate([to_six(one.dance.rotations).reshape(-1, WIDTH) for one in recordings])
        self._all = torch.from_numpy(six.astype(np.float32))

    def network(self) -> nn.Module:
        return nn.Sequential(nn.Linear(WIDTH, 8), nn.BatchNorm1d(8), nn.Tanh(), nn.Dropout(0.1), nn.Linear(8, WIDTH))

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        rows = context.random.integers(len(self._all) // 4 * 3, size=context.size)
        poses = self._all[torch.from_numpy(rows // 3 * 4 + rows % 3)]
        blurred = poses + 0.02 * torch.randn(poses.shape, generator=context.generator)
        return ((network(blurred) - poses) ** 2).mean()

    @torch.no_grad()
    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        return float(((network(self._all[3::4]) - self._all[3::4]) ** 2).mean())


class TrainableFamily:
    """The family."""

    supports_constraints = False
    reading_share = 0.2
    notes = "## How it dances\n\nIt does not.\n"

    def __init__(self, task: type[Poses] = Poses) -> None:
        self._task = task

    def train(
        self, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        return self._train(recordings, config, None)

    def fine_tune(
        self, base: bytes, recordings: Sequence[Recording], config: TrainingConfig
    ) -> Generator[TrainingProgress, None, bytes]:
        return self._train(recordings, config, copy_weights(base))

    def read(self, data: bytes) -> StubGenerator:
        copy_weights(data)
        return StubGenerator(("sway",))

    def _train(
        self, recordings: Sequence[Recording], config: TrainingConfig, start: Mapping[str, Tensor] | None
    ) -> Generator[TrainingProgress, None, bytes]:
        recipe = replace(RECIPE, epochs=config.max_epochs or RECIPE.epochs)
        trained = yield from report_epochs(train_epochs(
            self._task(recordings), recipe, seed=config.seed, worker=config.worker, folder=config.folder,
            check=config.check, start=start,
        ))  # fmt: skip
        return bytes(save(trained.network.state_dict(), {"family": "learns"}))


def copy_weights(data: bytes) -> dict[str, Tensor]:
    try:
        return load(data)
    except SafetensorError as error:
        raise InvalidInputError("the file has learned nothing", reason="INVALID_MODEL") from error
