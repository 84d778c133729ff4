"""Onsets per pitch band: features that survive a change of speed, whether or not the pitch changes with it."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.fft import rfft

from eightcount_sync.audio.phase_correlation import FloatArray
from eightcount_sync.audio.samples import RATE_HERTZ, AudioSamples

BANDS_PER_OCTAVE = 6
BANDS = 30
LOWEST_HERTZ = 100.0
_PIECE_SAMPLES = 30 * RATE_HERTZ


def band_onsets(recording: AudioSamples, *, hop_samples: int, window_samples: int) -> FloatArray:
    """Return [N, BANDS] rises of the logarithmic spectrum with unit variance; frame n is centred on n * hop_samples."""
    filters = _filters(window_samples)
    taper = np.hanning(window_samples).astype(np.float32)
    total = recording.length // hop_samples
    step = _PIECE_SAMPLES // hop_samples
    rows = []
    previous: FloatArray | None = None
    for first in range(0, total, step):
        count = min(step, total - first)
        samples = recording.read(
            first * hop_samples - window_samples // 2, (count - 1) * hop_samples + window_samples
        ) / max(recording.peak, 1e-9)
        frames = np.lib.stride_tricks.sliding_window_view(samples, window_samples)[::hop_samples]
        levels = np.log1p(100.0 * (np.abs(rfft(frames * taper, axis=1, workers=1)) @ filters))
        before = levels[:1] if previous is None else previous
        rows.append(np.maximum(np.diff(np.concatenate([before, levels]), axis=0), 0.0))
        previous = levels[-1:]
    onsets = np.concatenate(rows)
    onsets = np.minimum(onsets / np.maximum(onsets.std(axis=0), 1e-6), 6.0)
    return np.asarray(onsets - onsets.mean(axis=0), np.float32)


@cache
def _filters(window_samples: int) -> FloatArray:
    """Return [F, BANDS] triangular filters at equal steps in pitch."""
    centres = LOWEST_HERTZ * 2.0 ** (np.arange(-1, BANDS + 1) / BANDS_PER_OCTAVE)
    frequencies = np.linspace(0.0, RATE_HERTZ / 2, window_samples // 2 + 1)
    # No triangle may be narrower than two bins of the transform.
    wide = 2.0 * RATE_HERTZ / window_samples
    left = np.minimum(centres[:-2], centres[1:-1] - wide)
    right = np.maximum(centres[2:], centres[1:-1] + wide)
    rising = (frequencies[:, None] - left) / (centres[1:-1] - left)
    falling = (right - frequencies[:, None]) / (right - centres[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)) / window_samples, np.float32)


def sample_along(onsets: FloatArray, positions: NDArray[np.float64]) -> FloatArray:
    """Interpolate features [P, BANDS] at fractional frames; 0 outside."""
    frames = np.clip(np.floor(positions).astype(int), 0, max(len(onsets) - 2, 0))
    part = np.clip(positions - frames, 0.0, 1.0)[:, None].astype(np.float32)
    rows = (1.0 - part) * onsets[frames] + part * onsets[np.minimum(frames + 1, len(onsets) - 1)]
    rows[(positions < 0) | (positions > len(onsets) - 1)] = 0.0
    return np.asarray(rows)
