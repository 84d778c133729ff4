"""`pose-lstm`: the long short-term memory over poses that dance classifiers began with, as a baseline.

100 steps of joint positions, a dense layer to 20, two stacked LSTM layers of 20, the last output, a dense layer to the
classes; Adam with an L2 penalty, batches of 512, no augmentation. The joints are our twelve.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.body import FRAME_RATE_HERTZ, BodyMotion
from eightcount_classifier.families.base import Judgement, Recipe
from eightcount_classifier.families.poses import OfPoses
from eightcount_classifier.frames import JOINT_VALUES, draw_rows
from eightcount_classifier.windows import WINDOW_SECONDS
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

    def forward(self, rows: Tensor) -> Judgement:
        """[B, T, 39] rows -> judgement."""
        joints = rows[..., :JOINT_VALUES].transpose(1, 2)
        steps = functional.interpolate(joints, _STEPS, mode="linear", align_corners=True).transpose(1, 2)
        outputs, _ = self.lstm(torch.relu(self.dense(steps)))
        last = outputs[:, -1]
        return Judgement(self.head(last), last)


@dataclass(frozen=True, slots=True)
class PoseLstm(OfPoses):
    """The baseline's family."""

    name: str = "pose-lstm"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            epochs=60, batches=10, batch_size=512, learning_rate=5e-4, weight_decay=1.5e-3, adam_l2=True, decay=0.96,
            label_smoothing=0.0, patience=15,
        )
    )  # fmt: skip

    def network(self, classes: int) -> nn.Module:
        """An `LstmNetwork`."""
        return LstmNetwork(classes)

    def draw(self, data: BodyMotion, random: np.random.Generator) -> FloatArray:
        """[120, 39] rows from any place."""
        return draw_rows(data, random, length=round(WINDOW_SECONDS * FRAME_RATE_HERTZ))

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002 - the baseline has none
        """The batch itself."""
        return batch

    def views(self, batch: Tensor) -> list[Tensor]:
        """The batch itself."""
        return [batch]
