"""Resamples recordings to the frame rate of a dance."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import make_interp_spline

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.rotations import Array

_CUBIC = 3
_ROUNDING_FRAMES = 0.1
"""Tolerance of the last frame beyond the end: files round their frame times."""


def resample(values: Array, rate_hertz: float) -> Array:
    """Resample [T, ...] at `rate_hertz` to [S, ...] at `FRAME_RATE_HERTZ` by cubic splines; the first frame is kept."""
    return resample_at(values, np.arange(len(values)) / rate_hertz)


def resample_at(values: Array, seconds: Array) -> Array:
    """Resample [T, ...] at ascending `seconds` [T] to [S, ...], `FRAME_RATE_HERTZ` per second from the first."""
    wanted = _frame_times(seconds)
    degree = min(_CUBIC, len(values) - 1)
    if degree == 0 or (len(wanted) == len(seconds) and np.allclose(wanted, seconds)):
        return values
    return np.asarray(make_interp_spline(seconds, values, k=degree)(wanted))


def interpolate_gaps(values: Array, seconds: Array) -> Array:
    """Resample as `resample_at`, but linearly, so that nothing overshoots where frames are missing."""
    return values if len(seconds) == 1 else np.asarray(make_interp_spline(seconds, values, k=1)(_frame_times(seconds)))


def _frame_times(seconds: Array) -> Array:
    """[S] times of the frames of a dance, the first and the last within `seconds`."""
    frames = int((seconds[-1] - seconds[0]) * FRAME_RATE_HERTZ + _ROUNDING_FRAMES) + 1
    return np.asarray(np.minimum(seconds[0] + np.arange(frames) / FRAME_RATE_HERTZ, seconds[-1]))
