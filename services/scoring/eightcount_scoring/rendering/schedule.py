"""Schedule of the output: the times of both recordings that each frame of the video shows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np

from eightcount_common.errors import UnusableMediaError
from eightcount_common.motion import TimeArray
from eightcount_scoring.time_map import TimeMap

MAX_FRAME_RATE = 30
"""Largest frame rate; twice as many frames would cost twice as much and show little more of a dance."""
MIN_FRAME_RATE = 10
"""Smallest frame rate; a slower reference repeats its frames, so that the take still moves."""
_ROUNDING_HERTZ = 0.5
_USUAL_RATES = tuple(Fraction(rate) for rate in (24, 25, 30)) + tuple(Fraction(rate * 1000, 1001) for rate in (24, 30))
_SAME_RATE = 3e-4
_SAME_SECONDS = 1e-3
_BACKWARD_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Schedule:
    """The times to show in each of the F output frames.

    Attributes:
        frame_rate: output frames per second.
        reference_seconds: [F] times of the reference, evenly spaced.
        take_seconds: [F] times of the take, never descending; NaN where the alignment has no match, or has one that the
            take shows before what was shown already.
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
    """Choose the frame rate: the reference's, or an integer fraction of it that is at most about 30 per second.

    An integer fraction drops frames evenly.

    Args:
        nominal: frame rate of the reference that its container states; 0 when it states none.
    """
    if not np.isfinite(nominal) or nominal <= 0:
        return Fraction(MAX_FRAME_RATE)
    rate = Fraction(nominal).limit_denominator(1001) / max(1, ceil(nominal / (MAX_FRAME_RATE + _ROUNDING_HERTZ)))
    usual = min(_USUAL_RATES, key=lambda candidate: abs(candidate - rate))  # containers round timestamps
    rate = usual if abs(usual / rate - 1) < _SAME_RATE else rate
    return max(rate, Fraction(MIN_FRAME_RATE))


def plan_schedule(reference: TimeArray, take: TimeArray, time_map: TimeMap, frame_rate: Fraction) -> Schedule:
    """Plan the time in which both recordings have frames; it starts on a frame of the reference.

    Args:
        reference: timestamps of the reference's frames.
        take: timestamps of the take's frames.
        time_map: the map of the take's clock to the reference's.
        frame_rate: output frames per second.

    Raises:
        UnusableMediaError: NO_OVERLAP, the recordings share no time.
    """
    matching = time_map.to_take_seconds(reference)
    last = take[-1] + _last_interval(take) - _SAME_SECONDS
    shared = np.flatnonzero((matching >= take[0] - _SAME_SECONDS) & (matching <= last))
    if not shared.size:
        raise UnusableMediaError(
            "with this alignment the take and the reference share no time, so there is nothing to show side by side",
            reason="NO_OVERLAP",
        )
    start, stop = reference[shared[0]], reference[shared[-1]] + _last_interval(reference)
    count = max(1, round((stop - start) * float(frame_rate)))
    seconds = start + np.arange(count) / float(frame_rate)
    shown = time_map.to_take_seconds(seconds)
    known = np.isfinite(shown)
    inside = np.clip(shown[known], take[0], take[-1])
    latest = np.maximum.accumulate(inside)
    # Videos are read onwards only: what the take shows earlier than another part of the dance is not shown again.
    shown[known] = np.where(latest - inside > _BACKWARD_SECONDS, np.nan, latest)
    return Schedule(frame_rate, seconds, shown)


def _last_interval(timestamps: TimeArray) -> float:
    """Return the duration of the last frame: that of the median frame."""
    return float(np.median(np.diff(timestamps))) if timestamps.size > 1 else 1 / MAX_FRAME_RATE
