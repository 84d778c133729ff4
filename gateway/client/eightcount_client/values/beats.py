"""Beats and counts that a user gives."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnBeats:
    """Beats and counts that are used instead of those found in the music.

    Attributes:
        bpm: beats a minute, 20 to 400; with `first_beat_s`.
        first_beat_s: seconds of any one beat; it has the count `first_count`.
        taps_s: seconds of tapped beats, ascending, at least four; instead of `bpm`.
        beats_per_bar: 3 counts in sixes, 4 in eights; as found when None.
        first_count: count of the first beat.
    """

    bpm: float | None = None
    first_beat_s: float | None = None
    taps_s: tuple[float, ...] | None = None
    beats_per_bar: int | None = None
    first_count: int = 1
