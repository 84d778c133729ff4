"""Losses of a training as a log that TensorBoard reads."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from eightcount_common.training.loop import Epoch


@contextmanager
def open_tensorboard_log(folder: Path | None) -> Iterator[Callable[[Epoch], None]]:
    """Yield a function that writes the losses of an epoch into the folder; it writes nothing without a folder."""
    if folder is None:
        yield lambda _: None
        return
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(folder))

    def write(epoch: Epoch) -> None:
        writer.add_scalar("loss/training", epoch.training_loss, epoch.number)
        if not math.isnan(epoch.validation_loss):
            writer.add_scalar("loss/validation", epoch.validation_loss, epoch.number)

    try:
        yield write
    finally:
        writer.close()
