"""Places of joints as every measure takes them, and how thirty frames a second become sixty."""

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
"""Frames a second that the published features and motion beats assume (the rate of AIST++)."""


def check_joints(joints: Joints, *, frames: int = 1) -> FloatArray:
    """Places in double precision.

    Raises:
        InvalidInputError: INVALID_JOINTS; not [T, 24, 3], fewer than `frames` frames, or not finite.
    """
    if joints.ndim != 3 or joints.shape[1:] != (len(BODY), 3) or len(joints) < frames:
        raise InvalidInputError(
            f"joints: wanted [T, {len(BODY)}, 3] with {frames} frames or more, got {joints.shape}",
            reason="INVALID_JOINTS",
        )
    if not np.isfinite(joints).all():
        raise InvalidInputError("joints: every value must be finite", reason="INVALID_JOINTS")
    return np.asarray(joints, np.float64)


def resample_to_published_rate(joints: Joints) -> FloatArray:
    """[2 T - 1, 24, 3] at 60 frames a second, of [T, 24, 3] at 30.

    Every given frame is kept; between two of them lies the middle of a cubic spline through all (not-a-knot ends), so
    that speed and acceleration stay smooth. Straight lines would put the whole acceleration on every other frame.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than two frames, among others.
    """
    known = check_joints(joints, frames=2)
    doubled = np.empty((2 * len(known) - 1, *known.shape[1:]))
    doubled[::2] = known
    times = np.arange(len(known)) / FRAME_RATE_HERTZ
    doubled[1::2] = CubicSpline(times, known)(times[:-1] + 1 / PUBLISHED_RATE_HERTZ)
    return doubled
