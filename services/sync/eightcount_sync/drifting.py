"""Candidates for recordings whose clocks disagree: short stretches added along every drift up to 1,000 ppm.

Slower and more sensitive than `candidates`, so it is the second try. A stretch of a second is too short for a drift to
blur it; where it fits is added up for all stretches at equal offset *and* drift, with its sign, so nothing of the
correlation is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import next_fast_len

from eightcount_sync.candidates import Peak, band_spectrum, correlation, distinct, highest, unit
from eightcount_sync.phase import FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording

STRETCH_SECONDS = 1.0
MOST_STRETCHES = 20
SPAN_SECONDS = 40.0
"""Stretches are taken from the middle of the shorter recording."""
DRIFT = 1.05e-3
BLUR_SECONDS = 0.25e-3
"""How far the outermost stretch may lie off between two drifts that are tried."""
BLOCK_SAMPLES = 1 << 19
COARSER = 2
"""Only the lower half of the band is used, so every other lag is enough."""


def find_drifting_peaks(
    a: Recording, b: Recording, *, count: int, check: Callable[[], None] = lambda: None
) -> list[Peak]:
    """The `count` best offsets at any drift, best first; each holds in the middle of the stretches."""
    if b.length > a.length:
        found = find_drifting_peaks(b, a, count=count, check=check)
        return [replace(peak, offset_seconds=-peak.offset_seconds) for peak in found]
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    starts = _starts(b.length, length)
    size = 2 * next_fast_len(min(a.length + b.length, BLOCK_SAMPLES) // 2 + 1, real=True)
    advance = (size - (starts[-1] - starts[0]) - length) // COARSER * COARSER
    stretches = [np.conj(band_spectrum(b.read(start, length), size)) for start in starts]
    shifts = _shifts(np.array(starts) - np.mean(starts))
    peaks: list[Peak] = []
    for first in range(-b.length, a.length, advance):
        check()
        block = band_spectrum(a.read(first + starts[0], size), size)
        rows = np.stack([
            correlation(unit(block * stretch), size, coarser=COARSER)[(start - starts[0]) // COARSER :][: advance // COARSER]
            for start, stretch in zip(starts, stretches, strict=True)
        ])  # fmt: skip
        peaks += highest(_best_sums(rows, shifts, check), first / RATE_HERTZ, COARSER / RATE_HERTZ, count)
    return distinct(peaks, count)


def _starts(total: int, length: int) -> list[int]:
    """Starts of the stretches, evenly spread over the middle of the shorter recording."""
    span = min(total - length, round(SPAN_SECONDS * RATE_HERTZ))
    begin = (total - length - span) // 2
    number = max(1, min(MOST_STRETCHES, span // length + 1))
    return [int(start) for start in np.linspace(begin, begin + span, number)]


def _shifts(distances: NDArray[np.float64]) -> NDArray[np.int_]:
    """[R, K] samples by which each stretch moves under each drift."""
    reach = float(np.abs(distances).max())
    steps = int(np.ceil(DRIFT * reach / (BLUR_SECONDS * RATE_HERTZ)))
    return np.rint(np.outer(np.linspace(-DRIFT, DRIFT, 2 * steps + 1), distances) / COARSER).astype(int)


def _best_sums(rows: FloatArray, shifts: NDArray[np.int_], check: Callable[[], None]) -> FloatArray:
    """[L] for each offset the largest sum over the stretches under any drift."""
    best = np.zeros(rows.shape[1], np.float32)
    for shift in shifts:
        check()
        total = np.zeros_like(best)
        for row, by in zip(rows, shift, strict=True):
            total[max(0, -by) : len(total) - max(0, by)] += row[max(0, by) : len(row) - max(0, -by)]
        np.maximum(best, np.abs(total), out=best)
    return best
