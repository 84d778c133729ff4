"""Finds music played at another speed, with its pitch kept or moved along, from its onsets per band.

For each speed a few stretches of the take are brought to the reference's speed and correlated with all of it; the best
places are then made precise: by the phase correlation of `track` where the pitch moved with the speed (then the sound
itself is the same, only stretched), else from finer onsets, for a stretched sound no longer has the same phases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.phase import FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.spectral import band_onsets, sample_along
from eightcount_sync.timeline import TimeLine
from eightcount_sync.track import Track, follow, line_sums, overlap

SPEEDS = np.geomspace(0.49, 1.53, 131)
"""0.9 % apart, so that within a stretch the nearest is off by less than an onset's width."""
HOP_SAMPLES, WINDOW_SAMPLES = 200, 1024
STRETCH_SECONDS = 8.0
MOST_STRETCHES = 6
CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class SpeedCandidate:
    """A line at another speed, how it stands out, and whether the pitch moved with the speed."""

    line: TimeLine
    height: float
    pitch_moves: bool


def find_speeds(a: Recording, b: Recording, *, check: Callable[[], None] = lambda: None) -> list[SpeedCandidate]:
    """The most likely speeds and places, best first."""
    ours = band_onsets(a, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES)
    theirs = band_onsets(b, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES)
    rate = RATE_HERTZ / HOP_SAMPLES
    stretch = int(STRETCH_SECONDS * rate)
    size = next_fast_len(len(ours) + 2 * stretch, real=True)
    spectrum = rfft(ours, size, axis=0, workers=1)
    found: list[SpeedCandidate] = []
    for speed in SPEEDS:
        check()
        for pitch_moves in (False, True):
            octaves = float(np.log2(speed)) if pitch_moves else 0.0
            found.append(_best_place(spectrum, size, theirs, float(speed), octaves, stretch, len(ours), pitch_moves))
    found.sort(key=lambda candidate: -candidate.height)
    distinct: list[SpeedCandidate] = []
    for candidate in found:
        if all(
            abs(candidate.line.ratio / other.line.ratio - 1.0) > 0.012 or candidate.pitch_moves != other.pitch_moves
            for other in distinct
        ):
            distinct.append(candidate)
    return distinct[:CANDIDATES]


def _best_place(
    spectrum: NDArray[np.complex64],
    size: int,
    theirs: FloatArray,
    speed: float,
    octaves: float,
    stretch: int,
    frames: int,
    pitch_moves: bool,
) -> SpeedCandidate:
    """The best line near one speed: stretches of the take against the whole reference, added along lines."""
    rate = RATE_HERTZ / HOP_SAMPLES
    whole = int(len(theirs) * speed)
    length = min(stretch, whole)
    starts = np.linspace(0, whole - length, min(MOST_STRETCHES, max(1, whole // length))).astype(int)
    rows = []
    for start in starts:
        part = sample_along(theirs, (start + np.arange(length)) / speed, octaves=octaves)
        row = irfft((spectrum * np.conj(rfft(part, size, axis=0, workers=1))).sum(axis=1), size, workers=1)
        # Index i is the offset (i - whole) frames of the take's beginning.
        row = np.roll(row, whole - start)[: frames + whole]
        rows.append(row / max(float(row.std()), 1e-9))
    times = starts + length / 2 - (starts.mean() + length / 2)
    reach = float(np.abs(times).max())
    guard = int(np.ceil(0.005 * reach))
    slopes = np.arange(-guard, guard + 1) / max(reach, 1.0)
    sums = line_sums(
        np.pad(np.stack(rows), ((0, 0), (guard, guard))), np.rint(np.outer(slopes, times)).astype(int), guard=guard
    )
    slope, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    pivot = float(starts.mean() + length / 2)
    line = TimeLine((lag - whole) / rate, speed)
    line = line.bent(0.0, float(slopes[slope]), ((lag - whole) + pivot) / rate)
    return SpeedCandidate(line, float(sums[slope, lag]) / np.sqrt(len(starts)), pitch_moves)


def follow_speed(a: Recording, b: Recording, candidate: SpeedCandidate) -> Track | None:
    """The candidate made precise by the phases of its sound; None where that is not possible."""
    best: Track | None = None
    start, end = overlap(a, b, candidate.line)
    for bend in np.arange(-4, 5) * 5e-4:
        track = follow(a, b, candidate.line.bent(0.0, float(bend), (start + end) / 2), drift=4e-4)
        if track is not None and (best is None or track.score > best.score):
            best = track
    return best
