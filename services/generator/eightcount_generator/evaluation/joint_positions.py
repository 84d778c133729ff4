"""Joint positions as the input of all metrics, and their interpolation from 30 to 60 frames per second."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.skeleton import BODY

Joints = NDArray[np.floating[Any]]
"""[T, 24, 3] metres, y up, the floor at 0, joints in the order of `BODY`."""
FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]

PUBLISHED_RATE_HERTZ = 60.0
"""Frames per second that the published features and motion beats assume (the rate of AIST++)."""


def check_joints(joints: Joints, *, frames: int = 1) -> FloatArray:
    """Return the positions in double precision.

    Raises:
        InvalidInputError: INVALID_JOINTS; not [T, 24, 3], fewer than `frames` frames, or not finite.
    """
    if joints.ndim != 3 or joints.shape[1:] != (len(BODY), 3) or len(joints) < frames:
        raise InvalidInputError(
            f"joints must have the shape [T, {len(BODY)}, 3] with {frames} or more frames; got {joints.shape}",
            reason="INVALID_JOINTS",
        )
    if not np.isfinite(joints).all():
        raise InvalidInputError("joints: every value must be finite", reason="INVALID_JOINTS")
    return np.asarray(joints, np.float64)


def resample_to_published_rate(joints: Joints) -> FloatArray:
    """Interpolate [T, 24, 3] at 30 frames per second to [2 T - 1, 24, 3] at 60.

    Given frames are kept; between two of them lies the middle of a cubic spline through all (not-a-knot ends), so that
    speed and acceleration stay smooth. Linear interpolation would put all acceleration on every second frame.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than two frames, among others.
    """
    known = check_joints(joints, frames=2)
    doubled = np.empty((2 * len(known) - 1, *known.shape[1:]))
    doubled[::2] = known
    times = np.arange(len(known)) / FRAME_RATE_HERTZ
    doubled[1::2] = CubicSpline(times, known)(times[:-1] + 1 / PUBLISHED_RATE_HERTZ)
    return doubled
