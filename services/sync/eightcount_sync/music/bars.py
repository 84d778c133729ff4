"""Metre, bars and counts: which beats are heavy, in groups of how many, and where counting begins."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.accents import (
    describe_accents,
    describe_compound,
    describe_phases,
    describe_triple,
    describe_turns,
)
from eightcount_sync.music.beat_candidates import TEMPO_RANGE_BPM, tempo_of
from eightcount_sync.music.beat_choice import STEPS, read_model, warp_to_beats
from eightcount_sync.music.beat_evidence import Evidence

Array = NDArray[np.float64]
MIN_BEATS = 16
"""With fewer beats, counting begins at the first and the metre is not told."""
MIN_BEATS_FOR_COUNTS = 32
"""Where counting begins is a guess with fewer beats."""
SURE = 0.75
"""Confidence in the counts below which they are a guess."""
THIRDS_LEAD = 1.3
"""How much stronger both thirds of beats must be than their halves, for beats that consist of three eighths."""


class Metre(StrEnum):
    """Metres that the service distinguishes."""

    FOUR_FOUR = "4/4"
    THREE_FOUR = "3/4"
    SIX_EIGHT = "6/8"

    @property
    def beats_per_bar(self) -> int:
        """Beats in a bar; those of 6/8 are eighths."""
        return {Metre.FOUR_FOUR: 4, Metre.THREE_FOUR: 3, Metre.SIX_EIGHT: 6}[self]

    @property
    def counts_per_phrase(self) -> int:
        """Counts until dancers begin again with 1."""
        return 8 if self == Metre.FOUR_FOUR else 6


@dataclass(frozen=True, slots=True)
class Bars:
    """The grouping of beats into bars and counts.

    Attributes:
        metre: of the music.
        metre_confidence: in [0, 1]; 0 when there are too few beats to tell.
        first: a beat at which counting begins, less than `counts_per_phrase`.
        count_confidence: chance in [0, 1] that it is a downbeat.
    """

    metre: Metre
    metre_confidence: float
    first: int
    count_confidence: float

    @property
    def is_sure(self) -> bool:
        """Whether the counts are more than a guess."""
        return self.count_confidence >= SURE

    def places_in_bar(self, beats: int) -> tuple[int, ...]:
        """Return per beat its position in its bar, 1 is the downbeat."""
        size = self.metre.beats_per_bar
        return tuple((beat - self.first) % size + 1 for beat in range(beats))

    def phrase_starts(self, beats: int) -> tuple[int, ...]:
        """Return the beats at which counting begins with 1."""
        return tuple(range(self.first, beats, self.metre.counts_per_phrase))


def divide_thirds(evidence: Evidence, beats: Array) -> Array:
    """Return the eighths of beats that consist of three each; other beats as they are."""
    if len(beats) < MIN_BEATS or 3 * tempo_of(beats) > TEMPO_RANGE_BPM[1]:
        return beats
    places = warp_to_beats(evidence.rows, beats).reshape(len(evidence.rows), -1, STEPS).mean(axis=1)
    places = (places / (places.mean(axis=1, keepdims=True) + 1e-6)).mean(axis=0)
    thirds = min(places[STEPS // 3], places[2 * STEPS // 3])
    if thirds < THIRDS_LEAD * max(places[STEPS // 2], places[STEPS // 4], places[3 * STEPS // 4]):
        return beats
    places_of_thirds = np.arange(3 * (len(beats) - 1) + 1) / 3.0
    return np.asarray(np.interp(places_of_thirds, np.arange(len(beats)), beats))


def find_bars(evidence: Evidence, beats: Array) -> Bars:
    """Tell the metre of beats in frames and where counting begins."""
    if len(beats) < MIN_BEATS:
        return Bars(Metre.FOUR_FOUR, 0.0, 0, 0.0)
    accents = describe_accents(evidence, beats)
    metre, certainty = _tell_metre(evidence, beats, accents)
    group = 4 if metre == Metre.FOUR_FOUR else 3
    first, lead = _choose_phase(accents, group)
    turn = float(_chance(read_model(f"turn {metre}").score(describe_turns(accents, first, group))))
    first = (first if turn >= 0.5 else first + group) % metre.counts_per_phrase
    confidence = certainty * lead * (max(turn, 1.0 - turn) if metre == Metre.SIX_EIGHT else 1.0)
    return Bars(metre, certainty, first, confidence if len(beats) >= MIN_BEATS_FOR_COUNTS else 0.0)


def _tell_metre(evidence: Evidence, beats: Array, accents: Array) -> tuple[Metre, float]:
    """Return the likeliest metre and its chance."""
    warped = warp_to_beats(evidence.rows, beats)
    triple = float(_chance(read_model("triple").score(describe_triple(accents, warped, beats))))
    compound = float(_chance(read_model("compound").score(describe_compound(accents, warped, beats))))
    chances = {
        Metre.FOUR_FOUR: 1.0 - triple, Metre.THREE_FOUR: triple * (1.0 - compound), Metre.SIX_EIGHT: triple * compound,
    }  # fmt: skip
    metre = Metre.FOUR_FOUR if triple < 0.5 else max((Metre.THREE_FOUR, Metre.SIX_EIGHT), key=lambda key: chances[key])
    return metre, chances[metre]


def _choose_phase(accents: Array, group: int) -> tuple[int, float]:
    """Return the likeliest downbeat among the first `group` beats, and its chance."""
    scores = read_model(f"downbeat {group}").score(describe_phases(accents, group))
    chances = np.exp(scores - scores.max())
    return int(chances.argmax()), float(chances.max() / chances.sum())


def _chance(score: Array | float) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(score, -30.0, 30.0))))
