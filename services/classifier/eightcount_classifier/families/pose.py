"""Family `pose`: joints of one body, their velocities, and the beat."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.families.base import Recipe
from eightcount_classifier.families.pose_base import PoseFamily
from eightcount_classifier.families.statistics_network import StatisticsNetwork
from eightcount_classifier.features.augmentation import Augmentation, augment_rows, mirror_rows
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.features.pose_rows import sample_rows
from eightcount_classifier.features.windows import WINDOW_SECONDS
from eightcount_common.motion import FloatArray


@dataclass(frozen=True, slots=True)
class Pose(PoseFamily):
    """The default family."""

    name: str = "pose"
    recipe: Recipe = field(default_factory=lambda: Recipe(members=3))
    augmentation: Augmentation = field(default_factory=Augmentation)
    tempo: float = 0.25
    """Largest logarithm of the random tempo change in training."""

    def network(self, classes: int) -> nn.Module:
        """Return a `StatisticsNetwork`."""
        return StatisticsNetwork(classes)

    def sample_input(self, data: BodyMotion, random: np.random.Generator) -> FloatArray:
        """Sample rows [120, 39] at a random position and tempo."""
        return sample_rows(data, random, length=round(WINDOW_SECONDS * FRAME_RATE_HERTZ), tempo=self.tempo)

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Vary body, camera and visibility at random; see `augment_rows`."""
        return augment_rows(batch, self.augmentation, generator)

    def views(self, batch: Tensor) -> list[Tensor]:
        """Return the movement and its mirror image."""
        return [batch, mirror_rows(batch)]
