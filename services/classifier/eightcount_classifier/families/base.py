"""What a family of models is: how it sees a recording, and the network that judges what it sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from eightcount_classifier.windows import Windows
from eightcount_common.motion import FloatArray
from eightcount_common.training import task as training


class Judgement(NamedTuple):
    """What a network makes of a batch: [B, C] logits, and [B, E] the features they were made from."""

    logits: Tensor
    features: Tensor


@dataclass(frozen=True, slots=True)
class Recipe(training.Recipe):
    """How a family is trained, unless the user says otherwise.

    Attributes:
        label_smoothing: probability that is spread over all classes.
        members: networks that are trained from different seeds and answer together.
    """

    label_smoothing: float = 0.1
    members: int = 1


class Ensemble(nn.Module):
    """Several networks that answer together: mean logits, and the features of the first."""

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, batch: Tensor) -> Judgement:
        """As each member's."""
        judgements = [member(batch) for member in self.members]
        return Judgement(torch.stack([found.logits for found in judgements]).mean(dim=0), judgements[0].features)


class Family(Protocol):
    """One way of looking at recordings. `data` is what the family's examples carry, a `BodyMotion` for poses."""

    @property
    def name(self) -> str:
        """As users call it."""

    @property
    def looks_at(self) -> Literal["poses", "frames"]:
        """What its recordings are."""

    @property
    def recipe(self) -> Recipe:
        """How it is trained."""

    def network(self, classes: int) -> nn.Module:
        """A fresh network: inputs -> `Judgement`. The random state of torch decides the weights."""

    def windows(self, data: Any) -> Windows:
        """The stretches of a recording that are judged."""

    def inputs(self, data: Any, windows: Windows) -> FloatArray:
        """[W, ...] inputs of the windows in which the dancer is seen."""

    def pieces(self, data: Any, windows: Windows) -> list[Any]:
        """The windows in which the dancer is seen, each as a recording of its own."""

    def draw(self, data: Any, random: np.random.Generator) -> FloatArray:
        """[...] a random training input of a recording that has at least one window."""

    def augment(self, batch: Tensor, generator: torch.Generator) -> Tensor:
        """The batch as other recordings of the same might have been."""

    def views(self, batch: Tensor) -> list[Tensor]:
        """What is judged for each input of the batch; the answers are averaged."""
