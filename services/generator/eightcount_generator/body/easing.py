"""Smooth corrections in time, over a bounded number of frames."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, maximum_filter1d

Array = NDArray[np.floating[Any]]

EASE_FRAMES = 3
"""Frames by which a correction is widened before and after its cause; it ends after twice as many."""


def envelope(excess: Array, *, reach: int = EASE_FRAMES) -> Array:
    """Return a smooth curve [T, ...] that is nowhere below `excess` [T, ...] (0 or more) and ends 2 `reach` frames from
    it.

    The excess is widened by `reach` frames and then averaged over as many, so no average is below the value in its
    middle. After a correction by an envelope no excess is left, so a second correction changes nothing.
    """
    if not excess.any():
        return np.zeros_like(excess)
    risen = maximum_filter1d(excess, 2 * reach + 1, axis=0, mode="nearest")
    return moving_average(risen, reach=reach)


def moving_average(values: Array, *, reach: int = EASE_FRAMES) -> Array:
    """[T, ...] mean of `values` over `reach` frames on both sides with a Hann window; ends are repeated."""
    window = np.hanning(2 * reach + 3)[1:-1]
    return np.asarray(correlate1d(values, window / window.sum(), axis=0, mode="nearest"))


def smooth_step(fraction: Array) -> Array:
    """Return 0 to 1 with zero slope at both ends; `fraction` is clipped to 0..1."""
    within = np.clip(fraction, 0.0, 1.0)
    return within * within * (3 - 2 * within)


def fade_out(value: Array, slope: Array, fraction: Array) -> Array:
    """Return a curve that starts at `value` with `slope` (per whole fade) and comes to rest at 0: a cubic Hermite
    curve.

    Args:
        value: [...] start value.
        slope: [...] start slope.
        fraction: [T] 0 at the start, 1 at rest.

    Returns:
        [T, ...].
    """
    within = np.clip(fraction, 0.0, 1.0).reshape(-1, *(1,) * np.ndim(value))
    return value * (2 * within**3 - 3 * within**2 + 1) + slope * (within**3 - 2 * within**2 + within)
