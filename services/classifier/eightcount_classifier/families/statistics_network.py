"""Network of the default family: convolutions over time, pooled to statistics."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.families.base import ModelOutput
from eightcount_classifier.features.kinematics import CHANNELS, kinematic_channels

_MIN_VARIANCE = 0.05**2
_DROPOUT = 0.3


class StatisticsNetwork(nn.Module):
    """Kinematic channels, two strided convolutions, and mean, deviation and maximum over time of channels and features.

    Statistics pooling follows x-vectors (Snyder et al., 2018): a style shows in how often and how strongly a movement
    occurs in a window, not in when. With 0 classes the logits are the features.
    """

    def __init__(self, classes: int, *, width: int = 48, kernel: int = 9, layers: int = 2) -> None:
        super().__init__()
        self.standardise = nn.BatchNorm1d(CHANNELS, affine=False)
        self.convolutions = nn.ModuleList()
        before = CHANNELS
        for _ in range(layers):
            self.convolutions.append(
                nn.Sequential(
                    nn.Conv1d(before, width, kernel, stride=2, padding=kernel // 2), nn.BatchNorm1d(width), nn.GELU()
                )
            )
            before = width
        self.features = 3 * (CHANNELS + layers * width)
        self.level = nn.BatchNorm1d(self.features, affine=False)
        self.head = nn.Linear(self.features, classes) if classes else nn.Identity()
        self.dropout = _DROPOUT

    def forward(self, rows: Tensor) -> ModelOutput:
        """Map rows [B, T, 39] to a `ModelOutput`."""
        found = self.standardise(kinematic_channels(rows)).clamp(-10, 10)
        pooled = [_pool_statistics(found)]
        found = functional.dropout1d(found, 0.1, self.training)
        for convolution in self.convolutions:
            found = convolution(found)
            pooled.append(_pool_statistics(found))
        features = self.level(torch.cat(pooled, dim=1)).clamp(-10, 10)
        return ModelOutput(self.head(functional.dropout(features, self.dropout, self.training)), features)


def _pool_statistics(found: Tensor) -> Tensor:
    """Pool [B, C, T] over time to [B, 3 C]."""
    mean = found.mean(dim=-1)
    variance = (found.square().mean(dim=-1) - mean.square()).clamp(min=0)  # several times faster than `Tensor.var`
    return torch.cat([mean, torch.log(torch.sqrt(variance + _MIN_VARIANCE)), found.amax(dim=-1)], dim=1)
