"""Makes the line of a time-stretched take precise: its phases are lost, its onsets are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.phase import BAND_HERTZ, FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.spectral import band_onsets, sample_along
from eightcount_sync.timeline import TimeLine
from eightcount_sync.track import Track, line_sums, overlap, window_centres

HOP_SAMPLES, WINDOW_SAMPLES = 40, 512
FRAME_HERTZ = RATE_HERTZ / HOP_SAMPLES
STRETCH_SECONDS = 3.0
ROUNDS = ((0.15, 6e-3), (0.05, 1.5e-3))
"""Margin in seconds and largest change of the speed, per round."""


def follow_onsets(a: Recording, b: Recording, line: TimeLine) -> Track | None:
    """The best line near `line`, from onsets every 5 ms; None where the overlap is shorter than two stretches."""
    ours = band_onsets(a, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES)
    theirs = band_onsets(b, hop_samples=HOP_SAMPLES, window_samples=WINDOW_SAMPLES)
    track: Track | None = None
    for margin, bend in ROUNDS:
        start, end = overlap(a, b, line)
        if end - start < 2 * STRETCH_SECONDS:
            return None
        centres = window_centres(start, end, length_seconds=STRETCH_SECONDS, most=60)
        rows = _correlations(ours, theirs, line, centres, margin)
        delay, slope, score = _straight(rows, centres - centres.mean(), bend)
        line = line.bent(delay - margin, slope, float(centres.mean()))
        track = Track(line, score, len(centres), end - start, BAND_HERTZ[1])
    return track


def _correlations(
    ours: FloatArray, theirs: FloatArray, line: TimeLine, centres: NDArray[np.float64], margin: float
) -> FloatArray:
    """[K, L] correlation of each stretch at lags of -margin..margin, in units of a lag's spread over all stretches."""
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


def _straight(rows: FloatArray, times: NDArray[np.float64], bend: float) -> tuple[float, float, float]:
    """Delay in seconds from the first lag, slope, and mean height of the best line; a fifth of a frame fine."""
    fine = 5
    places = np.arange((rows.shape[1] - 1) * fine + 1) / fine
    grid = np.arange(rows.shape[1])
    dense = np.stack([np.interp(places, grid, row) for row in rows]).astype(np.float32)
    rate = FRAME_HERTZ * fine
    reach = max(float(np.abs(times).max()), 1e-9)
    guard = min(int(np.ceil(bend * reach * rate)), dense.shape[1] // 3)
    slopes = np.arange(-guard, guard + 1) / (reach * rate)
    shifts = np.rint(np.outer(slopes, times) * rate).astype(int)
    sums = line_sums(dense, shifts, guard=guard) / len(rows)
    slope, lag = np.unravel_index(int(np.argmax(sums)), sums.shape)
    # The top of a flat hill is its middle.
    hill = np.argwhere(sums > sums[slope, lag] * 0.98)
    near = hill[(np.abs(hill - (slope, lag)) < 4 * fine).all(axis=1)].mean(axis=0)
    return (near[1] + guard) / rate, float(np.interp(near[0], np.arange(len(slopes)), slopes)), float(sums[slope, lag])
