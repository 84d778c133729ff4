"""Refinement of the line of a time-stretched take: its phases are lost, its onsets are not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.band_onsets import band_onsets, sample_along
from eightcount_sync.audio.hypotheses import COMPARABLE_OVERLAP
from eightcount_sync.audio.line_refinement import overlap, sum_along_lines, window_centres
from eightcount_sync.audio.phase_correlation import FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

HOP_SAMPLES, WINDOW_SAMPLES = 40, 512
FRAME_HERTZ = RATE_HERTZ / HOP_SAMPLES
STRETCH_SECONDS = 3.0
ROUNDS = ((0.15, 6e-3), (0.05, 1.5e-3))
"""Margin in seconds and largest change of the speed, per round."""
NEAR_FRAMES = 4
EQUALLY_GOOD = 0.9
"""Another offset with this share of the correlation fits equally well; songs had at most 0.75, loops at least 1."""
APART_SECONDS = 0.5
MAX_RIVALS = 2000


@dataclass(frozen=True, slots=True)
class OnsetHypothesis:
    """A line and the onsets' correlation coefficient along it (above 0.4 within one song, below 0.1 between two)."""

    line: TimeLine
    correlation: float
    overlap_seconds: float


def fine_onsets(recording: AudioSamples) -> FloatArray:
    """Return [N, BANDS] onsets every 5 ms."""
    return band_onsets(recording, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES)


def refine_onset_line(
    a: AudioSamples, b: AudioSamples, line: TimeLine, *, ours: FloatArray, theirs: FloatArray
) -> list[OnsetHypothesis]:
    """Refine a line by the onsets, and find the other offsets that fit equally well at its speed.

    Args:
        a: the reference.
        b: the take.
        line: the initial line.
        ours: `fine_onsets` of the reference.
        theirs: `fine_onsets` of the take.

    Returns:
        The refined line first; an empty list where the overlap is shorter than two stretches.
    """
    for margin, bend in ROUNDS:
        start, end = overlap(a, b, line)
        if end - start < 2 * STRETCH_SECONDS:
            return []
        centres = window_centres(start, end, length_seconds=STRETCH_SECONDS, most=60)
        rows = _correlations(ours, theirs, line, centres, margin)
        delay, slope = _fit_straight_line(rows, centres - centres.mean(), bend)
        line = line.bend(delay - margin, slope, float(centres.mean()))
    return _rank_offsets(ours, theirs, line)


def _rank_offsets(ours: FloatArray, theirs: FloatArray, line: TimeLine) -> list[OnsetHypothesis]:
    """Compare a line with all offsets at its speed; return it and those that fit equally well, best first."""
    length = int(len(theirs) * line.ratio)
    theirs = sample_along(theirs, np.arange(length) / line.ratio)
    offsets = np.arange(-length, len(ours))
    begins, ends = np.maximum(offsets, 0), np.minimum(offsets + length, len(ours))
    energy = _energy(ours, begins, ends) * _energy(theirs, begins - offsets, ends - offsets)
    size = next_fast_len(len(ours) + length, real=True)
    cross = np.zeros(size // 2 + 1, np.complex64)
    for one, other in zip(ours.T, theirs.T, strict=True):
        cross += rfft(one, size, workers=1) * np.conj(rfft(other, size, workers=1))
    coefficients = irfft(cross, size, workers=1)[offsets] / np.sqrt(np.maximum(energy, 1e-9))
    near = round(line.offset_seconds * FRAME_HERTZ) + length + np.arange(-NEAR_FRAMES, NEAR_FRAMES + 1)
    near = near[(near >= 0) & (near < len(offsets))]
    here = int(near[np.argmax(coefficients[near])])
    seconds = (ends - begins) / FRAME_HERTZ
    found = [OnsetHypothesis(line, float(coefficients[here]), float(seconds[here]))]
    rivals = (coefficients >= EQUALLY_GOOD * coefficients[here]) & (seconds >= COMPARABLE_OVERLAP * seconds[here])
    for index in sorted(np.flatnonzero(rivals), key=lambda index: -coefficients[index])[:MAX_RIVALS]:
        moved = TimeLine(line.offset_seconds + (offsets[index] - offsets[here]) / FRAME_HERTZ, line.ratio)
        if all(abs(moved.offset_seconds - other.line.offset_seconds) > APART_SECONDS for other in found):
            found.append(OnsetHypothesis(moved, float(coefficients[index]), float(seconds[index])))
    return found


def _energy(onsets: FloatArray, begins: NDArray[np.int_], ends: NDArray[np.int_]) -> NDArray[np.float64]:
    """Return the sum of squares from each begin to its end."""
    sums = np.concatenate([[0.0], np.cumsum(np.einsum("fb,fb->f", onsets, onsets, dtype=np.float64))])
    return np.asarray(sums[ends] - sums[begins])


def _correlations(
    ours: FloatArray, theirs: FloatArray, line: TimeLine, centres: NDArray[np.float64], margin: float
) -> FloatArray:
    """Return [K, L] correlations of each stretch at lags of -margin..margin, standardised per stretch."""
    length, reach = int(STRETCH_SECONDS * FRAME_HERTZ), round(margin * FRAME_HERTZ)
    size = next_fast_len(length + 2 * reach, real=True)
    rows = []
    for centre in centres:
        begin = round((centre - STRETCH_SECONDS / 2) * FRAME_HERTZ)
        times = (begin + np.arange(length)) / FRAME_HERTZ
        part = sample_along(theirs, (times - line.offset_seconds) / line.ratio * FRAME_HERTZ)
        places = begin - reach + np.arange(length + 2 * reach)
        whole = sample_along(ours, places.astype(np.float64))
        cross = rfft(whole, size, axis=0, workers=1) * np.conj(rfft(part, size, axis=0, workers=1))
        row = irfft(cross.sum(axis=1), size, workers=1)[: 2 * reach + 1]
        rows.append((row - row.mean()) / max(float(row.std()), 1e-9))
    return np.asarray(rows, np.float32)


def _fit_straight_line(rows: FloatArray, times: NDArray[np.float64], bend: float) -> tuple[float, float]:
    """Return delay in seconds from the first lag, and slope, of the best line, to a fifth of a frame."""
    fine = 5
    places = np.arange((rows.shape[1] - 1) * fine + 1) / fine
    grid = np.arange(rows.shape[1])
    dense = np.stack([np.interp(places, grid, row) for row in rows]).astype(np.float32)
    rate = FRAME_HERTZ * fine
    reach = max(float(np.abs(times).max()), 1e-9)
    guard = min(int(np.ceil(bend * reach * rate)), dense.shape[1] // 3)
    slopes = np.arange(-guard, guard + 1) / (reach * rate)
    shifts = np.rint(np.outer(slopes, times) * rate).astype(int)
    sums = sum_along_lines(dense, shifts, guard=guard) / len(rows)
    slope, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    # Take the middle of a flat maximum.
    hill = np.argwhere(sums > sums[slope, lag] * 0.98)
    near = hill[(np.abs(hill - (slope, lag)) < 4 * fine).all(axis=1)].mean(axis=0)
    return (near[1] + guard) / rate, float(np.interp(near[0], np.arange(len(slopes)), slopes))
