"""Family `few-shot`: an embedding trained without style labels, in which a style is a handful of clips."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.families.base import ModelOutput, Recipe
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.families.statistics_network import StatisticsNetwork
from eightcount_classifier.features.augmentation import Augmentation
from eightcount_common.motion import FloatArray

EMBEDDING = 64


class EmbeddingNetwork(nn.Module):
    """Statistics of a window projected onto a sphere, with a linear head that is fitted afterwards."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.statistics = StatisticsNetwork(0)
        self.projection = nn.Linear(self.statistics.features, EMBEDDING)
        self.head = nn.Linear(EMBEDDING, classes)
        self.head.requires_grad_(requires_grad=False)

    def forward(self, rows: Tensor) -> ModelOutput:
        """Map rows [B, T, 39] to the logits of the head, and to the embedding of unit length."""
        found = functional.dropout(self.statistics(rows).features, 0.1, self.training)
        embedding = functional.normalize(self.projection(found), dim=1)
        return ModelOutput(self.head(embedding), embedding)

    def set_head(self, weights: FloatArray, offsets: FloatArray) -> None:
        """Set weights [C, D] and offsets [C] of the head."""
        self.head = nn.Linear(EMBEDDING, len(offsets))
        self.head.requires_grad_(requires_grad=False)
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(weights))
            self.head.bias.copy_(torch.from_numpy(offsets))


@dataclass(frozen=True, slots=True)
class FewShot(Pose):
    """The few-shot family; its inputs are those of the family `pose`."""

    name: str = "few-shot"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(epochs=40, batches=20, batch_size=128, learning_rate=2e-3, patience=40)
    )
    augmentation: Augmentation = field(
        default_factory=lambda: Augmentation(tilt_rad=0.1, amplitude=0.1, build_metres=0.05, depth=0.15)
    )

    def network(self, classes: int) -> nn.Module:
        """Return an `EmbeddingNetwork`."""
        return EmbeddingNetwork(classes)
