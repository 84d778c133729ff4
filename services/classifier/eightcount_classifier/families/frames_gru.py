"""Family `frames-gru`: a baseline, gated recurrent units over image features of the frames of a video.

It follows the CNN and GRU of the first dance classifiers of video: twenty frames of a recording, the central square of
each at 224 x 224, InceptionV3 averaged over the image (2048 features, ImageNet weights, not trained further), GRU 16,
GRU 8, dropout 0.4, a dense layer of 8 (ReLU), a dense layer to the classes; Adam, no augmentation.

The original took twenty frames of a whole clip. Here windows are four seconds long and one second apart,
as in the other
families, and their twenty frames are evenly spaced, five per second: results then refer to the same windows, and a
recording may have any length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.backbones.base import FEATURES
from eightcount_classifier.families.base import ModelOutput, Recipe
from eightcount_classifier.features.frame_features import FrameFeatures, cut_frame_windows
from eightcount_classifier.features.frame_sampling import SAMPLING_HERTZ
from eightcount_classifier.features.windows import WINDOW_SECONDS, Windows
from eightcount_common.motion import FloatArray

_WIDE, _NARROW, _DENSE = 16, 8, 8
_DROPOUT = 0.4


class GruNetwork(nn.Module):
    """Two GRU layers and two dense layers, with the initial weights of Keras."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.wide = nn.GRU(FEATURES, _WIDE, batch_first=True)
        self.narrow = nn.GRU(_WIDE, _NARROW, batch_first=True)
        self.dense = nn.Linear(_NARROW, _DENSE)
        self.head = nn.Linear(_DENSE, classes)
        for name, value in self.named_parameters():
            _initialise(name, value)

    def forward(self, frames: Tensor) -> ModelOutput:
        """Map image features [B, T, 2048] to a `ModelOutput`, whose features are the last output of the GRU."""
        outputs, _ = self.wide(frames)
        outputs, _ = self.narrow(outputs)
        last = outputs[:, -1]
        dense = torch.relu(self.dense(functional.dropout(last, _DROPOUT, self.training)))
        return ModelOutput(self.head(dense), last)


def _initialise(name: str, value: Tensor) -> None:
    """Initialise a parameter: Glorot uniform weights, orthogonal recurrent weights, biases of 0.

    The default of torch is as large for 2048 inputs as for 16, so that the gates would start saturated.
    """
    if value.ndim == 1:
        nn.init.zeros_(value)
    elif "_hh_" in name:
        nn.init.orthogonal_(value)
    else:
        nn.init.xavier_uniform_(value)


@dataclass(frozen=True, slots=True)
class FramesGru:
    """The GRU baseline."""

    name: str = "frames-gru"
    input_kind: Literal["poses", "frames"] = "frames"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(
            epochs=30, batches=20, batch_size=64, learning_rate=1e-3, weight_decay=0.0, adam_l2=True, decay=1.0,
            label_smoothing=0.0,
        )
    )  # fmt: skip

    def network(self, classes: int) -> nn.Module:
        """Return a `GruNetwork`."""
        return GruNetwork(classes)

    def windows(self, data: FrameFeatures) -> Windows:
        """Return windows of four seconds, one second apart."""
        return cut_frame_windows(data)

    def inputs(self, data: FrameFeatures, windows: Windows) -> FloatArray:
        """Return the features [W, 20, 2048] of the windows."""
        index = windows.starts[windows.seen][:, None] + np.arange(windows.length)
        return np.asarray(data.features[index], np.float32)

    def split_windows(self, data: FrameFeatures, windows: Windows) -> list[FrameFeatures]:
        """Return each window as a recording of its own."""
        return [data.part(start, start + windows.length) for start in windows.starts[windows.seen].tolist()]

    def sample_input(self, data: FrameFeatures, random: np.random.Generator) -> FloatArray:
        """Sample features [20, 2048] at a random position."""
        length = round(WINDOW_SECONDS * SAMPLING_HERTZ)
        start = int(random.integers(len(data) - length + 1))
        return np.asarray(data.features[start : start + length], np.float32)

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:  # noqa: ARG002 - the baseline has none
        """Return the batch itself."""
        return batch

    def views(self, batch: Tensor) -> list[Tensor]:
        """Return the batch itself."""
        return [batch]
