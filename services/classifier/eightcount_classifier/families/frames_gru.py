"""`frames-gru`: gated recurrent units over what a network of pictures sees in each frame, as a baseline.

After the CNN and GRU that dance classifiers of video began with: twenty pictures of a recording, the middle square of
each at 224 x 224, InceptionV3 averaged over the picture (2048 features, weights from ImageNet, never trained further),
GRU 16, GRU 8, dropout 0.4, a dense layer of 8 (ReLU), a dense layer to the classes; Adam, no augmentation.

That one took twenty pictures of a whole clip. Here a window is four seconds, a second apart, as in the other families,
and its twenty pictures lie evenly in it, five a second: figures are then of the same stretches, and a recording may be
of any length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.backbones.base import FEATURES
from eightcount_classifier.families.base import Judgement, Recipe
from eightcount_classifier.frame_features import FrameFeatures, frame_windows
from eightcount_classifier.pictures import PICTURES_HERTZ
from eightcount_classifier.windows import WINDOW_SECONDS, Windows
from eightcount_common.motion import FloatArray

_WIDE, _NARROW, _DENSE = 16, 8, 8
_DROPOUT = 0.4


class GruNetwork(nn.Module):
    """Two GRU layers and two dense ones; weights begin as Keras begins them."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.wide = nn.GRU(FEATURES, _WIDE, batch_first=True)
        self.narrow = nn.GRU(_WIDE, _NARROW, batch_first=True)
        self.dense = nn.Linear(_NARROW, _DENSE)
        self.head = nn.Linear(_DENSE, classes)
        for name, value in self.named_parameters():
            _begin(name, value)

    def forward(self, frames: Tensor) -> Judgement:
        """[B, T, 2048] features of pictures -> judgement; its features are the last output of the GRU."""
        outputs, _ = self.wide(frames)
        outputs, _ = self.narrow(outputs)
        last = outputs[:, -1]
        dense = torch.relu(self.dense(functional.dropout(last, _DROPOUT, self.training)))
        return Judgement(self.head(dense), last)


def _begin(name: str, value: Tensor) -> None:
    """Glorot's uniform weights, orthogonal recurrent ones, biases of 0.

    torch's own would be as large for 2048 inputs as for 16, and the gates would begin saturated.
    """
    if value.ndim == 1:
        nn.init.zeros_(value)
    elif "_hh_" in name:
        nn.init.orthogonal_(value)
    else:
        nn.init.xavier_uniform_(value)


@dataclass(frozen=True, slots=True)
class FramesGru:
    """The baseline's family."""

    name: str = "frames-gru"
    looks_at: Literal["poses", "frames"] = "frames"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            epochs=30, batches=20, batch_size=64, learning_rate=1e-3, weight_decay=0.0, adam_l2=True, decay=1.0,
            label_smoothing=0.0,
        )
    )  # fmt: skip

    def network(self, classes: int) -> nn.Module:
        """A `GruNetwork`."""
        return GruNetwork(classes)

    def windows(self, data: FrameFeatures) -> Windows:
        """Four seconds, a second apart."""
        return frame_windows(data)

    def inputs(self, data: FrameFeatures, windows: Windows) -> FloatArray:
        """[W, 20, 2048] features of the windows."""
        index = windows.starts[windows.seen][:, None] + np.arange(windows.length)
        return np.asarray(data.features[index], np.float32)

    def pieces(self, data: FrameFeatures, windows: Windows) -> list[FrameFeatures]:
        """The windows."""
        return [data.part(start, start + windows.length) for start in windows.starts[windows.seen].tolist()]

    def draw(self, data: FrameFeatures, random: np.random.Generator) -> FloatArray:
        """[20, 2048] features from any place."""
        length = round(WINDOW_SECONDS * PICTURES_HERTZ)
        start = int(random.integers(len(data) - length + 1))
        return np.asarray(data.features[start : start + length], np.float32)

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002 - the baseline has none
        """The batch itself."""
        return batch

    def views(self, batch: Tensor) -> list[Tensor]:
        """The batch itself."""
        return [batch]
