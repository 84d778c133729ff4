"""One lag of the whole take: a dancer who is late with everything is late once, not in eleven joints."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.timing.lag_search import Timing

LEAST_SECONDS = 0.06
"""Lags below this are on time: two frames of a phone's video."""
ALIKE_SECONDS = 0.05
"""Joints whose lags differ by no more than this from the median are late together."""
LEAST_JOINTS, ALIKE_SHARE = 5, 0.75
STEADY_SHARE = 0.6
"""Share of the accepted local lags that must agree with the whole take's: a dancer who is late in one stretch is not
late throughout."""


def find_whole_lag(timing: Timing) -> float:
    """Return the lag in seconds that all joints share throughout, positive is late; 0 where there is none."""
    known = timing.joint_lag_seconds[np.isfinite(timing.joint_lag_seconds)]
    if known.size < LEAST_JOINTS:
        return 0.0
    lag = float(np.median(known))
    together = float((np.abs(known - lag) <= ALIKE_SECONDS).mean()) >= ALIKE_SHARE
    return lag if abs(lag) >= LEAST_SECONDS and together and _is_steady(timing, lag) else 0.0


def subtract_whole_lag(timing: Timing, lag_seconds: float) -> Timing:
    """Return the lags relative to that of the whole take; 0 stays where no lag was accepted."""
    if not lag_seconds:
        return timing
    local = np.where(timing.lag_seconds != 0, timing.lag_seconds - np.float32(lag_seconds), np.float32(0.0))
    return Timing(local.astype(np.float32), timing.joint_lag_seconds - lag_seconds)


def _is_steady(timing: Timing, lag: float) -> bool:
    """Whether the lag holds throughout: where local lags are accepted, and in most frames of some limb."""
    thirds = np.array_split(timing.lag_seconds, 3)
    return all(_agrees(part, lag) for part in thirds)


def _agrees(local: np.ndarray[tuple[int, ...], np.dtype[np.floating]], lag: float) -> bool:
    accepted = local[local != 0]
    if not accepted.size:
        return False
    return float((np.abs(accepted - lag) <= ALIKE_SECONDS).mean()) >= STEADY_SHARE
