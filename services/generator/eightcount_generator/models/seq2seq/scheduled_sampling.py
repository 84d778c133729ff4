"""Scheduled sampling: from true previous poses to the network's own predictions."""

from __future__ import annotations

FORCED_STEPS = 10
"""True poses between two stretches of predicted ones."""
MAX_FREE_STEPS = 100
"""Consecutive predicted poses in the last of the published 10,000 epochs, each of which adds 0.01."""

EVALUATION_FREE_STEPS = 10
"""Consecutive predicted poses in evaluation: nobody can predict a dancer for longer, and the loss of a longer
prediction is lowest for a network that stands still in the mean pose.
"""


def free_running_steps(epoch: int, *, epochs: int) -> int:
    """Return the number of consecutive predicted poses in an epoch, counted from 1."""
    return min(epoch * MAX_FREE_STEPS // max(epochs, 1), MAX_FREE_STEPS)


def teacher_forcing_mask(frames: int, own: int) -> tuple[bool, ...]:
    """Return for each frame whether the true pose is fed: ten times true, then `own` times not, and again."""
    return tuple(frame % (FORCED_STEPS + own) < FORCED_STEPS for frame in range(frames))
