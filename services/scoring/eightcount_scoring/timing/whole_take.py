"""One lag of the whole take: a dancer who is late with everything is late once, not in eleven joints."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.timing.lag_search import Timing

LEAST_SECONDS = 0.06
"""Lags below this are on time: two frames of a phone's video."""
ALIKE_SECONDS = 0.05
"""Joints whose lags differ by no more than this from the median are late together."""
LEAST_JOINTS, ALIKE_SHARE = 4, 0.55
MAX_APART_SECONDS = 0.3
"""Greatest lag of a joint relative to the whole take's."""
STEADY_SECONDS = 0.08
"""Greatest distance of the whole take's lag from the median of the accepted local lags in each third of the take: a
dancer who is late in one stretch is not late throughout."""


def find_whole_lag(timing: Timing) -> float:
    """Return the lag in seconds that all joints share throughout, positive is late; 0 where there is none."""
    known = timing.joint_lag_seconds[np.isfinite(timing.joint_lag_seconds)]
    if known.size < LEAST_JOINTS:
        return 0.0
    lag = float(np.median(known))
    together = float((np.abs(known - lag) <= ALIKE_SECONDS).mean()) >= ALIKE_SHARE
    return lag if abs(lag) >= LEAST_SECONDS and together and _is_steady(timing, lag) else 0.0


def subtract_whole_lag(timing: Timing, lag_seconds: float) -> Timing:
    """Return the lags relative to that of the whole take; 0 stays where no lag was accepted.

    A joint that seems far from the rest of the body hardly moves: its lag is not known.
    """
    if not lag_seconds:
        return timing
    local = np.where(timing.lag_seconds != 0, timing.lag_seconds - np.float32(lag_seconds), np.float32(0.0))
    joints = timing.joint_lag_seconds - lag_seconds
    return Timing(local.astype(np.float32), np.where(np.abs(joints) <= MAX_APART_SECONDS, joints, np.nan))


def _is_steady(timing: Timing, lag: float) -> bool:
    """Whether the lag holds in every third of the take."""
    thirds = np.array_split(timing.lag_seconds, 3)
    return all(_agrees(part, lag) for part in thirds)


def _agrees(local: np.ndarray[tuple[int, ...], np.dtype[np.floating]], lag: float) -> bool:
    accepted = local[local != 0]
    if not accepted.size:
        return False
    return abs(float(np.median(accepted)) - lag) <= STEADY_SECONDS
