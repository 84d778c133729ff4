"""The network of our own families: convolutions over time, and statistics of what they find."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.families.base import Judgement
from eightcount_classifier.kinematics import CHANNELS, kinematic_channels

_LEAST_VARIANCE = 0.05**2
_DROPOUT = 0.3


class StatisticsNetwork(nn.Module):
    """Kinematic channels, two strided convolutions, and mean, deviation and maximum over time of channels and features.

    Statistics pooling after x-vectors (Snyder et al., 2018): a style shows in how often and how strongly something
    happens in a window, not in when. Without classes the logits are the features.
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

    def forward(self, rows: Tensor) -> Judgement:
        """[B, T, 39] rows -> judgement."""
        found = self.standardise(kinematic_channels(rows)).clamp(-10, 10)
        pooled = [_statistics(found)]
        found = functional.dropout1d(found, 0.1, self.training)
        for convolution in self.convolutions:
            found = convolution(found)
            pooled.append(_statistics(found))
        features = self.level(torch.cat(pooled, dim=1)).clamp(-10, 10)
        return Judgement(self.head(functional.dropout(features, self.dropout, self.training)), features)


def _statistics(found: Tensor) -> Tensor:
    """[B, C, T] -> [B, 3 C]."""
    mean = found.mean(dim=-1)
    variance = (found.square().mean(dim=-1) - mean.square()).clamp(min=0)  # several times faster than torch's own
    return torch.cat([mean, torch.log(torch.sqrt(variance + _LEAST_VARIANCE)), found.amax(dim=-1)], dim=1)
