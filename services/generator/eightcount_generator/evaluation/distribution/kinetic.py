"""The 72 kinetic features of FID_k (Onuma et al., "FMDistance", 2008, as AIST++ and Bailando use them).

For every joint: mean squared horizontal speed, mean squared vertical speed, mean norm of the acceleration. There is no
mass and no factor of one half, and frames are assumed to be 1/60 s apart.

The published programs contain an error that every published FID_k carries and that is reproduced here on purpose: in
the second difference one division by the time step applies to only one of two terms, which adds (1/dt^2 - 1/dt) times
the *position* of the joint to its acceleration. A motionless joint one metre from the origin scores 3540. So a third of
the features depends on the origin: published values differ by whether the dance was first moved there.
"""

from __future__ import annotations

import numpy as np

from eightcount_generator.evaluation.joint_positions import (
    PUBLISHED_RATE_HERTZ,
    FloatArray,
    IndexArray,
    Joints,
    check_joints,
)

_STEP_SECONDS = 1 / PUBLISHED_RATE_HERTZ
_PUBLISHED_ERROR = 1 / _STEP_SECONDS**2 - 1 / _STEP_SECONDS
"""Factor of the joint's position that is added to its acceleration: 3540 at 60 frames per second."""
_REACH = 2
"""Steps to either side that a speed or acceleration is averaged over."""


def kinetic_features(joints: Joints, *, from_zero: bool = True) -> FloatArray:
    """Compute the 72 features of a motion: horizontal, vertical and acceleration of joint 0, then of joint 1, ...

    Args:
        joints: [T, 24, 3] positions in metres at 60 frames per second, y up.
        from_zero: first move the root to the origin at the start, as Bailando does; mint does not.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than three frames, among others.
    """
    positions = check_joints(joints, frames=3)
    if from_zero:
        positions = positions - positions[:1, :1]
    steps = np.arange(len(positions) - 1)
    speed = _means_around(np.diff(positions, axis=0) / _STEP_SECONDS, steps)
    bend = np.diff(positions, n=2, axis=0) / _STEP_SECONDS**2
    acceleration = _means_around(bend + _PUBLISHED_ERROR * positions[1:-1], steps)
    horizontal = (speed[..., 0] ** 2 + speed[..., 2] ** 2).mean(axis=0)
    vertical = (speed[..., 1] ** 2).mean(axis=0)
    effort = np.linalg.norm(acceleration, axis=-1).mean(axis=0)
    return np.stack([horizontal, vertical, effort], axis=-1).ravel()


def _means_around(values: FloatArray, centres: IndexArray) -> FloatArray:
    """Return means of up to five values around each centre; at the ends the window is shorter."""
    sums = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    first = np.maximum(centres - _REACH, 0)
    behind = np.minimum(centres + _REACH + 1, len(values))
    return np.asarray((sums[behind] - sums[first]) / (behind - first)[:, None, None])
