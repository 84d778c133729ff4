"""Exponential moving average of the weights of a network in training."""

from __future__ import annotations

import torch
from torch import nn
from torch.optim.swa_utils import get_ema_multi_avg_fn


@torch.no_grad()
def update_average(average: nn.Module, network: nn.Module, *, decay: float, step: int) -> None:
    """Move the averaged weights a little towards those of the network.

    Args:
        average: a network of the same architecture.
        network: the network after the step.
        decay: share of the old average that remains. It is smaller in the first steps, (1 + step) / (10 + step), so
            that a short training does not keep its initial weights.
        step: number of the step, from 0.
    """
    current_decay = min(decay, (1 + step) / (10 + step))
    update = get_ema_multi_avg_fn(current_decay)  # type: ignore[no-untyped-call]
    update(list(average.parameters()), list(network.parameters()), step)


@torch.no_grad()
def copy_buffers(average: nn.Module, network: nn.Module) -> None:
    """Copy the batch statistics of the network into the average; they are averages already."""
    for target, source in zip(average.buffers(), network.buffers(), strict=True):
        target.copy_(source)
