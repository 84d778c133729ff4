"""Onset strength and timbre of a stream of samples, in constant memory.

Spectral flux over a logarithmic mel spectrogram (Böck and Widmer, "Maximum filter vibrato suppression for onset
detection", 2013), without the vibrato filter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

FloatArray = NDArray[np.float32]

SAMPLE_RATE_HERTZ = 22_050
HOP_SAMPLES = 441
ONSET_RATE_HERTZ = SAMPLE_RATE_HERTZ / HOP_SAMPLES
WINDOW_SAMPLES = 1024
BANDS = 40


@dataclass(frozen=True, slots=True)
class OnsetFeatures:
    """Features of a whole recording, N frames at `ONSET_RATE_HERTZ`; 14 MB an hour.

    Attributes:
        onsets: [N] onset strength, not negative.
        spectrum: [N, BANDS] float16 logarithmic mel spectrum.
        peak: largest absolute sample.
    """

    onsets: FloatArray
    spectrum: NDArray[np.float16]
    peak: float


def onset_features(blocks: Iterable[FloatArray], *, check: Callable[[], None] = lambda: None) -> OnsetFeatures:
    """Compute the features of a stream of samples at `SAMPLE_RATE_HERTZ`."""
    # Byte arrays grow in place; concatenating pieces at the end would hold them twice.
    onsets, spectra, peak = bytearray(), bytearray(), 0.0
    previous = np.zeros((1, BANDS), np.float32)
    for samples in _second_pieces(blocks):
        check()
        peak = max(peak, float(np.abs(samples).max(initial=0.0)))
        spectrum = _log_mel(samples)
        flux = np.maximum(np.diff(np.concatenate([previous, spectrum]), axis=0), 0.0).mean(axis=1)
        onsets += flux.astype(np.float32).tobytes()
        spectra += spectrum.astype(np.float16).tobytes()
        previous = spectrum[-1:]
    return OnsetFeatures(np.frombuffer(onsets, np.float32), np.frombuffer(spectra, np.float16).reshape(-1, BANDS), peak)


def _second_pieces(blocks: Iterable[FloatArray]) -> Iterator[FloatArray]:
    """Yield pieces of whole hops that overlap by a window, so that frame n is centred on sample n * HOP_SAMPLES."""
    buffer = np.zeros(WINDOW_SAMPLES // 2, np.float32)
    wanted = 100 * HOP_SAMPLES + WINDOW_SAMPLES - HOP_SAMPLES
    for block in blocks:
        buffer = np.concatenate([buffer, np.nan_to_num(block)])
        while len(buffer) >= wanted:
            yield buffer[:wanted]
            buffer = buffer[100 * HOP_SAMPLES :]
    buffer = np.concatenate([buffer, np.zeros(WINDOW_SAMPLES // 2, np.float32)])
    if len(buffer) >= WINDOW_SAMPLES:
        yield buffer


def _log_mel(samples: FloatArray) -> FloatArray:
    """Return [T, BANDS] log(1 + 10 * magnitude) in mel bands."""
    frames = np.lib.stride_tricks.sliding_window_view(samples, WINDOW_SAMPLES)[::HOP_SAMPLES]
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
