"""Autocorrelation of a long row."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft

_PIECE_FRAMES = 1 << 15


def autocorrelate(row: NDArray[Any], lags: int) -> NDArray[np.float64]:
    """Return [lags] the autocorrelation of a row, computed piece by piece."""
    total = np.zeros(lags)
    size = next_fast_len(_PIECE_FRAMES + lags, real=True)
    for start in range(0, len(row), _PIECE_FRAMES):
        ours, theirs = row[start : start + _PIECE_FRAMES], row[start : start + _PIECE_FRAMES + lags]
        total += irfft(np.conj(rfft(ours, size, workers=1)) * rfft(theirs, size, workers=1), size, workers=1)[:lags]
    return total
