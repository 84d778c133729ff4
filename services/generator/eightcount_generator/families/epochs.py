"""Reports the epochs of a training loop as training progress."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TypeVar

from eightcount_common.training.loop import Epoch
from eightcount_generator.families.base import TrainingProgress

T = TypeVar("T")


def report_epochs(epochs: Generator[Epoch, None, T]) -> Generator[TrainingProgress, None, T]:
    """Run a training loop; yield the progress after each epoch and return the result of the loop."""
    while True:
        try:
            epoch = next(epochs)
        except StopIteration as end:
            result: T = end.value
            return result
        held_out = "" if math.isnan(epoch.validation_loss) else f", validation loss {epoch.validation_loss:.3f}"
        note = f"epoch {epoch.number} of at most {epoch.total}, training loss {epoch.training_loss:.3f}{held_out}"
        yield TrainingProgress(epoch.number / epoch.total, note)
