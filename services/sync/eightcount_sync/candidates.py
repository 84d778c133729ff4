"""Where in one recording another may begin: the highest peaks of a whitened correlation over every offset.

A few stretches of the shorter recording are correlated with all of the longer one, block by block, so that memory
stays flat; the stretches' correlations are added at equal offset, once as they are (strong when the clocks agree) and
once as envelopes (blind to a drift of some milliseconds).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.phase import BAND_HERTZ, FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording

STRETCH_SECONDS = 8.0
MOST_STRETCHES = 8
BLOCK_SAMPLES = 1 << 20
MOST_AT_ONCE_SAMPLES = 1 << 22
"""Recordings that are longer together (8.7 minutes) are searched block by block."""
ENVELOPE_SAMPLES = 32
COARSER = 2
"""Long recordings are searched at every other lag."""
APART_SECONDS = 0.05
"""Peaks nearer than this are one candidate."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A candidate offset, t_a = t_b + offset_seconds.

    Attributes:
        height: in standard deviations of its own kind of correlation.
        exact: whether it comes from the correlation as it is, or from its envelope.
    """

    offset_seconds: float
    height: float
    exact: bool


def find_peaks(a: Recording, b: Recording, *, count: int, check: Callable[[], None] = lambda: None) -> list[Peak]:
    """Up to twice `count` offsets at equal speed: the best as they are, then the best envelopes."""
    if b.length > a.length:
        return [replace(p, offset_seconds=-p.offset_seconds) for p in find_peaks(b, a, count=count, check=check)]
    search = _search_at_once if a.length + b.length <= MOST_AT_ONCE_SAMPLES else _search_in_blocks
    peaks = search(a, b, count, check)
    exact = distinct([peak for peak in peaks if peak.exact], count)
    coarse = distinct([peak for peak in peaks if not peak.exact], count)
    return exact + [
        peak for peak in coarse if all(abs(peak.offset_seconds - e.offset_seconds) > APART_SECONDS for e in exact)
    ]


def _search_at_once(a: Recording, b: Recording, count: int, check: Callable[[], None]) -> list[Peak]:
    """Peaks from one circular correlation, long enough that nothing wraps onto anything."""
    size = next_fast_len(a.length + b.length, real=True)
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    whole = band_spectrum(a.read(0, a.length), size)
    sums = np.zeros(size, np.float32)
    envelopes = np.zeros(size // ENVELOPE_SAMPLES, np.float32)
    for start in _stretch_starts(b):
        check()
        row = np.roll(whitened(whole * np.conj(band_spectrum(b.read(start, length), size)), size), b.length - start)
        sums += row
        envelopes += _blockwise_maximum(np.abs(row))
    return _read_peaks(sums, envelopes, -b.duration_seconds, count)


def _search_in_blocks(a: Recording, b: Recording, count: int, check: Callable[[], None]) -> list[Peak]:
    """Peaks of long recordings, one block of offsets after the other; the upper half of the band is left out."""
    size = BLOCK_SAMPLES
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    starts = _stretch_starts(b)
    # Stretches of a short take find their places in one block of the long recording, others need a block each.
    near = starts[-1] - starts[0] <= size // 2
    stretches = [np.conj(band_spectrum(b.read(start, length), size)) for start in starts]
    peaks: list[Peak] = []
    advance = (size - length - (starts[-1] - starts[0] if near else 0)) // COARSER * COARSER
    for first in range(-b.length, a.length, advance):
        sums = np.zeros(advance // COARSER, np.float32)
        envelopes = np.zeros(advance // ENVELOPE_SAMPLES, np.float32)
        block = band_spectrum(a.read(first + starts[0], size), size) if near else None
        for start, stretch in zip(starts, stretches, strict=True):
            check()
            skip = (start - starts[0]) // COARSER if near else 0
            theirs = block if block is not None else band_spectrum(a.read(first + start, size), size)
            row = whitened(theirs * stretch, size, coarser=COARSER)[skip : skip + len(sums)]
            sums += row
            envelopes += _blockwise_maximum(np.abs(row), ENVELOPE_SAMPLES // COARSER)[: len(envelopes)]
        peaks += _read_peaks(sums, envelopes, first / RATE_HERTZ, count, step=COARSER / RATE_HERTZ)
    return peaks


def band_spectrum(samples: FloatArray, size: int) -> NDArray[np.complex64]:
    """Spectrum within the compared band."""
    low, high = (int(edge * size / RATE_HERTZ) for edge in BAND_HERTZ)
    return np.asarray(rfft(samples, size, workers=1)[low:high], np.complex64)


def whitened(cross: NDArray[np.complex64], size: int, *, coarser: int = 1) -> FloatArray:
    """[size / coarser] correlation of a whitened cross-spectrum, unit variance; lags are `coarser` samples apart."""
    low = int(BAND_HERTZ[0] * size / RATE_HERTZ)
    cross = cross[: int(0.95 * size / 2 / coarser) - low]
    spectrum = np.zeros(size // coarser // 2 + 1, np.complex64)
    spectrum[low : low + len(cross)] = cross / np.maximum(np.abs(cross), 1e-20)
    row = irfft(spectrum, size // coarser, workers=1)
    return np.asarray(row / max(float(row.std()), 1e-12), np.float32)


def _read_peaks(
    sums: FloatArray, envelopes: FloatArray, origin: float, count: int, *, step: float = 1 / RATE_HERTZ
) -> list[Peak]:
    return highest(np.abs(sums), origin, step, count) + highest(envelopes, origin, ENVELOPE_SAMPLES / RATE_HERTZ, count)


def _stretch_starts(b: Recording) -> list[int]:
    """Starts of at most `MOST_STRETCHES` stretches, evenly spread over b."""
    length = round(STRETCH_SECONDS * RATE_HERTZ)
    room = b.length - length
    if room <= 0:
        return [0]
    number = min(MOST_STRETCHES, int(np.ceil(b.length / length)))
    return [int(start) for start in np.linspace(0, room, number)]


def _blockwise_maximum(row: FloatArray, block: int = ENVELOPE_SAMPLES) -> FloatArray:
    whole = len(row) // block * block
    return np.asarray(row[:whole].reshape(-1, block).max(axis=1), np.float32)


def highest(row: FloatArray, origin: float, step: float, count: int) -> list[Peak]:
    """The `count` highest values, as peaks above the row's own median and spread."""
    middle = float(np.median(row))
    spread = 1.4826 * float(np.median(np.abs(row - middle))) + 1e-9
    many = min(len(row), 8 * count)
    places = np.argpartition(row, -many)[-many:]
    exact = step < ENVELOPE_SAMPLES / RATE_HERTZ
    centre = 0.0 if exact else 0.5
    found = [Peak(origin + (place + centre) * step, float((row[place] - middle) / spread), exact) for place in places]
    return distinct(found, count)


def distinct(peaks: list[Peak], count: int) -> list[Peak]:
    """The highest peaks, of those that lie together only the highest."""
    kept: list[Peak] = []
    for peak in sorted(peaks, key=lambda peak: -peak.height):
        if all(abs(peak.offset_seconds - other.offset_seconds) > APART_SECONDS for other in kept):
            kept.append(peak)
            if len(kept) == count:
                break
    return kept
