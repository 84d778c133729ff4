"""Which moments of both recordings each picture of the side by side shows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_common.motion import TimeArray
from eightcount_scoring.angles.resampling import TimeMap

MAX_FRAME_RATE = 30
"""Pictures a second; twice as many would cost twice as much and show little more of a dance."""
MIN_FRAME_RATE = 10
"""A slower reference repeats its pictures, so that the take still moves."""
_ROUNDING_HERTZ = 0.5
_USUAL_RATES = tuple(Fraction(rate) for rate in (24, 25, 30)) + tuple(Fraction(rate * 1000, 1001) for rate in (24, 30))
_SAME_RATE = 3e-4
_SAME_SECONDS = 1e-3


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times to show, one for each of the F output pictures.

    Attributes:
        frame_rate: output pictures a second.
        reference_seconds: [F] times of the reference, evenly spaced.
        take_seconds: [F] times of the take, never descending; NaN where the alignment has no match.
    """

    frame_rate: Fraction
    reference_seconds: TimeArray
    take_seconds: TimeArray

    def __len__(self) -> int:
        return int(self.reference_seconds.size)

    @property
    def duration_seconds(self) -> float:
        """Length of the output."""
        return float(len(self) / self.frame_rate)


def output_frame_rate(nominal: float) -> Fraction:
    """At most about 30 a second: the reference's rate, or a whole fraction of it so that pictures drop evenly.

    Args:
        nominal: pictures a second of the reference as its container states them; 0 when it states none.
    """
    if not np.isfinite(nominal) or nominal <= 0:
        return Fraction(MAX_FRAME_RATE)
    rate = Fraction(nominal).limit_denominator(1001) / max(1, ceil(nominal / (MAX_FRAME_RATE + _ROUNDING_HERTZ)))
    usual = min(_USUAL_RATES, key=lambda candidate: abs(candidate - rate))  # containers round the times of pictures
    rate = usual if abs(usual / rate - 1) < _SAME_RATE else rate
    return max(rate, Fraction(MIN_FRAME_RATE))


def plan_schedule(reference: TimeArray, take: TimeArray, time_map: TimeMap, frame_rate: Fraction) -> Schedule:
    """Covers the time in which both recordings have pictures; starts on a picture of the reference.

    Args:
        reference: timestamps of the reference's pictures.
        take: timestamps of the take's pictures.
        time_map: the take's clock against the reference's.
        frame_rate: output pictures a second.

    Raises:
        UnusableMediaError: NO_OVERLAP, the recordings share no time.
    """
    matching = time_map.take_seconds(reference)
    last = take[-1] + _last_interval(take) - _SAME_SECONDS
    shared = np.flatnonzero((matching >= take[0] - _SAME_SECONDS) & (matching <= last))
    if not shared.size:
        raise UnusableMediaError(
            "the take and the reference share no time as they are aligned, so there is nothing to show side by side",
            reason="NO_OVERLAP",
        )
    start, stop = reference[shared[0]], reference[shared[-1]] + _last_interval(reference)
    count = max(1, round((stop - start) * float(frame_rate)))
    seconds = start + np.arange(count) / float(frame_rate)
    shown = time_map.take_seconds(seconds)
    known = np.isfinite(shown)
    shown[known] = np.maximum.accumulate(np.clip(shown[known], take[0], take[-1]))
    return Schedule(frame_rate, seconds, shown)


def _last_interval(timestamps: TimeArray) -> float:
    """How long the last picture lasts: as long as the usual one."""
    return float(np.median(np.diff(timestamps))) if timestamps.size > 1 else 1 / MAX_FRAME_RATE
