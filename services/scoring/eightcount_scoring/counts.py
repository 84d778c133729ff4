"""Musical time in the terms of dancers: counts 1 to 8 within numbered eight-counts, 1 to 6 in a waltz."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array

USUAL_COUNTS = 8


@dataclass(frozen=True, slots=True)
class Beat:
    """A count and the 1-based number of its eight-count; 0 where they are unknown."""

    count: int
    eight_count: int


@dataclass(frozen=True, slots=True)
class Music:
    """The beats of the reference's music.

    Attributes:
        beats_seconds: [B] ascending; empty without a beat.
        eight_count_starts: positions in `beats_seconds` at which counting begins with 1, ascending.
        counts_per_phrase: counts until it begins again.
    """

    beats_seconds: Array
    eight_count_starts: tuple[int, ...] = ()
    counts_per_phrase: int = USUAL_COUNTS

    @property
    def has_counts(self) -> bool:
        """Whether times can be expressed in counts."""
        return self.beats_seconds.size > 1 and bool(self.eight_count_starts)

    def beat(self, index: int) -> Beat:
        """Return count and eight-count of the beat at a position.

        Beats before the first eight-count are counted up to it (... 7, 8) in eight-count 0.
        """
        starts = self.eight_count_starts
        if not starts:
            return Beat(0, 0)
        number = int(np.searchsorted(starts, index, side="right"))
        if number == 0:
            return Beat((index - starts[0]) % self.counts_per_phrase + 1, 0)
        return Beat((index - starts[number - 1]) % self.counts_per_phrase + 1, number)

    def beat_at(self, seconds: float) -> Beat | None:
        """Return the last beat before a time; None before the first eight-count and long after the last beat."""
        beats = self.beats_seconds
        index = int(np.searchsorted(beats, seconds + _EARLY_SECONDS, side="right")) - 1
        if not self.has_counts or index < 0 or seconds > beats[-1] + (beats[-1] - beats[-2]):
            return None
        beat = self.beat(index)
        return beat if beat.eight_count else None


_EARLY_SECONDS = 0.05  # a moment that begins just before the beat belongs to it

SILENCE = Music(np.empty(0))
