"""Generalised cross-correlation with phase transform, window by window around an assumed time line.

Knapp and Carter, "The generalized correlation method for estimation of time delay", 1976. Each window is whitened for
itself, so that a loud passage or a resonance of the room does not outvote the others.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import map_coordinates

from eightcount_sync.recording import RATE_HERTZ, Recording
from eightcount_sync.timeline import TimeLine

BAND_HERTZ = (90.0, 3800.0)
"""Below lies rumble and mains hum, above the edge of the resampler."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """Whitened cross-spectra of K windows around a line.

    Attributes:
        line: the line assumed.
        centres: [K] seconds in a's time.
        spectra: [K, F] complex64 cross-spectra; a lag of 0 is `earliest_seconds`.
        earliest_seconds: the lag at which the windows begin, negative.
        latest_seconds: the lag up to which a window and its partner overlap fully.
        size: samples of the transform.
    """

    line: TimeLine
    centres: NDArray[np.float64]
    spectra: NDArray[np.complex64]
    earliest_seconds: float
    latest_seconds: float
    size: int

    def correlations(self) -> FloatArray:
        """[K, L] correlation at every sample's lag from `earliest_seconds` on, each row with unit variance."""
        lags = round((self.latest_seconds - self.earliest_seconds) * RATE_HERTZ) + 1
        rows = irfft(self.spectra, self.size, axis=-1, workers=1)[:, :lags]
        spread = rows.std(axis=-1, keepdims=True)
        return np.asarray(rows / np.maximum(spread, 1e-12), np.float32)

    def below(self, hertz: float) -> Windows:
        """The same windows without what lies above a frequency."""
        spectra = self.spectra.copy()
        spectra[:, int(hertz * self.size / RATE_HERTZ) :] = 0.0
        return replace(self, spectra=spectra)

    def at_lags(self, lags_seconds: NDArray[np.float64]) -> FloatArray:
        """[K, L] correlation at lags [L] or [K, L] in seconds, between samples too (band-limited interpolation)."""
        frequencies = _band_frequencies(self.size)
        low = _band_bins(self.size)[0]
        band = self.spectra[:, low : low + len(frequencies)]
        lags = lags_seconds - self.earliest_seconds
        if lags.ndim == 1:
            phases = np.exp(2j * np.pi * np.outer(frequencies, lags)).astype(np.complex64)
            return np.asarray((band @ phases).real, np.float32)
        centre, fine = lags.mean(axis=1, keepdims=True), lags[0] - lags[0].mean()
        turned = band * np.exp(2j * np.pi * centre * frequencies).astype(np.complex64)
        phases = np.exp(2j * np.pi * np.outer(frequencies, fine)).astype(np.complex64)
        return np.asarray((turned @ phases).real, np.float32)


def correlate_windows(
    a: Recording,
    b: Recording,
    *,
    line: TimeLine,
    centres: NDArray[np.float64],
    length_seconds: float,
    margin_seconds: float,
) -> Windows:
    """Windows of `length_seconds` around `centres` (seconds of a): b's window against a's, longer by the margin."""
    length, margin = round(length_seconds * RATE_HERTZ), round(margin_seconds * RATE_HERTZ)
    size = next_fast_len(length + 2 * margin, real=True)
    spectra = np.zeros((len(centres), size // 2 + 1), np.complex64)
    low, high = _band_bins(size)
    placed = np.empty(len(centres))
    for row, centre in enumerate(centres):
        begin = round((centre - length_seconds / 2) * RATE_HERTZ)
        placed[row] = begin / RATE_HERTZ + length_seconds / 2
        ours = _read_along(b, line, begin, length)
        theirs = a.read(begin - margin, length + 2 * margin)
        cross = rfft(theirs, size, workers=1)[low:high] * np.conj(rfft(ours, size, workers=1)[low:high])
        spectra[row, low:high] = cross / np.maximum(np.abs(cross), 1e-20)
    return Windows(line, placed, spectra, -margin / RATE_HERTZ, margin / RATE_HERTZ, size)


def _read_along(b: Recording, line: TimeLine, begin: int, count: int) -> FloatArray:
    """[count] samples of b as they lie under a's samples from `begin` on; cubic interpolation unless they coincide."""
    first = line.b_of_a(begin / RATE_HERTZ) * RATE_HERTZ
    step = 1.0 / line.ratio
    if abs(step - 1.0) * count < 0.05 and abs(first - round(first)) < 0.05:
        return b.read(round(first), count)
    whole = int(np.floor(first)) - 4
    source = b.read(whole, int(np.ceil(step * count)) + 10)
    positions = first - whole + step * np.arange(count)
    return np.asarray(map_coordinates(source, positions[None], order=3, mode="nearest"), np.float32)


def _band_bins(size: int) -> tuple[int, int]:
    return int(BAND_HERTZ[0] * size / RATE_HERTZ), int(BAND_HERTZ[1] * size / RATE_HERTZ)


def _band_frequencies(size: int) -> NDArray[np.float64]:
    low, high = _band_bins(size)
    return np.asarray(np.arange(low, high) * (RATE_HERTZ / size), np.float64)
