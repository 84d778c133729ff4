"""Scale of the errors: each joint is measured against its own range in the reference dance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles, View, angle_between_deg, unit_vectors
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import blocks

RANGE_SHARE = 0.5
"""A joint is over its limit when its error exceeds this share of its own range ..."""
NOISE_MULTIPLE = 2.0
"""... but the limit is at least this multiple of its noise, so that jitter alone stays below (docs/scoring.md) ..."""
MAX_LIMIT_DEG = 28.0
"""... and at most this: everybody notices an arm that is 30 degrees off."""
NOISE_HERTZ = 5.0
"""Degrees per second that one degree of noise causes after smoothing (1 / (sqrt(2) * sigma) of the Gaussian, rounded
down, as jitter is partly slow)."""
_MIN_IMPORTANCE = 0.1
"""A joint that should stand still has a little weight all the same: moving it is a mistake too."""
_SEEN = 1e-3


@dataclass(frozen=True, slots=True)
class JointScale:
    """The measures of J joints, taken from the reference within the overlap.

    Attributes:
        range_deg: [J] root mean square angle from the joint's mean direction.
        spread_deg: [J] range and noise together; divides an angle error into a z-score.
        speed_deg: [J] the same for angular velocity, in degrees per second.
        limit_deg: [J] error above which a joint is drawn in red.
        importance: [J] in (0, 1], share of the joint's range that is movement and not noise.
    """

    range_deg: Array
    spread_deg: Array
    speed_deg: Array
    limit_deg: Array
    importance: Array


def joint_scale(reference: JointAngles, view: View = "body") -> JointScale:
    """Measure the joints' ranges in a dance on the common clock."""
    noise = np.array([joint.noise_deg[("camera", "body").index(view)] for joint in JOINTS])
    total = np.maximum(reference.weights.sum(axis=0, dtype=np.float64), _SEEN)
    mean = _mean_direction(reference)
    angles, speeds = np.zeros(len(JOINTS)), np.zeros(len(JOINTS))
    for block in blocks(reference.seconds.size, margin=1):
        part, weights = reference[block.padded], reference.weights[block.frames]
        off = angle_between_deg(part.vectors, mean[None])[block.inner]
        speed = np.linalg.norm(velocity(part.vectors), axis=-1)[block.inner]
        angles += (np.nan_to_num(off) ** 2 * weights).sum(axis=0)
        speeds += (np.nan_to_num(speed) ** 2 * weights).sum(axis=0)
    spread, speed = np.sqrt(angles / total), np.sqrt(speeds / total)
    return JointScale(
        range_deg=spread,
        spread_deg=np.hypot(spread, noise),
        speed_deg=np.hypot(speed, noise * NOISE_HERTZ),
        limit_deg=np.minimum(np.maximum(RANGE_SHARE * spread, NOISE_MULTIPLE * noise), MAX_LIMIT_DEG),
        importance=(spread**2 + _MIN_IMPORTANCE * noise**2) / (spread**2 + noise**2),
    )


def _mean_direction(angles: JointAngles) -> Array:
    """Return [J, 3] unit vectors of the mean directions."""
    summed = np.zeros(angles.vectors.shape[1:])
    for block in blocks(angles.seconds.size):
        part = angles[block.frames]
        summed += (np.nan_to_num(part.vectors) * part.weights[..., None]).sum(axis=0)
    return unit_vectors(summed)


def velocity(vectors: Array) -> Array:
    """Return [T, J, 3] the change of unit vectors in degrees per second, by central differences."""
    if vectors.shape[0] < 2:
        return np.zeros_like(vectors)
    return np.degrees(np.gradient(vectors, axis=0)) * RATE_HERTZ
