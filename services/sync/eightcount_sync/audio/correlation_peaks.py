"""Candidate offsets of one recording within another: the highest peaks of a whitened correlation over every offset.

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

from eightcount_sync.audio.phase_correlation import BAND_HERTZ, FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

STRETCH_SECONDS = 8.0
MAX_STRETCHES = 4
AT_ONCE_SAMPLES = 1 << 20
"""Recordings whose total length exceeds this (131 s) are searched block by block."""
BLOCK_SAMPLES = 1 << 19
FINE_SAMPLES = 1 << 22
"""Recordings whose total length exceeds this (8.7 minutes) are searched at every other lag."""
COARSER = 2
ENVELOPE_SAMPLES = 32
APART_SECONDS = 0.05
"""Peaks nearer than this are one candidate."""
_NEIGHBOURS = 8
"""Only the largest of this many neighbouring values can be a peak."""
_GRAIN = ENVELOPE_SAMPLES * _NEIGHBOURS
"""Blocks of offsets are multiples of this, so that no offset between them is skipped."""
_STRIDE = 32
"""Every n-th value is sampled to estimate the row's median."""
_ENVELOPE_SECONDS = ENVELOPE_SAMPLES / RATE_HERTZ


@dataclass(frozen=True, slots=True)
class Peak:
    """A candidate offset, t_a = t_b + offset_seconds.

    Attributes:
        height: in standard deviations of the correlation that it was found in.
    """

    offset_seconds: float
    height: float


def find_peaks(
    a: AudioSamples, b: AudioSamples, *, count: int, loose: bool = False, check: Callable[[], None] = lambda: None
) -> tuple[list[Peak], list[Peak]]:
    """Find up to `count` offsets at equal speed, best first.

    Args:
        a: the reference.
        b: the take.
        count: number of peaks of each kind.
        loose: also search the envelopes.
        check: called between steps; may raise to stop the work.

    Returns:
        The highest peaks of the correlation and, with `loose`, the highest peaks of the envelopes that lie elsewhere.
    """
    if b.length > a.length:
        exact, envelopes = find_peaks(b, a, count=count, loose=loose, check=check)
        turned = [[replace(peak, offset_seconds=-peak.offset_seconds) for peak in kind] for kind in (exact, envelopes)]
        return turned[0], turned[1]
    if a.length + b.length <= AT_ONCE_SAMPLES and not loose:
        return _search_at_once(a, b, count, check), []
    exact, envelopes = _search_in_blocks(a, b, count, check, loose=loose)
    elsewhere = [p for p in envelopes if all(abs(p.offset_seconds - e.offset_seconds) > APART_SECONDS for e in exact)]
    return exact, elsewhere


def _search_at_once(a: AudioSamples, b: AudioSamples, count: int, check: Callable[[], None]) -> list[Peak]:
    """Find peaks with one circular correlation that is long enough to avoid wrap-around."""
    size = next_fast_len(a.length + b.length, real=True)
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    whole = whiten(band_spectrum(a.read(0, a.length), size))
    phases = np.zeros_like(whole)
    for start in _stretch_starts(b):
        check()
        # A stretch that is read with silence before it lies where it belongs: no correlation needs to be moved.
        stretch = np.concatenate([np.zeros(start, np.float32), b.read(start, length)])
        phases += whiten(band_spectrum(stretch, size))
    sums = np.roll(correlate_phases(whole * np.conj(phases), size), b.length)
    heights = PeakCollector(-b.duration_seconds, 1 / RATE_HERTZ)
    heights.add(np.abs(sums), count)
    return heights.peaks(count)


