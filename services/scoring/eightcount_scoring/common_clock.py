"""The common clock on which both dancers are compared."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.time_map import Seconds, TimeMap

RATE_HERTZ = 30.0
"""Frame rate of the common clock: that of most phones."""


def build_common_clock(reference: Seconds, take: Seconds, time_map: TimeMap) -> tuple[Seconds, Seconds]:
    """Return [T] times of the reference at `RATE_HERTZ` within the overlap, and the matching times of the take.

    Args:
        reference: timestamps of the reference's frames.
        take: timestamps of the take's frames.
        time_map: the map of the take's clock to the reference's.
    """
    start, stop = reference[0], reference[-1]
    clock = start + np.arange(int(np.floor((stop - start) * RATE_HERTZ + 1e-6)) + 1) / RATE_HERTZ
    matching = time_map.to_take_seconds(clock)
    inside = np.flatnonzero((matching >= take[0]) & (matching <= take[-1]))
    if not inside.size:
        return clock[:0], matching[:0]
    part = slice(int(inside[0]), int(inside[-1]) + 1)
    return clock[part], matching[part]
