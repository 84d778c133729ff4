"""`few-shot`: an embedding that was trained without labels of styles; a style is a handful of clips in it."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from eightcount_classifier.augmentation import Augmentation
from eightcount_classifier.families.base import Judgement, Recipe
from eightcount_classifier.families.pose import Pose
from eightcount_classifier.families.statistics import StatisticsNetwork
from eightcount_common.motion import FloatArray

EMBEDDING = 64


class EmbeddingNetwork(nn.Module):
    """Statistics of a window, projected onto a sphere; and a linear head on it that is computed, not trained."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.statistics = StatisticsNetwork(0)
        self.projection = nn.Linear(self.statistics.features, EMBEDDING)
        self.head = nn.Linear(EMBEDDING, classes)
        self.head.requires_grad_(requires_grad=False)

    def forward(self, rows: Tensor) -> Judgement:
        """[B, T, 39] rows -> logits of the computed head, and the embedding, of unit length."""
        found = functional.dropout(self.statistics(rows).features, 0.1, self.training)
        embedding = functional.normalize(self.projection(found), dim=1)
        return Judgement(self.head(embedding), embedding)

    def set_head(self, weights: FloatArray, offsets: FloatArray) -> None:
        """Sets the head: [C, D] weights and [C] offsets."""
        self.head = nn.Linear(EMBEDDING, len(offsets))
        self.head.requires_grad_(requires_grad=False)
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(weights))
            self.head.bias.copy_(torch.from_numpy(offsets))


@dataclass(frozen=True, slots=True)
class FewShot(Pose):
    """Sees what the family `pose` sees."""

    name: str = "few-shot"
    recipe: Recipe = field(
        default_factory=lambda: Recipe(epochs=40, batches=20, batch_size=128, learning_rate=2e-3, patience=40)
    )
    augmentation: Augmentation = field(
        default_factory=lambda: Augmentation(tilt_rad=0.1, amplitude=0.1, build_metres=0.05, depth=0.15)
    )

    def network(self, classes: int) -> nn.Module:
        """An `EmbeddingNetwork`."""
        return EmbeddingNetwork(classes)
