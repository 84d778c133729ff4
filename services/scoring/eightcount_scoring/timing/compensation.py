"""Compensation of local lags, so that postures are compared in time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles, unit_vectors
from eightcount_scoring.angles.joints import LIMB_OF_JOINT
from eightcount_scoring.common_clock import RATE_HERTZ


def compensate_lags(take: JointAngles, lag_seconds: Array, frames: slice) -> JointAngles:
    """Shift every limb of the take by its lag, in some frames.

    Args:
        take: the whole take.
        lag_seconds: [T, L] lags of the whole take.
        frames: the frames to return.
    """
    position = np.arange(take.seconds.size, dtype=np.float64)[frames, None]
    shifted = position + lag_seconds[frames][:, LIMB_OF_JOINT].astype(np.float64) * RATE_HERTZ
    vectors, weights = _interpolate_frames(take, shifted)
    return replace(take, seconds=take.seconds[frames], vectors=vectors, weights=weights)


def _interpolate_frames(take: JointAngles, positions: Array) -> tuple[Array, Array]:
    """Interpolate vectors and weights at fractional frames [T, J]."""
    last = take.seconds.size - 1
    positions = np.clip(positions, 0, last)
    left = np.minimum(positions.astype(np.intp), max(last - 1, 0))
    right, share = np.minimum(left + 1, last), positions - left
    joints = np.arange(take.weights.shape[1])[None]
    weights = np.where(
        share == 0,
        take.weights[left, joints],
        np.minimum(take.weights[left, joints], take.weights[right, joints]),
    )
    near, far = take.vectors[left, joints], take.vectors[right, joints]
    mixed = unit_vectors(near + share[..., None] * (far - near))
    vectors = np.where((share == 0)[..., None], near, mixed)
    known = np.isfinite(vectors).all(axis=-1) & (weights > 0)
    return np.where(known[..., None], vectors, np.nan), np.where(known, weights, 0.0)
