"""Where in one recording another may begin: the highest peaks of a whitened correlation over every offset.

A few stretches of the shorter recording are correlated with all of the longer one, block by block, so that memory
stays flat; the stretches' correlations are added at equal offset, once as they are (strong when the clocks agree) and
once as envelopes (blind to a drift of some milliseconds).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, rfft

from eightcount_sync.phase import BAND_HERTZ, FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording

STRETCH_SECONDS = 8.0
MOST_STRETCHES = 8
BLOCK_SAMPLES = 1 << 20
ENVELOPE_SAMPLES = 32
APART_SECONDS = 0.05
"""Peaks nearer than this are one candidate."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A candidate offset (t_a = t_b + offset_seconds) and its height in standard deviations."""

    offset_seconds: float
    height: float


def find_peaks(a: Recording, b: Recording, *, count: int, check: Callable[[], None] = lambda: None) -> list[Peak]:
    """The `count` best offsets at equal speed, best first."""
    if b.length > a.length:
        return [Peak(-peak.offset_seconds, peak.height) for peak in find_peaks(b, a, count=count, check=check)]
    starts = _stretch_starts(b)
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    low, high = (int(edge * BLOCK_SAMPLES / RATE_HERTZ) for edge in BAND_HERTZ)
    stretches = [np.conj(rfft(b.read(start, length), BLOCK_SAMPLES)[low:high]) for start in starts]
    peaks: list[Peak] = []
    advance = BLOCK_SAMPLES - length
    for first in range(-b.length, a.length, advance):
        sums = np.zeros(advance, np.float32)
        envelopes = np.zeros(advance // ENVELOPE_SAMPLES, np.float32)
        for start, stretch in zip(starts, stretches, strict=True):
            check()
            row = _correlate(a, stretch, first + start, low, high)[:advance]
            sums += row
            envelopes += _blockwise_maximum(np.abs(row))
        origin = first / RATE_HERTZ
        peaks += _highest(np.abs(sums), origin, 1 / RATE_HERTZ, count)
        peaks += _highest(envelopes, origin, ENVELOPE_SAMPLES / RATE_HERTZ, count)
    return _distinct(peaks, count)


def _stretch_starts(b: Recording) -> list[int]:
    """Starts of at most `MOST_STRETCHES` stretches, evenly spread over b."""
    length = round(STRETCH_SECONDS * RATE_HERTZ)
    room = b.length - length
    if room <= 0:
        return [0]
    number = min(MOST_STRETCHES, int(np.ceil(b.length / length)))
    return [int(start) for start in np.linspace(0, room, number)]


def _correlate(a: Recording, stretch: NDArray[np.complex64], begin: int, low: int, high: int) -> FloatArray:
    """[BLOCK_SAMPLES] whitened correlation of one stretch with a's block from sample `begin` on, unit variance."""
    block = a.read(begin, BLOCK_SAMPLES)
    spectrum = np.zeros(BLOCK_SAMPLES // 2 + 1, np.complex64)
    cross = rfft(block, workers=1)[low:high] * stretch
    spectrum[low:high] = cross / np.maximum(np.abs(cross), 1e-20)
    row = irfft(spectrum, workers=1)
    return np.asarray(row / max(float(row.std()), 1e-12), np.float32)


def _blockwise_maximum(row: FloatArray) -> FloatArray:
    whole = len(row) // ENVELOPE_SAMPLES * ENVELOPE_SAMPLES
    return np.asarray(row[:whole].reshape(-1, ENVELOPE_SAMPLES).max(axis=1), np.float32)


def _highest(row: FloatArray, origin: float, step: float, count: int) -> list[Peak]:
    """The `count` highest values, as peaks above the row's own median and spread."""
    middle = float(np.median(row))
    spread = 1.4826 * float(np.median(np.abs(row - middle))) + 1e-9
    many = min(len(row), 8 * count)
    places = np.argpartition(row, -many)[-many:]
    centre = 0.5 if step > 1 / RATE_HERTZ else 0.0
    found = [Peak(origin + (place + centre) * step, float((row[place] - middle) / spread)) for place in places]
    return _distinct(found, count)


def _distinct(peaks: list[Peak], count: int) -> list[Peak]:
    """The highest peaks, of those that lie together only the highest."""
    kept: list[Peak] = []
    for peak in sorted(peaks, key=lambda peak: -peak.height):
        if all(abs(peak.offset_seconds - other.offset_seconds) > APART_SECONDS for other in kept):
            kept.append(peak)
            if len(kept) == count:
                break
    return kept
