"""Conversion of motion capture to our world coordinates: metres from between the hips, x right, y down, z away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import Skeleton

Array = NDArray[np.float64]


def from_y_up(positions: Array) -> Array:
    """Return positions [..., 3] in right-handed y-up axes as seen by a viewer who stands on +z, in front of the dancer.

    This is a half turn about x, not a mirror: left stays left.
    """
    return np.multiply(positions, (1.0, -1.0, -1.0))


def centre_hips(positions: Array, skeleton: Skeleton) -> Array:
    """Return positions [T, K, 3] with the origin between the hips in every frame."""
    hips = positions[:, skeleton.indices(["left_hip", "right_hip"])]
    centre: Array = hips.mean(axis=1, keepdims=True)
    return positions - centre


def uniform_timestamps(frames: int, frame_rate: float) -> Array:
    """Return [T] timestamps in seconds of frames at a constant rate, the first at zero."""
    return np.arange(frames) / frame_rate


def to_float32(values: NDArray[np.generic]) -> FloatArray:
    """Return the values as float32; values beyond its range become infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
