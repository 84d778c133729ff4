"""Epochs of a training as steps of the work."""

from __future__ import annotations

import math
from collections.abc import Generator

from eightcount_common.training.loop import Epoch, Trained
from eightcount_generator.families.base import Step


def told(epochs: Generator[Epoch, None, Trained], *, after: float = 0.0) -> Generator[Step, None, Trained]:
    """Says how each epoch went; `after` is the part of the whole work that was done before."""
    while True:
        try:
            epoch = next(epochs)
        except StopIteration as end:
            trained: Trained = end.value
            return trained
        loss = f"loss {epoch.training_loss:.3f}"
        if not math.isnan(epoch.held_out_loss):
            loss += f", {epoch.held_out_loss:.3f} on what is held out"
        yield Step(
            "training",
            after + (1 - after) * epoch.number / epoch.total,
            f"epoch {epoch.number} of {epoch.total}: {loss}",
        )
