"""What the loop is asked to do: how long and how fast to learn, and what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained.

    Attributes:
        epochs: at most; a run stops earlier when the held-out loss rises.
        batches: of an epoch.
        batch_size: examples.
        learning_rate: the highest.
        weight_decay: decoupled (AdamW), or added to the gradient where `adam_l2`.
        adam_l2: whether it is Adam with an L2 penalty.
        stop_after: epochs after which a run ends although `epochs` would go on; 0 for none.
        decay: the rate of each epoch as a multiple of that before; 0 for one cosine cycle over the whole run.
        patience: epochs without a lower held-out loss after which training stops.
        average: decay, with each step, of a moving average of the weights, which is what is judged and kept; 0 judges
            and keeps the weights themselves.
    """

    epochs: int = 30
    batches: int = 20
    batch_size: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.05
    adam_l2: bool = False
    stop_after: int = 0
    decay: float = 0.0
    patience: int = 10
    average: float = 0.0


@dataclass(frozen=True, slots=True)
class Draw:
    """What a task draws one batch from.

    Attributes:
        random: chance on the processor; other numbers in each process.
        generator: chance on the device; other numbers in each process.
        device: where the network is.
        size: examples of the batch.
        epoch: from 1, for tasks that grow harder.
    """

    random: np.random.Generator
    generator: torch.Generator
    device: torch.device
    size: int
    epoch: int


class Task(Protocol):
    """What a network is trained for."""

    def network(self) -> nn.Module:
        """A fresh network; the random state of torch decides the weights."""

    def loss(self, network: nn.Module, draw: Draw) -> Tensor:
        """How wrong the network is about one batch, [] to be made small.

        The network is to be called, and none of its other methods, so that several processes learn together. On a GPU
        this runs in bfloat16 where torch finds that it does no harm (`torch.autocast`).
        """

    def held_out_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """The loss on what is not trained on; None when nothing is held out. The network is set to judge (`eval`)."""
