"""Onset strength, timbre and what the beat network hears of a stream of samples, in constant memory.

Spectral flux over a logarithmic mel spectrogram (Böck and Widmer, "Maximum filter vibrato suppression for onset
detection", 2013), without the vibrato filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from eightcount_sync.music import log_spectrogram
from eightcount_sync.music.beat_network import BeatNetwork
from eightcount_sync.music.log_spectrogram import Framer, band_means, chroma_folding, log_spectra

FloatArray = NDArray[np.float32]

SAMPLE_RATE_HERTZ = 22_050
HOP_SAMPLES = 441
ONSET_RATE_HERTZ = SAMPLE_RATE_HERTZ / HOP_SAMPLES
WINDOW_SAMPLES = 1024
BANDS = 40
FLUX_EDGES_HERTZ = (0.0, 72.0, 170.0, 500.0, 2000.0, 5000.0, 20_000.0)
"""Edges of the bands of `rises`: a kick's depth, bass, low and high middle, snares, cymbals."""
FLUX_BANDS = len(FLUX_EDGES_HERTZ) - 1


@dataclass(frozen=True, slots=True)
class OnsetFeatures:
    """Features of a whole recording, N frames at `ONSET_RATE_HERTZ`; 22 MB an hour.

    Attributes:
        onsets: [N] onset strength, not negative.
        spectrum: [N, BANDS] float16 logarithmic mel spectrum.
        peak: largest absolute sample.
        chances: [N, 2] chances of a beat that is no downbeat, and of a downbeat, as the network hears them.
        rises: [N, FLUX_BANDS] float16 rise of the logarithmic spectrum in bands from deep to high.
        chroma: [N, 12] float16 strength of the pitch classes, a vector of length 1 or, in silence, shorter.
    """

    onsets: FloatArray
    spectrum: NDArray[np.float16]
    peak: float
    chances: FloatArray
    rises: NDArray[np.float16]
    chroma: NDArray[np.float16]


def onset_features(
    blocks: Iterable[FloatArray], network: BeatNetwork, *, check: Callable[[], None] = lambda: None
) -> OnsetFeatures:
    """Compute the features of a stream of samples at `SAMPLE_RATE_HERTZ`."""
    flux, hearing, peak = _FluxReader(), _HearingReader(network), 0.0
    for block in blocks:
        check()
        samples = np.nan_to_num(block)
        peak = max(peak, float(np.abs(samples).max(initial=0.0)))
        flux.read(samples)
        hearing.read(samples)
    flux.finish()
    hearing.finish()
    frames = min(flux.onsets.rows, hearing.chances.rows)
    return OnsetFeatures(
        flux.onsets.as_array()[:frames, 0], flux.spectra.as_array()[:frames], peak,
        hearing.chances.as_array()[:frames], hearing.rises.as_array()[:frames], hearing.chroma.as_array()[:frames],
    )  # fmt: skip


class _Rows:
    """Rows of numbers that grow in place; to concatenate pieces at the end would hold them twice."""

    def __init__(self, width: int, kind: type[np.float16 | np.float32]) -> None:
        self._bytes, self._width, self._kind = bytearray(), width, kind
        self.rows = 0

    def add(self, rows: NDArray[Any]) -> None:
        self._bytes += rows.astype(self._kind).tobytes()
        self.rows += len(rows)

    def as_array(self) -> NDArray[Any]:
        return np.frombuffer(self._bytes, self._kind).reshape(-1, self._width)


class _FluxReader:
    """Onset strengths and mel spectra of a stream."""

    def __init__(self) -> None:
        self.onsets, self.spectra = _Rows(1, np.float32), _Rows(BANDS, np.float16)
        self._framer = Framer(WINDOW_SAMPLES, HOP_SAMPLES)
        self._previous = np.zeros((1, BANDS), np.float32)

    def read(self, samples: FloatArray) -> None:
        for frames in self._framer.add(samples):
            self._add(frames)

    def finish(self) -> None:
        for frames in self._framer.finish():
            self._add(frames)

    def _add(self, frames: FloatArray) -> None:
        spectrum = _log_mel(frames)
        self.onsets.add(
            np.maximum(np.diff(np.concatenate([self._previous, spectrum]), axis=0), 0.0).mean(axis=1)[:, None]
        )
        self.spectra.add(spectrum)
        self._previous = spectrum[-1:]


class _HearingReader:
    """Beats that the network detects in a stream, and the spectra that it detects them in."""

    def __init__(self, network: BeatNetwork) -> None:
        self.chances, self.rises, self.chroma = (
            _Rows(2, np.float32), _Rows(FLUX_BANDS, np.float16), _Rows(12, np.float16)
        )  # fmt: skip
        self._framer = Framer(log_spectrogram.WINDOW_SAMPLES, HOP_SAMPLES)
        self._listener = network.listen()
        self._previous = np.zeros((1, log_spectrogram.BANDS), np.float32)

    def read(self, samples: FloatArray) -> None:
        for frames in self._framer.add(samples):
            self._add(frames)

    def finish(self) -> None:
        for frames in self._framer.finish():
            self._add(frames)

    def _add(self, frames: FloatArray) -> None:
        spectra = log_spectra(frames)
        self.chances.add(self._listener.hear(spectra))
        rises = np.maximum(np.diff(np.concatenate([self._previous, spectra]), axis=0), 0.0)
        self.rises.add(rises @ band_means(FLUX_EDGES_HERTZ))
        chroma = spectra @ chroma_folding()
        self.chroma.add(chroma / (np.linalg.norm(chroma, axis=1, keepdims=True) + 0.5))
        self._previous = spectra[-1:]


def _log_mel(frames: FloatArray) -> FloatArray:
    """Return [T, BANDS] log(1 + 10 * magnitude) in mel bands."""
    magnitudes = np.abs(rfft(frames * np.hanning(WINDOW_SAMPLES).astype(np.float32), axis=-1, workers=1))
    return np.asarray(np.log1p(10.0 * magnitudes @ _mel_filters()), np.float32)


@cache
def _mel_filters() -> FloatArray:
    """Return [F, BANDS] triangular filters between 30 Hz and 10 kHz at equal steps in mel."""
    import librosa.filters  # takes a second, so it is imported only when needed

    # The default norm, then ours: for any other, librosa compiles code, which takes 20 s of a core without numba cache.
    triangles = librosa.filters.mel(sr=SAMPLE_RATE_HERTZ, n_fft=WINDOW_SAMPLES, n_mels=BANDS, fmin=30.0, fmax=10_000.0)
    triangles /= triangles.sum(axis=1, keepdims=True)
    return np.asarray(triangles.T, np.float32)
