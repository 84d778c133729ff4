"""Finds and removes the idle ends of a recording."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.models.motion_beats import body_speed

_STILL = 0.12
"""Metres per second, mean over the joints: a slower body is idle."""


def trim_idle_ends(dance: Dance) -> Dance:
    """Return the dance without its idle ends."""
    return dance.frames(*moving_range(dance))


def moving_range(dance: Dance) -> tuple[int, int]:
    """Return the first frame that is not idle and the one after the last such; 0 and 0 when all are idle."""
    moving = np.flatnonzero(body_speed(dance.joints()) > _STILL)
    return (int(moving[0]), int(moving[-1]) + 1) if len(moving) else (0, 0)
