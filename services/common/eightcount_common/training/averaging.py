"""A network that follows another one that is trained: an exponential moving average of its weights."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn


@torch.no_grad()
def follow(average: nn.Module, network: nn.Module, *, decay: float, step: int) -> None:
    """Moves the average a little towards the network.

    Args:
        average: of the same kind as the network.
        network: as it is after the step.
        decay: what stays of the average. In the first steps less does, (1 + step) / (10 + step), so that a short
            training does not keep the weights that it began with.
        step: from 0.
    """
    kept = min(decay, (1 + step) / (10 + step))
    moved = get_ema_multi_avg_fn(kept)  # type: ignore[no-untyped-call]
    moved(list(average.parameters()), list(network.parameters()), step)


@torch.no_grad()
def follow_buffers(average: nn.Module, network: nn.Module) -> None:
    """Gives the average the network's statistics of batches, which are averages already."""
    for target, source in zip(average.buffers(), network.buffers(), strict=True):
        target.copy_(source)
