"""Search for music played at another speed, with its pitch kept or changed along with it, from its onsets per band.

For each speed a few stretches of the take are brought to the reference's speed and correlated with all of it. The best
lines are then refined: by phase correlation (`line_refinement`) where the pitch changed with the speed, as the sound
itself is then the same but resampled; otherwise from finer onsets (`time_stretch`), as a time-stretched sound no longer
has the same phases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.band_onsets import BANDS, BANDS_PER_OCTAVE, band_onsets
from eightcount_sync.audio.hypotheses import is_credible
from eightcount_sync.audio.line_refinement import Hypothesis, overlap, refine_line, search_around_line
from eightcount_sync.audio.phase_correlation import FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples, change_speed

SPEEDS = np.geomspace(0.49, 1.53, 131)
"""Speeds 0.9 % apart, so that within a stretch the nearest one is off by less than the width of an onset."""
HOP_SAMPLES, WINDOW_SAMPLES = 200, 1024
_FRAME_HERTZ = RATE_HERTZ / HOP_SAMPLES
STRETCH_SECONDS = 8.0
MAX_STRETCHES = 6
CANDIDATES = 4
BENDS = tuple(sorted((k * 5e-4 for k in range(-4, 5)), key=abs))
MAX_BEND = 4e-4
"""A candidate's speed may be off by the largest of the bends; around each bend this much is searched."""


@dataclass(frozen=True, slots=True)
class SpeedCandidate:
    """A line at another speed, its height above chance, and whether the pitch changed with the speed."""

    line: TimeLine
    height: float
    pitch_moves: bool


def find_speeds(a: AudioSamples, b: AudioSamples, *, check: Callable[[], None] = lambda: None) -> list[SpeedCandidate]:
    """Find the most likely lines at any speed, best first."""
    ours, theirs = (
        np.ascontiguousarray(band_onsets(r, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES).T) for r in (a, b)
    )
    found: list[SpeedCandidate] = []
    size = next_fast_len(ours.shape[1] + 2 * int(STRETCH_SECONDS * _FRAME_HERTZ), real=True)
    spectrum = np.asarray(rfft(ours, size, axis=1, workers=1), np.complex64)
    for speed in map(float, SPEEDS):
        check()
        whole = int(theirs.shape[1] * speed)
        length = min(int(STRETCH_SECONDS * _FRAME_HERTZ), whole)
        number = min(MAX_STRETCHES, max(whole // length, 1 if whole < 1.25 * length else 2))
        starts = np.linspace(0, whole - length, number).astype(int)
        choices = spectrum, _shift_bands(spectrum, float(np.log2(speed)))
        rows = np.zeros((2, len(starts), ours.shape[1] + whole), np.float32)
        for number, start in enumerate(starts):
            part = np.conj(
                rfft(_interpolate_frames(theirs, (start + np.arange(length)) / speed), size, axis=1, workers=1)
            )
            cross = np.stack([np.einsum("bf,bf->f", choice, part) for choice in choices])
            row = irfft(cross, size, axis=1, workers=1)
            row /= np.maximum(row.std(axis=1, keepdims=True), 1e-9)
            # Index i is the offset (i - whole) frames of the take's beginning.
            begin = whole - start
            rows[:, number, begin - length : begin] = row[:, size - length :]
            rows[:, number, begin : begin + ours.shape[1]] = row[:, : ours.shape[1]]
        found += [
            _best_line(rows[k], starts + length / 2, whole, speed, pitch_moves)
            for k, pitch_moves in enumerate((False, True))
        ]
    return _keep_distinct(found)


def _shift_bands(spectrum: NDArray[np.complex64], octaves: float) -> NDArray[np.complex64]:
    """Return [BANDS, F] the bands after raising every pitch by `octaves`, linearly interpolated between bands."""
    bands = BANDS_PER_OCTAVE * octaves
    low = int(np.floor(bands))
    share = np.float32(bands - low)
    padded = np.pad(spectrum, ((BANDS, BANDS), (0, 0)))
    upper, lower = padded[BANDS - low : 2 * BANDS - low], padded[BANDS - low - 1 : 2 * BANDS - low - 1]
    return np.asarray((1 - share) * upper + share * lower, np.complex64)


def _interpolate_frames(onsets: FloatArray, positions: NDArray[np.float64]) -> FloatArray:
    """Interpolate onsets [BANDS, P] at fractional frames."""
    frames = np.clip(np.floor(positions).astype(int), 0, onsets.shape[1] - 2)
    part = np.clip(positions - frames, 0.0, 1.0).astype(np.float32)
    return np.asarray((1 - part) * onsets[:, frames] + part * onsets[:, frames + 1], np.float32)


def _best_line(
    rows: FloatArray, middles: NDArray[np.float64], whole: int, speed: float, pitch_moves: bool
) -> SpeedCandidate:
    """Find the best line near one speed by adding the rows of the stretches, centred at `middles`, along lines."""
    times = middles - middles.mean()
    reach = float(np.abs(times).max())
    guard = int(np.ceil(0.005 * reach))
    slopes = np.arange(-guard, guard + 1) / max(reach, 1.0)
    padded = np.pad(rows, ((0, 0), (guard, guard)))
    lags = rows.shape[1]
    best, slope, lag = -np.inf, 0.0, 0
    # One slope at a time: all at once would be a large array for long recordings.
    for choice in slopes:
        begins = guard + np.rint(choice * times).astype(int)
        total = np.sum([row[begin : begin + lags] for row, begin in zip(padded, begins, strict=True)], axis=0)
        place = int(np.argmax(total))
        if total[place] > best:
            best, slope, lag = float(total[place]), float(choice), place
    line = TimeLine((lag - whole) / _FRAME_HERTZ, speed)
    line = line.bend(0.0, slope, (lag - whole + float(middles.mean())) / _FRAME_HERTZ)
    return SpeedCandidate(line, best / np.sqrt(len(rows)), pitch_moves)


def _keep_distinct(found: list[SpeedCandidate]) -> list[SpeedCandidate]:
    """Keep the best candidates, one for each speed."""
    distinct: list[SpeedCandidate] = []
    for candidate in sorted(found, key=lambda candidate: -candidate.height):
        if all(
            abs(candidate.line.ratio / other.line.ratio - 1.0) > 0.012 or candidate.pitch_moves != other.pitch_moves
            for other in distinct
        ):
            distinct.append(candidate)
    return distinct[:CANDIDATES]


def refine_speed(
    a: AudioSamples, b: AudioSamples, candidate: SpeedCandidate, *, check: Callable[[], None] = lambda: None
) -> float | None:
    """Refine the candidate's speed by phase correlation; return None where the phases do not agree."""
    speed = candidate.line.ratio
    faster = change_speed(b, speed, check=check)
    line = TimeLine(candidate.line.offset_seconds)
    middle = sum(overlap(a, faster, line)) / 2
    found: list[Hypothesis] = []
    for bend in BENDS:
        check()
        near = search_around_line(a, faster, line.bend(0.0, bend, middle), drift=MAX_BEND)
        hypothesis = refine_line(a, faster, near) if near is not None else None
        if hypothesis is not None:
            found.append(hypothesis)
            if hypothesis.full:
                break
    best = max(found, key=lambda hypothesis: hypothesis.height, default=None)
    return speed * best.line.ratio if best is not None and is_credible(best) else None
