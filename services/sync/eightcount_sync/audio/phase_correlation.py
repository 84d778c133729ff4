"""Generalised cross-correlation with phase transform (GCC-PHAT), window by window along an assumed line.

Knapp and Carter, "The generalized correlation method for estimation of time delay", 1976. Each window is whitened
separately, so that a loud passage or a room resonance does not outweigh the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import map_coordinates

from eightcount_sync.alignment import TimeLine
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

BAND_HERTZ = (90.0, 3800.0)
"""The compared band: below it lie rumble and mains hum, above it the transition band of the resampler."""
GROUP = 16
"""Windows transformed at once: enough for vectorised transforms, few enough for the processor's cache."""
STRAIGHT_SAMPLES = 0.5
"""A window that the line stretches by less than this is read unchanged and shifted in phase."""
HALF_TAPS = 32
FRACTIONS = 512

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Windows:
    """Whitened correlations of K windows around a line.

    Attributes:
        line: the assumed line.
        centres: [K] seconds in a's time.
        rows: [K, HALF_TAPS + L + HALF_TAPS] correlation at the lag of every sample from `earliest_seconds` on, with a
            few extra lags before and after; 1 means agreement in all phases.
        earliest_seconds: the first lag of the windows, negative.
    """

    line: TimeLine
    centres: NDArray[np.float64]
    rows: FloatArray
    earliest_seconds: float

    def correlations(self) -> FloatArray:
        """Return [K, L] correlations at the lag of every sample from `earliest_seconds` on; unit variance per row."""
        rows = self.rows[:, HALF_TAPS:-HALF_TAPS]
        return np.asarray(rows / np.maximum(rows.std(axis=-1, keepdims=True), 1e-12), np.float32)

    def interpolate_at(self, lags_seconds: NDArray[np.float64]) -> FloatArray:
        """Interpolate correlations [K, L] at lags [L] or [K, L] in seconds (band-limited interpolation)."""
        places = (np.atleast_2d(lags_seconds) - self.earliest_seconds) * RATE_HERTZ + HALF_TAPS
        whole = np.clip(np.floor(places).astype(int), HALF_TAPS - 1, self.rows.shape[1] - HALF_TAPS - 1)
        part = np.clip(np.rint((places - whole) * FRACTIONS).astype(int), 0, FRACTIONS)
        views = np.lib.stride_tricks.sliding_window_view(self.rows, 2 * HALF_TAPS, axis=1)
        taken = views[np.arange(len(self.rows))[:, None], whole - HALF_TAPS + 1]
        return np.asarray(np.einsum("klt,klt->kl", taken, np.broadcast_to(_kernels()[part], taken.shape)), np.float32)


def correlate_windows(
    a: AudioSamples,
    b: AudioSamples,
    *,
    line: TimeLine,
    centres: NDArray[np.float64],
    length_seconds: float,
    margin_seconds: float,
    tops_hertz: Sequence[float] = (BAND_HERTZ[1],),
) -> list[Windows]:
    """Correlate windows of b with those of a, which are longer by the margin on both sides.

    Args:
        a: the reference.
        b: the take.
        line: the assumed line.
        centres: [K] centres of the windows, seconds of a.
        length_seconds: length of b's windows.
        margin_seconds: largest lag, in both directions.
        tops_hertz: upper edges of the bands; the lower edge is that of `BAND_HERTZ`.

    Returns:
        The windows of each band.
    """
    length, margin = round(length_seconds * RATE_HERTZ), round(margin_seconds * RATE_HERTZ)
    size = next_fast_len(length + 2 * margin, real=True)
    begins = np.rint((centres - length_seconds / 2) * RATE_HERTZ).astype(int)
    lags = np.arange(-HALF_TAPS, 2 * margin + 1 + HALF_TAPS) % size
    rows = np.empty((len(tops_hertz), len(begins), len(lags)), np.float32)
    for first in range(0, len(begins), GROUP):
        group = begins[first : first + GROUP]
        cross = _whitened_cross(a, b, line, group, length, margin, size)
        for number, top in enumerate(tops_hertz):
            spectrum = np.zeros((len(group), size // 2 + 1), np.complex64)
            low, high = (int(edge * size / RATE_HERTZ) for edge in (BAND_HERTZ[0], top))
            spectrum[:, low:high] = cross[:, : high - low] * (size / 2 / (high - low))
            rows[number, first : first + GROUP] = irfft(spectrum, size, axis=-1, workers=1)[:, lags]
    placed = begins / RATE_HERTZ + length_seconds / 2
    return [Windows(line, placed, band, -margin / RATE_HERTZ) for band in rows]


def _whitened_cross(
    a: AudioSamples, b: AudioSamples, line: TimeLine, begins: NDArray[np.int_], length: int, margin: int, size: int
) -> NDArray[np.complex64]:
    """Return [K, F] cross-spectra of unit magnitude within the band."""
    low, high = (int(edge * size / RATE_HERTZ) for edge in BAND_HERTZ)
    read = [_read_along(b, line, int(begin), length) for begin in begins]
    ours = rfft(np.stack([samples for samples, _ in read]), size, axis=-1, workers=1)[:, low:high]
    theirs = np.stack([a.read(int(begin) - margin, length + 2 * margin) for begin in begins])
    cross = rfft(theirs, size, axis=-1, workers=1)[:, low:high] * np.conj(ours)
    cross /= np.maximum(np.abs(cross), 1e-20)
    late = np.array([late for _, late in read])
    if np.ptp(late) < 1e-3:
        late = late[:1]
    if np.abs(late).max() > 1e-3:
        cross *= np.exp(2j * np.pi / size * np.outer(late, np.arange(low, high))).astype(np.complex64)
    return np.asarray(cross, np.complex64)


def _read_along(b: AudioSamples, line: TimeLine, begin: int, count: int) -> tuple[FloatArray, float]:
    """Read [count] samples of b that match a's samples from `begin` on; also return their delay in samples."""
    first = line.to_b_seconds(begin / RATE_HERTZ) * RATE_HERTZ
    step = 1.0 / line.ratio
    if abs(step - 1.0) * count < STRAIGHT_SAMPLES:
        wanted = first + (step - 1.0) * count / 2
        return b.read(round(wanted), count), round(wanted) - wanted
    whole = int(np.floor(first)) - 4
    source = b.read(whole, int(np.ceil(step * count)) + 10)
    positions = first - whole + step * np.arange(count)
    return np.asarray(map_coordinates(source, positions[None], order=3, mode="nearest"), np.float32), 0.0


@cache
def _kernels() -> FloatArray:
    """Return [FRACTIONS + 1, 2 HALF_TAPS] windowed sinc kernels, one per fraction of a sample."""
    offsets = np.arange(FRACTIONS + 1)[:, None] / FRACTIONS - np.arange(1 - HALF_TAPS, HALF_TAPS + 1)
    window = np.i0(5.0 * np.sqrt(np.maximum(1.0 - (offsets / HALF_TAPS) ** 2, 0.0))) / np.i0(5.0)
    return np.asarray(np.sinc(offsets) * window, np.float32)
