"""Candidate offsets for recordings whose clocks drift: correlations of short stretches, added along every drift.

Drifts up to 1,000 ppm are searched. This is slower and more sensitive than `correlation_peaks`, so it is the second
attempt. A stretch of one second is too short for a drift to blur it; the signed correlations of all stretches are
added at equal offset *and* drift, so nothing of the correlation is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.audio.correlation_peaks import Peak, PeakCollector, band_spectrum, correlate_phases, whiten
from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

STRETCH_SECONDS = 1.0
MAX_STRETCHES = 20
SPAN_SECONDS = 40.0
"""Stretches are taken from the middle of the shorter recording."""
DRIFT = 1.05e-3
BLUR_SECONDS = 0.25e-3
"""Largest displacement of the outermost stretch between two neighbouring drifts of the search."""
BLOCK_SAMPLES = 1 << 19
"""Recordings whose total length exceeds this (65 s) are searched block by block."""
COARSER = 2
"""Only the lower half of the band is used, so every other lag suffices."""
_GRAIN = 256
"""Blocks of offsets are multiples of this, so that no offset between them is skipped."""
_LAGS = 1 << 14
"""Number of lags summed at once, chosen to fit the processor's cache."""


def find_peaks_with_drift(
    a: AudioSamples, b: AudioSamples, *, count: int, check: Callable[[], None] = lambda: None
) -> list[Peak]:
    """Find the `count` best offsets at any drift, best first; each holds in the middle of the stretches."""
    if b.length > a.length:
        found = find_peaks_with_drift(b, a, count=count, check=check)
        return [replace(peak, offset_seconds=-peak.offset_seconds) for peak in found]
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    starts = _starts(b.length, length)
    whole = a.length + b.length
    size = 2 * next_fast_len(min(whole, BLOCK_SAMPLES) // 2 + 1, real=True)
    # One circular correlation holds all offsets of short recordings; of long ones a block holds those without a wrap.
    advance = size if size >= whole else (size - (starts[-1] - starts[0]) - length) // _GRAIN * _GRAIN
    stretches = [np.conj(_half_spectrum(b.read(start, length), size)) for start in starts]
    shifts = _shifts(np.array(starts) - np.mean(starts))
    rows = np.empty((len(starts), advance // COARSER), np.float32)
    heights = PeakCollector(-b.duration_seconds, COARSER / RATE_HERTZ)
    for first in range(-b.length, a.length, advance):
        check()
        block = band_spectrum(a.read(first + starts[0], size), size)
        for row, start, stretch in zip(rows, starts, stretches, strict=True):
            skip = (start - starts[0]) // COARSER
            row[:] = np.roll(correlate_phases(whiten(block[: len(stretch)] * stretch), size, coarser=COARSER), -skip)[
                : len(row)
            ]
        heights.add(_best_sums(rows, shifts, check), count)
    return heights.peaks(count)


def _half_spectrum(samples: FloatArray, size: int) -> NDArray[np.complex64]:
    """Return the lower half of `band_spectrum`, from every other sample."""
    few = 2 * next_fast_len(len(samples) // 2 + 200, real=True)
    halved = irfft(rfft(samples, few, workers=1)[: few // 4 + 1], few // 2, workers=1)
    low, high = (int(edge * size / RATE_HERTZ) for edge in (BAND_HERTZ[0], 0.95 * RATE_HERTZ / 4))
    return np.asarray(rfft(halved, size // 2, workers=1)[low:high], np.complex64)


def _starts(total: int, length: int) -> list[int]:
    """Return the starts of the stretches, evenly spread over the middle of the shorter recording."""
    span = min(total - length, round(SPAN_SECONDS * RATE_HERTZ))
    begin = (total - length - span) // 2
    number = max(1, min(MAX_STRETCHES, span // length + 1))
    return [int(start) for start in np.linspace(begin, begin + span, number)]


def _shifts(distances: NDArray[np.float64]) -> NDArray[np.int_]:
    """Return [R, K] samples by which each of K stretches moves under each of R drifts."""
    reach = float(np.abs(distances).max())
    steps = int(np.ceil(DRIFT * reach / (BLUR_SECONDS * RATE_HERTZ)))
    return np.rint(np.outer(np.linspace(-DRIFT, DRIFT, 2 * steps + 1), distances) / COARSER).astype(int)


def _best_sums(rows: FloatArray, shifts: NDArray[np.int_], check: Callable[[], None]) -> FloatArray:
    """Return [L]: for each offset the largest sum over the stretches under any drift."""
    guard = int(np.abs(shifts).max())
    best = np.zeros(rows.shape[1], np.float32)
    for first in range(0, len(best), _LAGS):
        check()
        few = min(_LAGS, len(best) - first)
        near = np.zeros((len(rows), few + 2 * guard), np.float32)
        start, stop = max(first - guard, 0), min(first + few + guard, len(best))
        near[:, start - first + guard : stop - first + guard] = rows[:, start:stop]
        for shift in shifts:
            total = np.zeros(few, np.float32)
            for row, by in zip(near, guard + shift, strict=True):
                total += row[by : by + few]
            np.maximum(best[first : first + few], np.abs(total), out=best[first : first + few])
    return best
