"""From dancing after given poses to dancing after its own."""

from __future__ import annotations

FORCED_STEPS = 10
"""Given poses between two stretches of own ones."""
MAX_FREE_STEPS = 100
"""Own poses on end in the last of the published 10,000 epochs, each of which adds 0.01."""

EVALUATION_FREE_STEPS = 10
"""Own poses on end by which a network is judged: nobody foresees a dancer for longer, and who tries is best off
standing as still as the mean of all that could come."""


def free_running_steps(epoch: int, *, epochs: int) -> int:
    """Own poses on end in an epoch, counted from 1, of so many."""
    return min(epoch * MAX_FREE_STEPS // max(epochs, 1), MAX_FREE_STEPS)


def teacher_forcing_mask(frames: int, own: int) -> tuple[bool, ...]:
    """Whether a pose is given, for so many frames: ten that are, then `own` that are not, and again."""
    return tuple(frame % (FORCED_STEPS + own) < FORCED_STEPS for frame in range(frames))
