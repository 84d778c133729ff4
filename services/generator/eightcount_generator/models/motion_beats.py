"""Beats of a motion: the moments between two movements, where the body is slowest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from eightcount_generator.body.dance import FRAME_RATE_HERTZ

_SPREAD_SECONDS = 1 / 12
"""Deviation of the smoothing, as in the motion beats of Bailando (Siyao et al., 2022): 5 frames at 60 Hz."""

FloatArray = NDArray[np.float64]


def body_speed(joints: NDArray[np.floating]) -> FloatArray:
    """[T] metres per second, mean over the joints [T, J, 3], smoothed; out of each frame, the last is repeated."""
    if len(joints) < 2:
        return np.zeros(len(joints))
    travelled = np.linalg.norm(np.diff(joints.astype(np.float64), axis=0), axis=-1).mean(axis=-1) * FRAME_RATE_HERTZ
    smooth = gaussian_filter1d(travelled, _SPREAD_SECONDS * FRAME_RATE_HERTZ, mode="reflect")
    return np.asarray(np.append(smooth, smooth[-1]))


def beat_frames(joints: NDArray[np.floating]) -> NDArray[np.intp]:
    """Return the frames at which the body is slower than just before and just after."""
    _, flat = find_peaks(-body_speed(joints)[:-1], plateau_size=1)
    return np.asarray((flat["left_edges"] + flat["right_edges"] + 2) // 2, np.intp)  # the middle of the slowest steps