def _search_in_blocks(
    a: AudioSamples, b: AudioSamples, count: int, check: Callable[[], None], *, loose: bool
) -> tuple[list[Peak], list[Peak]]:
    """Find peaks of long recordings, one block of offsets after the other."""
    size = BLOCK_SAMPLES
    coarser = COARSER if a.length + b.length > FINE_SAMPLES else 1
    length = min(round(STRETCH_SECONDS * RATE_HERTZ), b.length)
    starts = _stretch_starts(b)
    # Stretches of a short take find their places in one block of the long recording, others need a block each.
    near = starts[-1] - starts[0] <= size // 2
    used = _used_bins(size, coarser)
    stretches = [np.conj(band_spectrum(b.read(start, length), size)[:used]) for start in starts]
    exact, coarse = (
        PeakCollector(-b.duration_seconds, coarser / RATE_HERTZ),
        PeakCollector(-b.duration_seconds, _ENVELOPE_SECONDS),
    )
    advance = (size - length - (starts[-1] - starts[0] if near else 0)) // _GRAIN * _GRAIN
    for first in range(-b.length, a.length, advance):
        sums = np.zeros(advance // coarser, np.float32)
        envelopes = np.zeros(advance // ENVELOPE_SAMPLES, np.float32)
        block = band_spectrum(a.read(first + starts[0], size), size) if near else None
        for start, stretch in zip(starts, stretches, strict=True):
            check()
            skip = (start - starts[0]) // coarser if near else 0
            theirs = block if block is not None else band_spectrum(a.read(first + start, size), size)
            row = correlate_phases(whiten(theirs[:used] * stretch), size, coarser=coarser)[skip : skip + len(sums)]
            sums += row
            if loose:
                envelopes += _blockwise_maximum(np.abs(row), ENVELOPE_SAMPLES // coarser)
        exact.add(np.abs(sums), count)
        if loose:
            coarse.add(envelopes, count)
    return exact.peaks(count), coarse.peaks(count) if loose else []


def band_spectrum(samples: FloatArray, size: int) -> NDArray[np.complex64]:
    """Return the spectrum within the compared band."""
    low, high = (int(edge * size / RATE_HERTZ) for edge in BAND_HERTZ)
    return np.asarray(rfft(samples, size, workers=1)[low:high], np.complex64)


def whiten(cross: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Scale every bin of a cross-spectrum to unit magnitude, in place."""
    magnitudes = np.abs(cross)
    np.maximum(magnitudes, 1e-20, out=magnitudes)
    cross /= magnitudes
    return cross


def correlate_phases(phases: NDArray[np.complex64], size: int, *, coarser: int = 1) -> FloatArray:
    """Return the [size / coarser] correlation of the band's phases; lags are `coarser` samples apart.

    The correlation of a single whitened spectrum has unit variance.
    """
    low = int(BAND_HERTZ[0] * size / RATE_HERTZ)
    used = phases[: _used_bins(size, coarser)]
    spectrum = np.zeros(size // coarser // 2 + 1, np.complex64)
    # Each bin that is used stands for two of the whole spectrum.
    spectrum[low : low + len(used)] = used * (size // coarser / np.sqrt(2.0 * len(used)))
    return np.asarray(irfft(spectrum, size // coarser, workers=1), np.float32)


def _used_bins(size: int, coarser: int) -> int:
    """Return how many bins of the band lie well below half the rate of the lags."""
    return int(0.95 * size / 2 / coarser) - int(BAND_HERTZ[0] * size / RATE_HERTZ)


def _stretch_starts(b: AudioSamples) -> list[int]:
    """Return the starts of at most `MAX_STRETCHES` stretches, evenly spread over b."""
    length = round(STRETCH_SECONDS * RATE_HERTZ)
    room = b.length - length
    if room <= 0:
        return [0]
    number = min(MAX_STRETCHES, int(np.ceil(b.length / length)))
    return [int(start) for start in np.linspace(0, room, number)]


def _blockwise_maximum(row: FloatArray, block: int) -> FloatArray:
    whole = len(row) // block * block
    return np.asarray(row[:whole].reshape(-1, block).max(axis=1), np.float32)


class PeakCollector:
    """Collects the highest values of a long row that arrives in pieces, normalised by its median and spread."""

    def __init__(self, origin: float, step: float) -> None:
        self._origin, self._step, self._length = origin, step, 0
        self._best: list[tuple[NDArray[np.intp], FloatArray]] = []
        self._samples: list[FloatArray] = []

    def add(self, row: FloatArray, count: int) -> None:
        """Add the next piece of the row; `count` is the largest number of peaks that `peaks` will be asked for."""
        groups = row[: len(row) // _NEIGHBOURS * _NEIGHBOURS].reshape(-1, _NEIGHBOURS)
        tops = groups.max(axis=1)
        many = min(len(tops), 8 * count)
        best = np.argpartition(tops, -many)[-many:]
        self._best.append((self._length + best * _NEIGHBOURS + groups[best].argmax(axis=1), tops[best]))
        self._samples.append(row[::_STRIDE].copy())
        self._length += len(row)

    def peaks(self, count: int) -> list[Peak]:
        """Return the `count` highest peaks of all pieces."""
        middle, spread = self._scale()
        centre = 0.0 if self._step < _ENVELOPE_SECONDS else 0.5
        found = [
            Peak(self._origin + (float(place) + centre) * self._step, (float(value) - middle) / spread)
            for places, values in self._best
            for place, value in zip(places, values, strict=True)
        ]
        return select_distinct_peaks(found, count)

    def height(self, value: float) -> float:
        """Return a value of the row as the height of a peak."""
        middle, spread = self._scale()
        return (value - middle) / spread

    def _scale(self) -> tuple[float, float]:
        sample = np.concatenate(self._samples)
        middle = float(np.median(sample))
        return middle, 1.4826 * float(np.median(np.abs(sample - middle))) + 1e-9


def select_distinct_peaks(peaks: list[Peak], count: int) -> list[Peak]:
    """Return the highest peaks; among peaks that lie close together, only the highest."""
    kept: list[Peak] = []
    for peak in sorted(peaks, key=lambda peak: -peak.height):
        if all(abs(peak.offset_seconds - other.offset_seconds) > APART_SECONDS for other in kept):
            kept.append(peak)
            if len(kept) == count:
                break
    return kept
