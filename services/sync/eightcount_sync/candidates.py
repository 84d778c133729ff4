"""Where in one recording another may begin: the highest peaks of a whitened correlation over every offset.

A few stretches of the shorter recording are correlated with all of the longer one, block by block, so that memory
stays flat; the stretches' correlations are added at equal offset, once as they are (strong when the clocks agree) and
once as envelopes (blind to a drift of some milliseconds).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

from eightcount_sync.phase import BAND_HERTZ, FloatArray
from eightcount_sync.recording import RATE_HERTZ, Recording

STRETCH_SECONDS = 8.0
MOST_STRETCHES = 8
BLOCK_SAMPLES = 1 << 19
"""Recordings that are longer together (65 s) are searched block by block."""
FINE_SAMPLES = 1 << 22
"""Recordings that are longer together (8.7 minutes) are searched at every other lag."""
COARSER = 2
ENVELOPE_SAMPLES = 32
APART_SECONDS = 0.05
"""Peaks nearer than this are one candidate."""
_NEIGHBOURS = 8
"""Of so many neighbouring values only the largest can be a peak."""
_SAMPLE = 20_000
"""About so many values tell a row's median."""


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


def find_peaks(
    a: Recording, b: Recording, *, count: int, check: Callable[[], None] = lambda: None
) -> Iterator[list[Peak]]:
    """Up to `count` offsets at equal speed: first the best as they are, then the best envelopes, if asked for."""
    if b.length > a.length:
        for peaks in find_peaks(b, a, count=count, check=check):
            yield [replace(peak, offset_seconds=-peak.offset_seconds) for peak in peaks]
        return
    search = _search_at_once if a.length + b.length <= BLOCK_SAMPLES else _search_in_blocks
    exact: list[Peak] = []
    for peaks in search(a, b, count, check):
        found = distinct(peaks, count)
        yield [p for p in found if all(abs(p.offset_seconds - e.offset_seconds) > APART_SECONDS for e in exact)]
        exact = found


def _search_at_once(a: Recording, b: Recording, count: int, check: Callable[[], None]) -> Iterator[list[Peak]]:
    """Peaks from one circular correlation, long enough that nothing wraps onto anything."""
    size = next_fast_len(a.length + b.length, real=True)
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    whole = band_spectrum(a.read(0, a.length), size)
    phases = []
    for start in _stretch_starts(b):
        check()
        # A stretch that is read with silence before it lies where it belongs: no correlation needs to be moved.
        stretch = np.concatenate([np.zeros(start, np.float32), b.read(start, length)])
        phases.append(unit(whole * np.conj(band_spectrum(stretch, size))))
    origin = -b.duration_seconds
    sums = np.roll(correlation(np.sum(phases, axis=0), size), b.length)
    yield highest(np.abs(sums), origin, 1 / RATE_HERTZ, count)
    envelopes = np.zeros(size // ENVELOPE_SAMPLES, np.float32)
    for phase in phases:
        check()
        envelopes += _blockwise_maximum(np.abs(np.roll(correlation(phase, size), b.length)))
    yield highest(envelopes, origin, ENVELOPE_SAMPLES / RATE_HERTZ, count)


def _search_in_blocks(a: Recording, b: Recording, count: int, check: Callable[[], None]) -> Iterator[list[Peak]]:
    """Peaks of long recordings, one block of offsets after the other."""
    size = BLOCK_SAMPLES
    coarser = COARSER if a.length + b.length > FINE_SAMPLES else 1
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    starts = _stretch_starts(b)
    # Stretches of a short take find their places in one block of the long recording, others need a block each.
    near = starts[-1] - starts[0] <= size // 2
    stretches = [np.conj(band_spectrum(b.read(start, length), size)) for start in starts]
    exact: list[Peak] = []
    coarse: list[Peak] = []
    advance = (size - length - (starts[-1] - starts[0] if near else 0)) // ENVELOPE_SAMPLES * ENVELOPE_SAMPLES
    for first in range(-b.length, a.length, advance):
        sums = np.zeros(advance // coarser, np.float32)
        envelopes = np.zeros(advance // ENVELOPE_SAMPLES, np.float32)
        block = band_spectrum(a.read(first + starts[0], size), size) if near else None
        for start, stretch in zip(starts, stretches, strict=True):
            check()
            skip = (start - starts[0]) // coarser if near else 0
            theirs = block if block is not None else band_spectrum(a.read(first + start, size), size)
            row = correlation(unit(theirs * stretch), size, coarser=coarser)[skip : skip + len(sums)]
            sums += row
            envelopes += _blockwise_maximum(np.abs(row), ENVELOPE_SAMPLES // coarser)
        origin = first / RATE_HERTZ
        exact += highest(np.abs(sums), origin, coarser / RATE_HERTZ, count)
        coarse += highest(envelopes, origin, ENVELOPE_SAMPLES / RATE_HERTZ, count)
    yield exact
    yield coarse


def band_spectrum(samples: FloatArray, size: int) -> NDArray[np.complex64]:
    """Spectrum within the compared band."""
    low, high = (int(edge * size / RATE_HERTZ) for edge in BAND_HERTZ)
    return np.asarray(rfft(samples, size, workers=1)[low:high], np.complex64)


def unit(cross: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The phases of a cross-spectrum, in its place: each of unit magnitude."""
    magnitudes = np.abs(cross)
    np.maximum(magnitudes, 1e-20, out=magnitudes)
    cross /= magnitudes
    return cross


def correlation(phases: NDArray[np.complex64], size: int, *, coarser: int = 1) -> FloatArray:
    """[size / coarser] correlation of phases of the band, unit variance for one; lags are `coarser` samples apart."""
    low = int(BAND_HERTZ[0] * size / RATE_HERTZ)
    used = phases[: int(0.95 * size / 2 / coarser) - low]
    spectrum = np.zeros(size // coarser // 2 + 1, np.complex64)
    # Each bin that is used stands for two of the whole spectrum.
    spectrum[low : low + len(used)] = used * (size // coarser / np.sqrt(2.0 * len(used)))
    return np.asarray(irfft(spectrum, size // coarser, workers=1), np.float32)


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
    sample = row[:: max(1, len(row) // _SAMPLE)]
    middle = float(np.median(sample))
    spread = 1.4826 * float(np.median(np.abs(sample - middle))) + 1e-9
    whole = len(row) // _NEIGHBOURS * _NEIGHBOURS
    groups = row[:whole].reshape(-1, _NEIGHBOURS)
    tops = groups.max(axis=1)
    many = min(len(tops), 8 * count)
    best = np.argpartition(tops, -many)[-many:]
    places = best * _NEIGHBOURS + groups[best].argmax(axis=1)
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
