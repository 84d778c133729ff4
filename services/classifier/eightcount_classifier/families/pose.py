"""`pose`: joints of one body, their velocities, and the beat."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.augmentation import Augmentation, augmented, mirrored_rows
from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.poses import OfPoses
from eightcount_classifier.families.statistics import StatisticsNetwork
from eightcount_classifier.frames import draw_rows
from eightcount_classifier.windows import WINDOW_SECONDS
from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class Pose(OfPoses):
    """Our own family of poses."""

    name: str = "pose"
    recipe: Recipe = field(default_factory=lambda: Recipe(members=3))
    augmentation: Augmentation = field(default_factory=Augmentation)
    tempo: float = 0.25
    """Greatest change of the tempo in training, as its logarithm."""

    def network(self, classes: int) -> nn.Module:
        """A `StatisticsNetwork`."""
        return StatisticsNetwork(classes)

    def draw(self, data: BodyMotion, random: np.random.Generator) -> FloatArray:
        """[120, 39] rows from any place at any tempo."""
        return draw_rows(data, random, length=round(WINDOW_SECONDS * FRAME_RATE_HERTZ), tempo=self.tempo)

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Another body, another camera, joints lost."""
        return augmented(batch, self.augmentation, generator)

    def views(self, batch: Tensor) -> list[Tensor]:
        """The movement and its mirror image."""
        return [batch, mirrored_rows(batch)]
