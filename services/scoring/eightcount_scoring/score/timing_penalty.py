"""The penalty for being late or early."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.angles.joint_angles import Array

PUNCTUAL_SECONDS = 0.06
"""Lags up to this cost nothing: two frames of a phone's video."""
LATE_SECONDS = 0.3
"""From this lag on the full `TIMING_SHARE` of the points is lost: more than half a count at 120 bpm."""
TIMING_SHARE = 0.4
"""Largest share of a joint's points that a lag can cost."""


def timing_penalty(lag_seconds: Array) -> Array:
    """Return the share of the points that a lag costs, in [0, `TIMING_SHARE`].

    The penalty grows linearly from `PUNCTUAL_SECONDS` to `LATE_SECONDS`, whether the joint is late or early.
    """
    lateness = np.clip((np.abs(lag_seconds) - PUNCTUAL_SECONDS) / (LATE_SECONDS - PUNCTUAL_SECONDS), 0.0, 1.0)
    penalty: Array = TIMING_SHARE * lateness
    return penalty
