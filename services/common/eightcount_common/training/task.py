"""The task that the training loop works on, and its hyperparameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Recipe:
    """Hyperparameters of a training.

    Attributes:
        epochs: largest number of epochs; a run stops earlier when the held-out loss rises.
        batches: batches of an epoch.
        batch_size: examples of a batch.
        learning_rate: highest learning rate.
        weight_decay: decoupled (AdamW), or added to the gradient if `adam_l2`.
        adam_l2: whether the optimiser is Adam with an L2 penalty.
        stop_after: number of epochs after which a run ends even if `epochs` is larger; 0 for none.
        decay: learning rate of an epoch as a multiple of that of the epoch before; 0 for one cosine cycle over the run.
        patience: epochs without a lower held-out loss after which training stops.
        average: decay per step of a moving average of the weights, which is then evaluated and kept; 0 evaluates and
            keeps the weights themselves.
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
class BatchContext:
    """Everything that a task needs to sample one batch.

    Attributes:
        random: random generator on the CPU; different in each process.
        generator: random generator on the device; different in each process.
        device: device of the network.
        size: examples of the batch.
        epoch: number of the epoch, from 1, for tasks that grow harder.
    """

    random: np.random.Generator
    generator: torch.Generator
    device: torch.device
    size: int
    epoch: int


class Task(Protocol):
    """A network and the loss that it is trained to minimise."""

    def network(self) -> nn.Module:
        """Return a new network; the random state of torch decides its weights."""

    def loss(self, network: nn.Module, context: BatchContext) -> Tensor:
        """Return the loss [] of the network on one batch.

        Only the network itself may be called, none of its other methods, so that several processes can train it
        together. On a GPU this runs in bfloat16 where torch considers it safe (`torch.autocast`).
        """

    def validation_loss(self, network: nn.Module, device: torch.device) -> float | None:
        """Return the loss on held-out data, or None if nothing is held out. The network is in `eval` mode."""
