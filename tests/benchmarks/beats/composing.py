"""Songs of a style: grooves, chords, a melody, fills, pick-ups and a tempo curve, with true beats and counts."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.beats.groove import DRUM_KEYS, LOUDNESS, Groove, Style
from tests.benchmarks.beats.tempo_curve import drifting, integrate_tempo, steady, stepped, swaying

Array = NDArray[np.float64]
SECONDS = 48.0
LEAD_IN_SECONDS = 0.35
PHRASE_BARS = 8
_TEMPO_STEPS = (1.0, 1.055, 0.94)
"""Factors of the tempi of the songs after the first of each kind."""
KINDS = ("plain", "pick-up and intro", "loose and syncopated", "tempo changes", "fills and a break")


@dataclass(frozen=True, slots=True)
class Note:
    """A note: seconds, General MIDI channel (9: drums), key, length in seconds and velocity."""

    start: float
    channel: int
    key: int
    seconds: float
    velocity: int


@dataclass(frozen=True, slots=True)
class Song:
    """A composed song and its truth.

    Attributes:
        name: style and number.
        kind: one of `KINDS`.
        beats: [B] seconds of the beats.
        place_in_bar: [B] from 1.
        phrase_starts: indices of beats where counting begins at 1.
        notes: what is played.
        programs: of bass, chords and lead.
    """

    name: str
    style: Style
    kind: str
    beats: Array
    place_in_bar: NDArray[np.int_]
    phrase_starts: tuple[int, ...]
    notes: tuple[Note, ...]
    programs: tuple[int, int, int]


def compose_songs(style: Style, *, songs: int = 0) -> Iterator[Song]:
    """Yield the songs of a style: one of each kind, or a number of them."""
    for number in range(songs or len(style.tempi_bpm)):
        yield compose_song(style, number)


def compose_song(style: Style, number: int, *, seconds: float = SECONDS) -> Song:
    """Compose one song; the same every time."""
    return _Band(style, number, seconds).play()


class _Band:
    """The parts of one song."""

    def __init__(self, style: Style, number: int, seconds: float) -> None:
        self._style, self._number = style, number
        self._random = np.random.default_rng(zlib.crc32(f"{style.name} {number}".encode()))
        self._kind = KINDS[number % len(KINDS)]
        self._groove: Groove = style.grooves[number % len(style.grooves)]
        bpm, beats_per_bar = style.tempi_bpm[number % len(style.tempi_bpm)], style.beats_per_bar
        bpm *= _TEMPO_STEPS[number // len(style.tempi_bpm) % len(_TEMPO_STEPS)]
        self._bars = max(12, round(seconds * bpm / 60.0 / beats_per_bar))
        self._seconds_at = integrate_tempo(self._tempo(bpm), self._bars * beats_per_bar)
        self._chords = style.progressions[number % len(style.progressions)].split()
        self._key = int(self._random.integers(-5, 6))
        self._loose = 0.011 if self._kind == "loose and syncopated" else 0.005
        self._notes: list[Note] = []

    def _tempo(self, bpm: float):  # type: ignore[no-untyped-def]
        beats = self._bars * self._style.beats_per_bar
        if self._kind != "tempo changes":
            return steady(bpm)
        sort = (zlib.crc32(self._style.name.encode()) + self._number // len(KINDS)) % 3
        middle = self._bars // 2 * self._style.beats_per_bar
        sways = swaying(bpm, 0.06, 4.0 * self._style.beats_per_bar)
        return (stepped(bpm, 0.8, middle), drifting(bpm, 1.15, beats), sways)[sort]

    def play(self) -> Song:
        """Play every bar."""
        for bar in range(self._bars):
            self._play_bar(bar)
        if self._kind == "pick-up and intro":
            self._play_pick_up()
        total = self._bars * self._style.beats_per_bar
        beats = LEAD_IN_SECONDS + 2.0 * (self._kind == "pick-up and intro") + self._seconds_at(np.arange(total) * 1.0)
        programs = self._style.programs[self._number % len(self._style.programs)]
        return Song(
            f"{self._style.name} {self._number + 1}", self._style, self._kind, beats,
            np.arange(total) % self._style.beats_per_bar + 1, tuple(range(0, total, self._style.counts)),
            tuple(sorted(self._notes, key=lambda note: note.start)), programs,
        )  # fmt: skip

    def _play_bar(self, bar: int) -> None:
        phrase, of_phrase = divmod(bar, PHRASE_BARS)
        intro = self._kind == "pick-up and intro" and bar < 4
        pause = self._kind == "fills and a break" and phrase % 3 == 1 and of_phrase >= 4
        fill = of_phrase == PHRASE_BARS - 1 and self._kind in ("fills and a break", "pick-up and intro", "plain")
        if not intro and not pause:
            self._play_drums(bar, fill=fill)
            if of_phrase == 0 and self._groove.drums and self._style.beats_per_bar == 4:
                self._add_drum(bar, 0.0, "crash", 80)
        if not (intro and bar < 2):
            self._play_bass(bar)
        self._play_chords(bar)
        self._play_lead(bar)

    def _play_drums(self, bar: int, *, fill: bool) -> None:
        steps = self._groove.steps
        for name, line in self._groove.drums.items():
            marks = self._bar_of(line, bar)
            for step, mark in enumerate(marks[: steps // 2] if fill else marks):
                if mark in LOUDNESS and not (self._kind.startswith("loose") and self._random.random() < 0.06):
                    self._add_drum(bar, step / steps, name, LOUDNESS[mark])
        if fill:
            names = ("snare", "high_tom", "mid_tom", "low_tom")
            hits = max(self._style.beats_per_bar, 4)
            for hit in range(hits):
                if self._random.random() < 0.85:
                    self._add_drum(bar, 0.5 + 0.5 * hit / hits, names[hit * len(names) // hits], 100)

    def _play_bass(self, bar: int) -> None:
        root, minor = self._chord(bar)
        tones = {"1": 0, "3": 3 if minor else 4, "5": 7, "8": 12}
        marks = self._bar_of(self._groove.bass, bar)
        for step, mark in enumerate(marks):
            if mark in tones:
                key = 36 + (root + self._key) % 12 + tones[mark]
                self._add(bar, step / len(marks), 0, key, self._held(marks, step), 98)

    def _play_chords(self, bar: int) -> None:
        root, minor = self._chord(bar)
        keys = [55 + (root + self._key + third - 55) % 12 for third in (0, 3 if minor else 4, 7)]
        marks = self._bar_of(self._groove.chords, bar)
        for step, mark in enumerate(marks):
            if mark == "x":
                for key in keys:
                    self._add(bar, step / len(marks), 1, key, self._held(marks, step), 72)
            elif mark == "a":
                self._add(bar, step / len(marks), 1, [*keys, keys[1]][step % 4] + 12 * (step % 3 == 2), 0.2, 74)

    def _play_lead(self, bar: int) -> None:
        """Play a motif of two bars, that comes back, with a long note at the end of every fourth."""
        if bar // 4 % 3 == 2:
            return
        root, minor = self._chord(bar)
        tones = (0, 3 if minor else 4, 7, 9, 12)
        motif = np.random.default_rng(zlib.crc32(f"{self._style.name}{self._number}{bar % 2}{bar // 8}".encode()))
        steps = 2 * self._style.beats_per_bar
        for step in range(steps):
            density = self._style.lead_density * (1.0 if step % 2 == 0 else 0.55)
            plays, tone = motif.random() < density, tones[int(motif.integers(len(tones)))]
            if bar % 4 == 3 and step > steps // 2:
                break
            if plays:
                self._add(bar, step / steps, 2, 67 + (root + self._key) % 12 + tone, 0.9 / steps, 84)

    def _play_pick_up(self) -> None:
        """Play the last beat and a half of a bar before the first one."""
        for beat in (-1.5, -1.0, -0.5):
            self._add(0, beat / self._style.beats_per_bar, 2, 72 + self._key, 0.1, 88)

    def _add_drum(self, bar: int, share: float, name: str, velocity: int) -> None:
        self._add(bar, share, 9, DRUM_KEYS[name], 0.05, velocity)

    def _add(self, bar: int, share: float, channel: int, key: int, bars: float, velocity: int) -> None:
        """Add a note at a share of a bar that lasts a number of bars."""
        beat = (bar + share) * self._style.beats_per_bar
        start = float(self._seconds_at(np.array([self._swing(beat)]))[0])
        end = float(self._seconds_at(np.array([self._swing(beat + bars * self._style.beats_per_bar)]))[0])
        start += LEAD_IN_SECONDS + 2.0 * (self._kind == "pick-up and intro")
        start += self._loose * float(np.clip(self._random.standard_normal(), -2, 2))
        loudness = int(np.clip(velocity + 6 * self._random.standard_normal(), 20, 127))
        self._notes.append(Note(max(start, 0.0), channel, key, max(0.05, end - start), loudness))

    def _swing(self, beat: float) -> float:
        whole, part, swing = np.floor(beat), beat % 1.0, self._style.swing
        return float(whole + (2 * part * swing if part < 0.5 else swing + (2 * part - 1) * (1 - swing)))

    def _chord(self, bar: int) -> tuple[int, bool]:
        name = self._chords[bar // self._style.bars_per_chord % len(self._chords)]
        return int(name.rstrip("m")), name.endswith("m")

    def _bar_of(self, line: str, bar: int) -> str:
        whole = max(1, len(line) // self._groove.steps)
        size = len(line) // whole
        return line[bar % whole * size :][:size]

    @staticmethod
    def _held(marks: str, step: int) -> float:
        """Return the share of a bar for which the mark at a step sounds."""
        rest = marks[step + 1 :]
        return (1 + len(rest) - len(rest.lstrip("~"))) * 0.9 / len(marks)
