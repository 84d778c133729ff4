"""Epochs of a training as steps of the work."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TypeVar

from eightcount_common.training.loop import Epoch
from eightcount_generator.families.base import Step

T = TypeVar("T")


def told(epochs: Generator[Epoch, None, T]) -> Generator[Step, None, T]:
    """The steps that the epochs of a training are; returns what the training does."""
    while True:
        try:
            epoch = next(epochs)
        except StopIteration as end:
            result: T = end.value
            return result
        held_out = "" if math.isnan(epoch.validation_loss) else f", held out {epoch.validation_loss:.3f}"
        note = f"epoch {epoch.number} of at most {epoch.total}, loss {epoch.training_loss:.3f}{held_out}"
        yield Step("training", epoch.number / epoch.total, note)
