"""Keypoints inside and outside the image: visibility does not distinguish them, a network guesses both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.motion import MotionSequence

Flags = NDArray[np.bool_]

STEADY_SECONDS = 0.5
"""Standard deviation of the window in which a keypoint must mostly lie inside: the network pulls a foot that is cut off
back into the frame for single frames."""
VISIBLE = (0.3, 0.7)
"""Visibility below which a landmark does not count at all, and from which it counts fully. BlazePose also guesses
hidden landmarks and marks them by a low visibility; the two bounds are a judgement, not a measurement."""


def find_inside(piece: MotionSequence) -> Flags:
    """Return [T, K] whether each keypoint lies inside the frame; True where no image or no dancer is known."""
    size = np.array(piece.image_size, np.float32)
    if size.min() <= 0:
        return np.ones(piece.visibility.shape, np.bool_)
    beyond = (piece.image < 0) | (piece.image > size)  # comparisons with NaN are False
    return ~np.asarray(beyond.any(axis=-1), np.bool_)


def keep_steadily_inside(inside: Flags, seconds: NDArray[np.float64]) -> Flags:
    """Return [T, K] where keypoints lie inside the frame, and did so most of the time around."""
    if inside.all() or seconds.size < 2:
        return inside
    sigma = STEADY_SECONDS / max(float(np.median(np.diff(seconds))), 1e-3)
    share = gaussian_filter1d(inside.astype(np.float32), sigma, axis=0, mode="nearest")
    steady: Flags = inside & (share > 0.5)
    return steady


def weigh_visibility(visibility: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return weights in [0, 1] for visibilities of any shape; 0 where unknown."""
    low, high = VISIBLE
    weights: NDArray[np.float32] = np.clip((np.nan_to_num(visibility) - low) / (high - low), 0.0, 1.0)
    return weights.astype(np.float32)
