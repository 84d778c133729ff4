"""World coordinates of motion capture brought to ours: metres, between the hips, x right, y down, z away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_common.skeletons import Skeleton

Array = NDArray[np.float64]


def from_y_up(positions: Array) -> Array:
    """[..., 3] seen by a viewer who stands in front, on +z, of a dancer in right-handed axes with y up.

    A half turn about x, not a mirror: left stays left.
    """
    return np.multiply(positions, (1.0, -1.0, -1.0))


def centre_hips(positions: Array, skeleton: Skeleton) -> Array:
    """[T, K, 3] with the origin between the hips in every frame."""
    hips = positions[:, skeleton.indices(["left_hip", "right_hip"])]
    centre: Array = hips.mean(axis=1, keepdims=True)
    return positions - centre


def uniform_timestamps(frames: int, frame_rate: float) -> Array:
    """[T] seconds of frames at a constant rate, the first at zero."""
    return np.arange(frames) / frame_rate


def to_float32(values: NDArray[np.generic]) -> FloatArray:
    """The values as float32; what is beyond its range becomes infinite."""
    with np.errstate(over="ignore"):
        return values.astype(np.float32)
