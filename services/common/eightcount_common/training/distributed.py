"""Training of one network by several processes that `torchrun` started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True, slots=True)
class TrainingWorker:
    """One process of a training.

    Attributes:
        device: device that this process computes on.
        rank: number of this process, from 0.
        world_size: number of processes.
    """

    device: torch.device
    rank: int = 0
    world_size: int = 1

    @property
    def is_leader(self) -> bool:
        """Whether this is the process that writes files and reports progress."""
        return self.rank == 0

    def wrap_network(self, network: nn.Module) -> nn.Module:
        """Return the network with its gradients averaged over all processes."""
        if self.world_size == 1:
            return network
        devices = [self.device.index] if self.device.type == "cuda" else None
        if devices:
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
        return DistributedDataParallel(network, device_ids=devices)

    def sync_buffers(self, network: nn.Module) -> None:
        """Give every process the batch statistics of the leader; weights are identical already."""
        if self.world_size > 1:
            for buffer in network.buffers():
                distributed.broadcast(buffer, 0)

    def broadcast_value(self, value: float) -> float:
        """Return the value of the leader in every process."""
        if self.world_size == 1:
            return value
        tensor = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(tensor, 0)
        return float(tensor.item())


@contextmanager
def start_worker(*, device: str = "") -> Iterator[TrainingWorker]:
    """Join the process group of `torchrun`, if there is one, on the GPU of this process, if there is one.

    Args:
        device: torch device name; chosen automatically if empty.
    """
    rank, world_size = int(os.environ.get("LOCAL_RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    chosen = torch.device(device or (f"cuda:{rank}" if torch.cuda.is_available() else "cpu"))
    if world_size == 1:
        yield TrainingWorker(chosen)
        return
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield TrainingWorker(chosen, distributed.get_rank(), world_size)
    finally:
        distributed.destroy_process_group()
