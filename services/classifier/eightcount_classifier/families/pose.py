"""`pose`: joints of one body, their velocities, and the beat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.augmentation import Augmentation, augmented, mirrored_rows
from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.statistics import StatisticsNetwork
from eightcount_classifier.frames import draw_rows, rows_of_windows
from eightcount_classifier.windows import WINDOW_SECONDS, Windows, windows_of
from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class Pose:
    """Our own family of poses."""

    name: str = "pose"
    looks_at: Literal["poses", "frames"] = "poses"
    recipe: Recipe = field(default_factory=lambda: Recipe(members=3))
    augmentation: Augmentation = field(default_factory=Augmentation)
    tempo: float = 0.25
    """Greatest change of the tempo in training, as its logarithm."""

    def network(self, classes: int) -> nn.Module:
        """A `StatisticsNetwork`."""
        return StatisticsNetwork(classes)

    def windows(self, data: BodyMotion) -> Windows:
        """Four seconds, a second apart."""
        return windows_of(data)

    def inputs(self, data: BodyMotion, windows: Windows) -> FloatArray:
        """[W, 120, 39] rows."""
        return rows_of_windows(data, windows)

    def pieces(self, data: BodyMotion, windows: Windows) -> list[BodyMotion]:
        """The windows."""
        return [data.part(start, start + windows.length) for start in windows.starts[windows.seen].tolist()]

    def draw(self, data: BodyMotion, random: np.random.Generator) -> FloatArray:
        """[120, 39] rows from any place at any tempo."""
        return draw_rows(data, random, length=round(WINDOW_SECONDS * FRAME_RATE_HERTZ), tempo=self.tempo)

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Another body, another camera, joints lost."""
        return augmented(batch, self.augmentation, generator)

    def views(self, batch: Tensor) -> list[Tensor]:
        """The movement and its mirror image."""
        return [batch, mirrored_rows(batch)]
