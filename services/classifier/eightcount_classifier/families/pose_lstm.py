"""Family `pose-lstm`: a baseline, the LSTM over poses of the first dance classifiers.

100 steps of joint positions, a dense layer to 20, two stacked LSTM layers of 20, the last output, a dense layer to the
classes; Adam with an L2 penalty, batches of 512, no augmentation. The joints are our twelve.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.families.base import ModelOutput, Recipe
from eightcount_classifier.families.pose_base import PoseFamily
from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.features.pose_rows import JOINT_VALUES, sample_rows
from eightcount_classifier.features.windows import WINDOW_SECONDS
from eightcount_common.motion import FloatArray

_STEPS = 100
_HIDDEN = 20


class LstmNetwork(nn.Module):
    """Dense, two LSTM layers, dense."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.dense = nn.Linear(JOINT_VALUES, _HIDDEN)
        self.lstm = nn.LSTM(_HIDDEN, _HIDDEN, num_layers=2, batch_first=True)
        self.head = nn.Linear(_HIDDEN, classes)

    def forward(self, rows: Tensor) -> ModelOutput:
        """Map rows [B, T, 39] to a `ModelOutput`."""
        joints = rows[..., :JOINT_VALUES].transpose(1, 2)
        steps = functional.interpolate(joints, _STEPS, mode="linear", align_corners=True).transpose(1, 2)
        outputs, _ = self.lstm(torch.relu(self.dense(steps)))
        last = outputs[:, -1]
        return ModelOutput(self.head(last), last)


@dataclass(frozen=True, slots=True)
class PoseLstm(PoseFamily):
    """The LSTM baseline."""

    name: str = "pose-lstm"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            epochs=60, batches=10, batch_size=512, learning_rate=5e-4, weight_decay=1.5e-3, adam_l2=True, decay=0.96,
            label_smoothing=0.0, patience=15,
        )
    )  # fmt: skip

    def network(self, classes: int) -> nn.Module:
        """Return an `LstmNetwork`."""
        return LstmNetwork(classes)

    def sample_input(self, data: BodyMotion, random: np.random.Generator) -> FloatArray:
        """Sample rows [120, 39] at a random position."""
        return sample_rows(data, random, length=round(WINDOW_SECONDS * FRAME_RATE_HERTZ))

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002 - the baseline has none
        """Return the batch itself."""
        return batch

    def views(self, batch: Tensor) -> list[Tensor]:
        """Return the batch itself."""
        return [batch]
