"""Beats of music as dancers count them: 1 to 8 within numbered eight-counts."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from eightcount.sync.v1 import sync_pb2

_BEATS_PER_EIGHT = 8


@dataclass(frozen=True, slots=True)
class Count:
    """A beat and the time until the next one.

    Attributes:
        start_s, end_s: seconds of the music.
        count: 1 to 8; None where that is not known.
        eight_count: 1-based; None before the first, and where that is not known.
    """

    start_s: float
    end_s: float
    count: int | None
    eight_count: int | None


def counts_of(music: sync_pb2.Music) -> list[Count]:
    """Return every beat of the music, in order; the last one is as long as the one before it."""
    beats = list(music.beats_seconds)
    if len(beats) < 2:
        return []
    starts = sorted(music.eight_count_starts)
    ends = [*beats[1:], 2 * beats[-1] - beats[-2]]
    return [
        Count(round(start, 3), round(end, 3), *_place(starts, index))
        for index, (start, end) in enumerate(zip(beats, ends, strict=True))
    ]


def _place(starts: list[int], index: int) -> tuple[int | None, int | None]:
    """Count and eight-count of a beat; those before the first eight-count lead up to it (... 7, 8)."""
    if not starts:
        return None, None
    number = bisect_right(starts, index)
    return (index - starts[max(number - 1, 0)]) % _BEATS_PER_EIGHT + 1, number or None
