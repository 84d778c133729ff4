"""Several processes, started by `torchrun`, that train one network together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel


@dataclass(frozen=True, slots=True)
class Place:
    """Which of how many processes this is, and the device it computes on."""

    device: torch.device
    rank: int = 0
    count: int = 1

    @property
    def leads(self) -> bool:
        """Whether it is this process that writes and reports."""
        return self.rank == 0

    def shared(self, network: nn.Module) -> nn.Module:
        """The network with its gradients averaged over all processes."""
        if self.count == 1:
            return network
        devices = [self.device.index] if self.device.type == "cuda" else None
        if devices:
            network = nn.SyncBatchNorm.convert_sync_batchnorm(network)  # type: ignore[no-untyped-call]
        return DistributedDataParallel(network, device_ids=devices)

    def align(self, network: nn.Module) -> None:
        """Gives every process the leading one's statistics of batches, which each has of its own; weights are alike."""
        if self.count > 1:
            for buffer in network.buffers():
                distributed.broadcast(buffer, 0)

    def agreed(self, value: float) -> float:
        """The leading process's value, in all of them."""
        if self.count == 1:
            return value
        tensor = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(tensor, 0)
        return float(tensor.item())


@contextmanager
def placed(*, device: str = "") -> Iterator[Place]:
    """The place of this process: its GPU if there is one, in the group that `torchrun` made if it did.

    Args:
        device: as torch names it; chosen when empty.
    """
    rank, count = int(os.environ.get("LOCAL_RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    chosen = torch.device(device or (f"cuda:{rank}" if torch.cuda.is_available() else "cpu"))
    if count == 1:
        yield Place(chosen)
        return
    distributed.init_process_group("nccl" if chosen.type == "cuda" else "gloo")
    try:
        yield Place(chosen, distributed.get_rank(), count)
    finally:
        distributed.destroy_process_group()
