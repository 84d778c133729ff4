"""The beats of a piece of music that a dance steps on, from its first frame to its last."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.music import Music

_SLOWEST, _FASTEST = 0.85, 0.34
"""Seconds per beat: in slower music a dance also steps between the beats, in faster music on every second one."""


@dataclass(frozen=True, slots=True)
class BeatGrid:
    """G times to step on.

    Attributes:
        seconds: [G] ascending; the first is at or before 0, the last at or after the end.
        begins: [G] whether an eight-count starts there.
        sections: [G] whether a section of the music starts there.
        energy: [G] energy of the music, 0 to 1.
    """

    seconds: NDArray[np.float64]
    begins: NDArray[np.bool_]
    sections: NDArray[np.bool_]
    energy: NDArray[np.float64]


def build_beat_grid(music: Music) -> BeatGrid:
    """Build the grid of a piece of music; the first and the last tempo are extrapolated to its ends."""
    period = float(np.median(np.diff(music.beats)))
    per_beat = 2 if period > _SLOWEST else 1
    every = 2 if period < _FASTEST else 1
    phase = np.arange(len(music.beats))
    counts = music.eight_counts if music.eight_counts.any() else phase % music.counts_per_phrase == 0
    first, last = (music.beat_phase(np.array([moment]))[0] for moment in (0.0, music.seconds))
    known = np.flatnonzero(counts)
    anchor = int(known[0])
    steps = np.arange(np.floor(first) * per_beat, np.ceil(last) * per_beat + 1)
    steps = steps[(steps - anchor * per_beat) % every == 0]
    steps = _extend_to_ends(steps, first * per_beat, last * per_beat, every)
    beats = steps / per_beat
    inside = (beats >= 0) & (beats <= phase[-1]) & (steps % per_beat == 0)
    begins = (beats - anchor) % music.counts_per_phrase == 0
    begins[inside] = counts[beats[inside].astype(int)]
    seconds = _beat_seconds(music, beats)
    starts = np.searchsorted(seconds, music.sections - 1e-6)
    sections = np.zeros(len(seconds), np.bool_)
    sections[starts[starts < len(seconds)]] = True
    return BeatGrid(seconds, begins, sections, music.energy(seconds))


def _extend_to_ends(steps: NDArray[np.float64], first: float, last: float, every: int) -> NDArray[np.float64]:
    """Return the steps, with one more at either end where they do not reach it."""
    before = [steps[0] - every] if steps[0] > first else []
    after = [steps[-1] + every] if steps[-1] < last else []
    return np.array([*before, *steps, *after], np.float64)


def _beat_seconds(music: Music, phase: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the seconds of given beats, counted from the first; the inverse of `Music.beat_phase`."""
    count = len(music.beats)
    found = np.interp(phase, np.arange(count), music.beats)
    before, after = music.beats[1] - music.beats[0], music.beats[-1] - music.beats[-2]
    found = np.where(phase < 0, music.beats[0] + phase * before, found)
    return np.where(phase > count - 1, music.beats[-1] + (phase - count + 1) * after, found)
