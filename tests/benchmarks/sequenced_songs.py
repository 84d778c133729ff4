"""Songs as a sequencer makes them: the same drum samples on an exact grid, bass lines and verses that come back.

Such music is the hardest to place: other bars share a good part of the sound to the sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
_STEPS = 16
"""Sixteenths of a bar."""


@dataclass(frozen=True, slots=True)
class SongPlan:
    """What a song consists of.

    Attributes:
        bpm: quarters a minute.
        lead: whether a melody that never comes back is played over the patterns.
        form: a letter for each group of four bars; equal letters sound exactly alike, but for the lead.
    """

    bpm: float
    lead: bool
    form: str


PLANS = {
    "sequenced lead 112": SongPlan(112.0, True, "ABABCAB" * 4),
    "sequenced lead 126": SongPlan(126.0, True, "AABB" * 8),
    "sequenced lead 96": SongPlan(96.0, True, "ABCABC" * 4),
    "sequenced lead 140": SongPlan(140.0, True, "AAAABBBB" * 4),
    "sequenced verses 104": SongPlan(104.0, False, "ABCDAEFG" * 3),
    "sequenced verses 120": SongPlan(120.0, False, "ABACADAE" * 3),
    "sequenced verses 90": SongPlan(90.0, False, "ABCDEFGH" * 2),
    "sequenced loop 128": SongPlan(128.0, False, "A" * 30),
}


def sequence_song(plan: SongPlan, *, rate: int, seconds: float, seed: int) -> Samples:
    """Return [N] samples of a planned song."""
    generator = np.random.default_rng(seed)
    step = 60.0 / plan.bpm / 4
    drums = [_hit(generator, rate, tone, noise) for tone, noise in ((60.0, 0.1), (190.0, 0.8), (0.0, 0.4))]
    groups = {letter: _pattern(generator, drums, step, rate) for letter in sorted(set(plan.form))}
    song = np.concatenate([groups[letter] for letter in plan.form])[: int(seconds * rate)]
    if plan.lead:
        song = song + _lead(generator, len(song), step, rate)
    return np.asarray(0.7 * song / np.abs(song).max(), np.float32)


def _hit(generator: np.random.Generator, rate: int, tone_hertz: float, noise: float) -> Samples:
    time = np.arange(int(0.18 * rate)) / rate
    hit = noise * generator.standard_normal(len(time)) * np.exp(-time * 40)
    if tone_hertz:
        hit = hit + np.sin(2 * np.pi * tone_hertz * (1 + np.exp(-time * 30)) * time) * np.exp(-time * 18)
    return np.asarray(hit, np.float32)


def _note(rate: int, pitch: int, seconds: float, partials: NDArray[np.float64], fall: float) -> Samples:
    time = np.arange(int(seconds * rate)) / rate
    hertz = 440.0 * 2.0 ** ((pitch - 69) / 12)
    waves = sum(share * np.sin(2 * np.pi * hertz * k * time) for k, share in enumerate(partials, start=1))
    return np.asarray(waves * np.exp(-time * fall) * np.minimum(time * 200, 1.0), np.float32)


def _pattern(generator: np.random.Generator, drums: list[Samples], step: float, rate: int) -> Samples:
    """Return four bars of drums, bass and chords that end where they begin."""
    total = round(4 * _STEPS * step * rate)
    sound = np.zeros(total, np.float32)
    beats = (range(0, _STEPS, 8), (4, 12), range(0, _STEPS, 2))
    root, partials = int(generator.integers(34, 44)), generator.uniform(0.1, 1.0, 6)
    for bar in range(4):
        for drum, places in zip(drums, beats, strict=True):
            for place in (*places, int(generator.integers(_STEPS))):
                _add(sound, drum, (bar * _STEPS + place) * step, rate)
        for place in generator.choice(_STEPS, 5, replace=False):
            pitch = root + int(generator.choice([0, 3, 5, 7, 10]))
            _add(sound, 0.6 * _note(rate, pitch, 0.3, partials[:4], 6.0), (bar * _STEPS + int(place)) * step, rate)
        for pitch in generator.choice([24, 27, 31, 34, 36], 3, replace=False) + root:
            _add(sound, 0.25 * _note(rate, int(pitch), 1.2, partials, 2.0), bar * _STEPS * step, rate)
    return sound


def _lead(generator: np.random.Generator, length: int, step: float, rate: int) -> Samples:
    sound, at = np.zeros(length, np.float32), 0.0
    while at * rate < length:
        partials = generator.uniform(0.0, 1.0, 8)
        _add(sound, 0.35 * _note(rate, int(generator.integers(60, 84)), 0.5, partials, 5.0), at, rate)
        at += step * int(generator.integers(1, 5))
    return sound


def _add(sound: Samples, part: Samples, at: float, rate: int) -> None:
    """Add a part to the sound at a time in seconds; what passes the end comes in again at the beginning."""
    places = (round(at * rate) + np.arange(len(part))) % len(sound)
    np.add.at(sound, places, part)
