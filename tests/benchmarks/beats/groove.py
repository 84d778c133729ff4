"""Grooves as text: which instrument plays on which step of a bar, and how a style is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

DRUM_KEYS = {
    "kick": 36, "stick": 37, "snare": 38, "clap": 39, "low_tom": 45, "hat": 42, "foot_hat": 44, "open_hat": 46,
    "mid_tom": 47, "crash": 49, "high_tom": 50, "ride": 51, "bell": 53, "tambourine": 54, "cowbell": 56,
    "high_bongo": 60, "low_bongo": 61, "slap": 62, "conga": 63, "tumba": 64, "timbale": 65, "low_timbale": 66,
    "agogo": 67, "low_agogo": 68, "cabasa": 69, "maracas": 70, "guiro": 73, "long_guiro": 74, "claves": 75,
    "wood": 76, "triangle": 80, "open_triangle": 81, "surdo": 41, "high_surdo": 43,
}  # fmt: skip
"""General MIDI keys of channel 10."""
LOUDNESS = {"X": 118, "x": 96, "o": 66, "-": 44}
"""Velocities of the marks of a line of drums; anything else rests."""


@dataclass(frozen=True, slots=True)
class Groove:
    """What a band plays over one bar or more; each line covers whole bars and repeats.

    Attributes:
        steps: steps a bar.
        drums: instrument -> marks of `LOUDNESS`.
        bass: "1", "3", "5", "8" are tones of the chord, "~" holds, "." rests.
        chords: "x" strikes the chord, "a" its tones one after another, "~" holds, "." rests.
    """

    steps: int
    drums: Mapping[str, str]
    bass: str
    chords: str


@dataclass(frozen=True, slots=True)
class Style:
    """How a kind of dance music is played.

    Attributes:
        metre: "4/4", "3/4" or "6/8".
        beats_per_bar: beats of the truth in a bar.
        counts: counts of a phrase: 8, 6 or 12.
        tempi_bpm: of the songs, in turn.
        levels: rates of beats, relative to the truth's, that dancers of the style also use.
        swing: share of a beat that its first half takes.
        programs: General MIDI programs of bass, chords and lead.
        progressions: chords of the bars, as semitones above the key; an "m" marks minor.
        lead_density: share of strong steps on which the lead plays.
    """

    name: str
    metre: str
    beats_per_bar: int
    counts: int
    tempi_bpm: tuple[float, ...]
    grooves: tuple[Groove, ...]
    levels: tuple[float, ...] = (1.0,)
    swing: float = 0.5
    programs: tuple[tuple[int, int, int], ...] = ((33, 0, 73),)
    progressions: tuple[str, ...] = ("0 9m 5 7", "9m 5 0 7", "0 5 7 5", "0 7 9m 5", "2m 7 0 9m")
    lead_density: float = 0.4
    bars_per_chord: int = 1
    tags: tuple[str, ...] = field(default=())
