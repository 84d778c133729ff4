"""The course of a training for TensorBoard."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eightcount_common.training.loop import Epoch


@contextmanager
def written_course(folder: Path | None) -> Iterator[Callable[[Epoch], None]]:
    """Writes the losses of each epoch it is told of into the folder; nowhere when not given."""
    if folder is None:
        yield lambda _: None
        return
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder))

    def write(epoch: Epoch) -> None:
        writer.add_scalar("loss/training", epoch.training_loss, epoch.number)
        if not math.isnan(epoch.held_out_loss):
            writer.add_scalar("loss/held_out", epoch.held_out_loss, epoch.number)

    try:
        yield write
    finally:
        writer.close()
