"""Body of the beats and counts that a user gives."""

from __future__ import annotations

from itertools import pairwise
from typing import Self

from pydantic import Field, model_validator

from eightcount_gateway.http.schemas.base import Body

BPM_RANGE = (20.0, 400.0)
MIN_TAPS = 4
OWN_BEATS = "beats and counts that are used instead of those found in the music; null: those found"


class BeatsBody(Body):
    """Beats and counts of a user: a tempo with a first beat, or taps; with neither, only the counts are corrected."""

    bpm: float | None = Field(
        None, ge=BPM_RANGE[0], le=BPM_RANGE[1], examples=[96.0], description="beats a minute; null: not given"
    )
    first_beat_s: float | None = Field(
        None, ge=0, allow_inf_nan=False, examples=[0.42],
        description="seconds of any one beat, which has the count `first_count`; null: the first one",
    )  # fmt: skip
    taps_s: list[float] | None = Field(
        None, max_length=20_000, examples=[None],
        description="seconds of tapped beats, ascending, at least four; continued to both ends at their median",
    )  # fmt: skip
    beats_per_bar: int | None = Field(
        None, ge=2, le=12, examples=[3],
        description="3 counts in sixes, 4 in eights; null: as found, or 4",
    )  # fmt: skip
    first_count: int = Field(1, ge=1, le=12, description="count of the first beat")

    @model_validator(mode="after")
    def _is_possible(self) -> Self:
        if self.bpm is not None and self.taps_s is not None:
            raise ValueError("either bpm or taps_s is possible, not both")
        if self.bpm is not None and self.first_beat_s is None:
            raise ValueError("a tempo needs a first beat: give first_beat_s too")
        if self.taps_s is not None:
            self._require_even_taps(self.taps_s)
        if not any(value is not None for value in (self.bpm, self.taps_s, self.beats_per_bar, self.first_beat_s)):
            raise ValueError("give bpm and first_beat_s, taps_s, first_beat_s or beats_per_bar")
        size = self.beats_per_bar
        if size is not None and self.first_count > (size if size >= 6 else 2 * size):
            raise ValueError(f"with {size} beats in a bar counts go to {size if size >= 6 else 2 * size}")
        return self

    @staticmethod
    def _require_even_taps(taps: list[float]) -> None:
        if len(taps) < MIN_TAPS:
            raise ValueError(f"at least {MIN_TAPS} taps are required; got {len(taps)}")
        shortest, longest = 60.0 / BPM_RANGE[1], 60.0 / BPM_RANGE[0]
        if taps[0] < 0 or not all(shortest <= later - earlier <= longest for earlier, later in pairwise(taps)):
            raise ValueError(f"taps must be ascending and {shortest:g} to {longest:g} s apart")
