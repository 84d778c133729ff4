"""How a body moves, without regard to where it stands, its size or the camera: angular velocities of its joints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.motion import MotionSequence

RATE_HERTZ = 30.0
"""Rate of the features, whatever the rate of the pictures."""
SMOOTHING_SECONDS = 0.05
JOINTS: tuple[tuple[str, str, str], ...] = tuple(
    (f"{side}_{first}", f"{side}_{middle}", f"{side}_{last}")
    for side in ("left", "right")
    for first, middle, last in (
        ("shoulder", "elbow", "wrist"), ("hip", "shoulder", "elbow"), ("shoulder", "hip", "knee"),
        ("hip", "knee", "ankle"),
    )
)  # fmt: skip
"""Angles at the middle keypoint."""

FloatArray = NDArray[np.float64]


def angular_velocities(motion: MotionSequence) -> FloatArray:
    """[N, 8] angular velocities in rad/s, unit variance per joint, at `RATE_HERTZ` from the first timestamp on.

    Frames without a dancer are bridged by straight lines. A joint that never moves stays 0.
    """
    angles = _angles(motion)
    times = np.arange(motion.timestamps[0], motion.timestamps[-1], 1.0 / RATE_HERTZ)
    columns = []
    for column in angles.T:
        known = np.isfinite(column)
        if known.sum() < 2:
            columns.append(np.zeros(len(times)))
            continue
        even = np.interp(times, motion.timestamps[known], column[known])
        smooth = gaussian_filter1d(even, SMOOTHING_SECONDS * RATE_HERTZ, mode="nearest")
        velocity = np.gradient(smooth) * RATE_HERTZ if len(times) > 1 else np.zeros(len(times))
        columns.append(velocity / max(float(velocity.std()), 0.05))
    return np.stack(columns, axis=1)


def _angles(motion: MotionSequence) -> FloatArray:
    """[T, 8] joint angles in rad, NaN where no dancer was found."""
    skeleton, world = motion.skeleton, motion.world.astype(np.float64)
    first, middle, last = (world[:, skeleton.indices(names)] for names in zip(*JOINTS, strict=True))
    upper, lower = first - middle, last - middle
    lengths = np.linalg.norm(upper, axis=-1) * np.linalg.norm(lower, axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosines = np.sum(upper * lower, axis=-1) / lengths
    return np.asarray(np.arccos(np.clip(cosines, -1.0, 1.0)))
