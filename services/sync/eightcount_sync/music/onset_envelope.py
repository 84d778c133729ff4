"""The envelope of onsets: where a flux exceeds its surroundings."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def rise_above_mean(flux: NDArray[Any]) -> Array:
    """Return [N] the part of a flux that exceeds its mean over the surrounding second, in units of its spread."""
    local = flux.astype(np.float64) - np.convolve(flux, np.ones(51) / 51, mode="same")
    return np.asarray(np.maximum(local, 0.0) / max(float(local.std()), 1e-9))


def smooth(row: NDArray[Any], frames: int = 5) -> Array:
    """Return a row smoothed by a Hann window of so many frames."""
    window = np.hanning(frames)
    return np.asarray(np.convolve(row, window / window.sum(), mode="same"), np.float64)
