"""Interface of a family of models: it prepares inputs from recordings and builds the network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.features.windows import Windows
from eightcount_common.motion import FloatArray
from eightcount_common.training import task as training


class ModelOutput(NamedTuple):
    """Output of a network for a batch: logits [B, C], and the features [B, E] of its last layer."""

    logits: Tensor
    features: Tensor


@dataclass(frozen=True, slots=True)
class Recipe(training.Recipe):
    """Default hyperparameters of a family.

    Attributes:
        label_smoothing: probability that is spread over all classes.
        members: networks of the ensemble, trained from different seeds.
    """

    label_smoothing: float = 0.1
    members: int = 1


class Ensemble(nn.Module):
    """Ensemble of networks: mean logits, and the features of the first network."""

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, batch: Tensor) -> ModelOutput:
        """Return the mean logits of the members, and the features of the first."""
        outputs = [member(batch) for member in self.members]
        return ModelOutput(torch.stack([output.logits for output in outputs]).mean(dim=0), outputs[0].features)


class Family(Protocol):
    """A family of models. `data` is the type of its examples: a `BodyMotion` for poses, `FrameFeatures` for video."""

    @property
    def name(self) -> str:
        """Name that users give."""

    @property
    def input_kind(self) -> Literal["poses", "frames"]:
        """Kind of its inputs: motions, or frames of a video."""

    @property
    def recipe(self) -> Recipe:
        """Default hyperparameters."""

    def network(self, classes: int) -> nn.Module:
        """Return a new network from inputs to `ModelOutput`; the random state of torch decides its weights."""

    def windows(self, data: Any) -> Windows:
        """Return the windows of a recording that are classified."""

    def inputs(self, data: Any, windows: Windows) -> FloatArray:
        """Return the inputs [W, ...] of the windows in which the dancer is seen."""

    def split_windows(self, data: Any, windows: Windows) -> list[Any]:
        """Return each window in which the dancer is seen as a recording of its own."""

    def sample_input(self, data: Any, random: np.random.Generator) -> FloatArray:
        """Sample a training input [...] from a recording that has at least one window."""

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """Return the batch with random augmentation."""

    def views(self, batch: Tensor) -> list[Tensor]:
        """Return the test-time views of a batch, over which outputs are averaged."""
