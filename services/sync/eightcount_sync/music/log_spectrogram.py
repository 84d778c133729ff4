"""The logarithmic spectrogram that the beat network was trained on, of a stream of samples.

The front end of madmom (Böck et al., "madmom: a new Python audio signal processing library", 2016): triangular filters
at 24 steps an octave, each step at another bin, the decimal logarithm, and its rise since the frame before.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

FloatArray = NDArray[np.float32]

RATE_HERTZ = 22_050
HOP_SAMPLES = 441
WINDOW_SAMPLES = 1411
BANDS_PER_OCTAVE = 24
LOWEST_HERTZ = 30.0
HIGHEST_HERTZ = 17_000.0
CONCERT_PITCH_HERTZ = 440.0
BANDS = 136
FRAMES_AT_ONCE = 200


class Framer:
    """Cuts a stream of samples into frames; frame n is centred on sample n * hop."""

    def __init__(self, window_samples: int, hop_samples: int) -> None:
        self._window, self._hop = window_samples, hop_samples
        self._rest = np.zeros(window_samples // 2, np.float32)

    def add(self, samples: FloatArray) -> Iterator[FloatArray]:
        """Yield [T, window] frames, up to `FRAMES_AT_ONCE` at a time."""
        self._rest = np.concatenate([self._rest, samples])
        while (whole := (len(self._rest) - self._window) // self._hop + 1) > 0:
            taken = min(whole, FRAMES_AT_ONCE)
            views = np.lib.stride_tricks.sliding_window_view(self._rest, self._window)
            yield views[: taken * self._hop : self._hop]
            self._rest = self._rest[taken * self._hop :]

    def finish(self) -> Iterator[FloatArray]:
        """Yield the frames whose second half lies after the end."""
        yield from self.add(np.zeros(self._window // 2, np.float32))


def log_spectra(frames: FloatArray) -> FloatArray:
    """Return [T, BANDS] log10(1 + magnitude) of [T, WINDOW_SAMPLES] frames."""
    magnitudes = np.abs(rfft(frames * np.hanning(WINDOW_SAMPLES).astype(np.float32), axis=-1, workers=1))
    return np.asarray(np.log10(magnitudes[:, : WINDOW_SAMPLES // 2] @ _filters() + 1.0), np.float32)


@cache
def chroma_folding() -> FloatArray:
    """Return [BANDS, 12] which bands between 120 Hz and 2.5 kHz belong to which pitch class."""
    centres = _centres_hertz()
    classes = np.round(12 * np.log2(centres / CONCERT_PITCH_HERTZ)).astype(int) % 12
    audible = (centres > 120.0) & (centres < 2500.0)
    return np.asarray((classes[:, None] == np.arange(12)) & audible[:, None], np.float32)


@cache
def band_means(edges_hertz: tuple[float, ...]) -> FloatArray:
    """Return [BANDS, E - 1] the weights of a mean over the bands between E edges."""
    centres = _centres_hertz()
    member = (centres[:, None] >= edges_hertz[:-1]) & (centres[:, None] < edges_hertz[1:])
    return np.asarray(member / np.maximum(member.sum(axis=0), 1), np.float32)


def _centres_hertz() -> NDArray[np.float64]:
    bins = np.arange(WINDOW_SAMPLES // 2) * RATE_HERTZ / WINDOW_SAMPLES
    return np.asarray(bins @ _filters(), np.float64)


@cache
def _filters() -> FloatArray:
    """Return [F, BANDS] triangular filters, each with a sum of 1."""
    # As the network was trained: the bins of an odd window are taken for those of a window one sample shorter.
    places = np.arange(WINDOW_SAMPLES // 2) * RATE_HERTZ / (WINDOW_SAMPLES - 1)
    edges = _band_edges(places)
    filters = np.zeros((len(places), len(edges) - 2), np.float32)
    for band, (start, centre, stop) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        if stop - start < 2:
            filters[start, band] = 1.0
            continue
        rise = np.linspace(0.0, 1.0, centre - start, endpoint=False)
        fall = np.linspace(1.0, 0.0, stop - centre, endpoint=False)
        filters[start:stop, band] = np.concatenate([rise, fall])
    return np.asarray(filters / filters.sum(axis=0), np.float32)


def _band_edges(places: NDArray[np.float64]) -> NDArray[np.int_]:
    """Return the distinct bins nearest to the steps of the scale."""
    lowest, highest = (
        np.log2(hertz / CONCERT_PITCH_HERTZ) * BANDS_PER_OCTAVE for hertz in (LOWEST_HERTZ, HIGHEST_HERTZ)
    )
    scale = CONCERT_PITCH_HERTZ * 2.0 ** (np.arange(np.ceil(lowest), np.floor(highest) + 1) / BANDS_PER_OCTAVE)
    above = np.clip(places.searchsorted(scale), 1, len(places) - 1)
    return np.unique(above - (scale - places[above - 1] < places[above] - scale))
