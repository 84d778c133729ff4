"""Finds and removes the idle ends of a recording."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.models.motion_beats import body_speed

_STILL = 0.12
"""m/s, mean over the joints: slower than this at its ends, a recording only waits."""


def trim_idle_ends(dance: Dance) -> Dance:
    """The dance without waiting at its ends."""
    return dance.frames(*moving_range(dance))


def moving_range(dance: Dance) -> tuple[int, int]:
    """The first frame that is no waiting, and the first after the last such; 0 and 0 where all is."""
    moving = np.flatnonzero(body_speed(dance.joints()) > _STILL)
    return (int(moving[0]), int(moving[-1]) + 1) if len(moving) else (0, 0)
