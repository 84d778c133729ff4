"""Beats of music as dancers count them: 1 to 8 within numbered eight-counts, 1 to 6 in a waltz."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from eightcount.sync.v1 import sync_pb2

_USUAL_COUNTS = 8


@dataclass(frozen=True, slots=True)
class Count:
    """A beat and the time until the next one.

    Attributes:
        start_s, end_s: seconds of the music.
        count: from 1; None where that is not known.
        eight_count: 1-based; None before the first, and where that is not known.
        counts_per_phrase: counts until counting begins again with 1.
    """

    start_s: float
    end_s: float
    count: int | None
    eight_count: int | None
    counts_per_phrase: int


def counts_of(music: sync_pb2.Music) -> list[Count]:
    """Return every beat of the music, in order; the last one is as long as the one before it."""
    beats = list(music.beats_seconds)
    if len(beats) < 2:
        return []
    starts, size = sorted(music.eight_count_starts), music.counts_per_phrase or _USUAL_COUNTS
    ends = [*beats[1:], 2 * beats[-1] - beats[-2]]
    return [
        Count(round(start, 3), round(end, 3), *_place(starts, index, size), size)
        for index, (start, end) in enumerate(zip(beats, ends, strict=True))
    ]


def _place(starts: list[int], index: int, size: int) -> tuple[int | None, int | None]:
    """Count and eight-count of a beat; those before the first eight-count lead up to it (... 7, 8)."""
    if not starts:
        return None, None
    number = bisect_right(starts, index)
    return (index - starts[max(number - 1, 0)]) % size + 1, number or None
