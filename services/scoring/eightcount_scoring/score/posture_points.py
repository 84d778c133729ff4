"""Points for posture: how much of the score a joint keeps for its angle and angular velocity."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles, angle_between_deg
from eightcount_scoring.angles.joint_scale import NOISE_HERTZ, JointScale, velocity

VELOCITY_SHARE = 0.2
"""Share of the angular velocity in the squared z-score; a larger one admits jitter, zero would ignore sharpness."""
HALF_POINTS_Z = 1.0
"""z-score at which half the points are left: an error as large as the joint's own spread. Two independent draws from
one distribution differ by sqrt(2) of its spread."""
FREE_DEG = 4.0
"""Angle error that costs nothing: the effect of 1 cm of jitter of the landmarks on two takes of one motion."""


def posture_points(reference: JointAngles, take: JointAngles, scale: JointScale) -> Array:
    """Return [T, J] points in [0, 1] for angle and angular velocity: 1 without error; NaN where not comparable."""
    angle = _beyond(angle_between_deg(reference.vectors, take.vectors), FREE_DEG) / scale.spread_deg
    speed = np.linalg.norm(velocity(reference.vectors) - velocity(take.vectors), axis=-1)
    speed = _beyond(speed, FREE_DEG * NOISE_HERTZ) / scale.speed_deg
    squared = (1 - VELOCITY_SHARE) * angle**2 + VELOCITY_SHARE * np.nan_to_num(speed) ** 2
    points: Array = np.exp(-np.log(2.0) * squared / HALF_POINTS_Z**2)
    return points


def _beyond(error: Array, free: float) -> Array:
    """Return the part of an error that independent noise of size `free` does not explain."""
    beyond: Array = np.sqrt(np.maximum(error**2 - free**2, 0.0))
    return beyond
