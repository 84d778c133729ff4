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
from eightcount_sync.music.beat_choice import STEPS, warp_to_beats
from eightcount_sync.music.beat_evidence import Evidence, log_odds
from eightcount_sync.music.fitted_models import Models, sigmoid, softmax

Array = NDArray[np.float64]
MIN_BEATS = 16
"""With fewer beats, counting begins at the first and the metre is not told."""
MIN_BEATS_FOR_COUNTS = 32
"""Where counting begins is a guess with fewer beats."""
SURE = 0.75
"""Confidence in the counts below which they are a guess."""
PART_BEATS = 24
"""Length of the parts that are asked for their heaviest beat; whole groups of three and of four."""
HIGHEST_CONFIDENCE = 0.97
"""Limit of every confidence: there are more kinds of music than the models were fitted to."""
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


def find_bars(evidence: Evidence, beats: Array, models: Models, *, doubt: float) -> Bars:
    """Tell the metre of beats in frames and where counting begins; `doubt` is the log-odds of the beats."""
    if len(beats) < MIN_BEATS:
        return Bars(Metre.FOUR_FOUR, 0.0, 0, 0.0)
    grouping = group_beats(evidence, beats, models)
    metre = HIGHEST_CONFIDENCE * sigmoid(models.linear["metre"].score(describe_metre_doubt(grouping, doubt)))
    counts = HIGHEST_CONFIDENCE * sigmoid(models.linear["counts"].score(describe_count_doubt(grouping, doubt)))
    first = grouping.first % grouping.metre.counts_per_phrase
    return Bars(grouping.metre, metre, first, counts if len(beats) >= MIN_BEATS_FOR_COUNTS else 0.0)


@dataclass(frozen=True, slots=True)
class Grouping:
    """The likeliest bars, without a confidence.

    Attributes:
        metre: the likeliest.
        metre_chances: of `Metre`, in turn; they add up to 1.
        first: beat at which counting begins.
        phase_chances: [P] of each beat of a group of three or four to be the heavy one, the chosen one first.
        agreement: share of parts of the recording in which the same beat is the heaviest.
        turn: chance that counting begins at `first` rather than a group later.
        tempo_octaves: of the beats, above 120 a minute.
    """

    metre: Metre
    metre_chances: tuple[float, float, float]
    first: int
    phase_chances: Array
    agreement: float
    turn: float
    tempo_octaves: float


def group_beats(evidence: Evidence, beats: Array, models: Models) -> Grouping:
    """Choose metre, downbeats and the beginning of counting by the fitted models."""
    accents = describe_accents(evidence, beats)
    chances = _weigh_metres(evidence, beats, accents, models)
    metre = Metre.FOUR_FOUR if chances[0] > 0.5 else tuple(Metre)[1 + int(np.argmax(chances[1:]))]
    size = 4 if metre == Metre.FOUR_FOUR else 3
    phases = _weigh_phases(accents, size, models)
    first = int(phases.argmax())
    parts = [_weigh_phases(part, size, models).argmax() for part in _parts_of(accents)]
    turn = sigmoid(models.linear[f"turn {metre}"].score(describe_turns(accents, first, size)))
    return Grouping(
        metre, chances, first if turn >= 0.5 else first + size, np.roll(phases, -first),
        float(np.mean([part == first for part in parts])), max(turn, 1.0 - turn),
        float(np.log2(tempo_of(beats) / 120.0)),
    )  # fmt: skip


def describe_metre_doubt(grouping: Grouping, doubt: float) -> Array:
    """Return [F] what speaks for and against the metre, to be turned into a confidence."""
    chances = np.array([_metre_chance(grouping), grouping.metre_chances[0]])
    return np.array([log_odds(chances)[0], abs(log_odds(chances)[1]), doubt])


def describe_count_doubt(grouping: Grouping, doubt: float) -> Array:
    """Return [F] what speaks for and against the downbeats, to be turned into a confidence."""
    best, *others = grouping.phase_chances
    opposite = grouping.phase_chances[len(others) // 2 + 1] if len(others) == 3 else max(others)
    lead, distance = np.log((best + 1e-3) / (max(others) + 1e-3)), np.log((best + 1e-3) / (opposite + 1e-3))
    turn = grouping.turn if grouping.metre == Metre.SIX_EIGHT else 1.0
    return np.array([
        doubt, *log_odds(np.array([_metre_chance(grouping), best, turn])), lead, distance, grouping.agreement,
        abs(grouping.tempo_octaves),
    ])  # fmt: skip


def _metre_chance(grouping: Grouping) -> float:
    return grouping.metre_chances[tuple(Metre).index(grouping.metre)]


def _parts_of(accents: Array) -> list[Array]:
    """Return the accents of parts that begin with the same beat of a bar, be its size three or four."""
    starts = range(0, len(accents) - PART_BEATS + 1, PART_BEATS) or [0]
    return [accents[start : start + PART_BEATS] for start in starts]


def _weigh_metres(evidence: Evidence, beats: Array, accents: Array, models: Models) -> tuple[float, float, float]:
    """Return the chance of each of `Metre`, in turn."""
    warped = warp_to_beats(evidence.rows, beats)
    triple = sigmoid(models.linear["triple"].score(describe_triple(accents, warped, beats)))
    compound = sigmoid(models.linear["compound"].score(describe_compound(accents, warped, beats)))
    return 1.0 - triple, triple * (1.0 - compound), triple * compound


def _weigh_phases(accents: Array, size: int, models: Models) -> Array:
    """Return [P] the chance of each of the first `size` beats to be the heavy one of its group."""
    return softmax(models.networks[f"downbeat {size}"].score(describe_phases(accents, size)))
