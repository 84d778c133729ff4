"""How far off each joint is at each time, and what that is worth.

The error of a joint is the angle between the dancers' vectors and the difference of their angular velocities, each as
a z-score against the joint's own spread in the reference, after local timing is compensated. Timing costs on its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eightcount_scoring.angles.joint_angles import Array, JointAngles, angle_between_deg
from eightcount_scoring.angles.joint_scale import NOISE_HERTZ, JointScale, velocity
from eightcount_scoring.angles.joints import LIMB_OF_JOINT
from eightcount_scoring.angles.resampling import RATE_HERTZ
from eightcount_scoring.blocks import blocks, gaussian_reach
from eightcount_scoring.timing.lag_search import Timing, compensate_lags

VELOCITY_SHARE = 0.2
"""Part of the squared z-score that is velocity; more lets jitter in, none overlooks sharpness."""
HALF_POINTS_Z = 1.0
"""z-score at which half the points are left: an error as large as the joint's own spread. Two independent draws from
one distribution differ by sqrt(2) of its spread."""
PUNCTUAL_SECONDS = 0.06
"""Lags up to this cost nothing: two frames of a phone's video."""
LATE_SECONDS = 0.3
"""From this lag on timing costs `TIMING_SHARE` of the points: more than half a count at 120 bpm."""
TIMING_SHARE = 0.4
FREE_DEG = 4.0
"""Angle error that costs nothing: what 1 cm of jitter of the landmarks makes of two takes of one motion."""
_SHAPE_SECONDS = 1.0
_SHAPE_MARGIN = gaussian_reach(_SHAPE_SECONDS * RATE_HERTZ)


@dataclass(frozen=True, slots=True)
class FrameErrors:
    """FrameErrors of J joints over T frames of the common clock; NaN where not comparable.

    Attributes:
        seconds: [T] of the reference.
        take_seconds: [T] of the take; NaN where the alignment has no piece.
        multiples: [T, J] angle error as a multiple of the joint's limit, local timing compensated.
        points: [T, J] in [0, 1].
        weights: [T, J] visibility in both recordings times the joint's importance.
        lag_seconds: [T, L] local lag of each limb.
        reference: the reference's angles.
        take: the take's angles as they were danced.
    """

    seconds: Array
    take_seconds: Array
    multiples: Array
    points: Array
    weights: Array
    lag_seconds: Array
    reference: JointAngles
    take: JointAngles

    def compensated_take(self, frames: slice) -> JointAngles:
        """Some frames of the take, local timing compensated."""
        return compensate_lags(self.take, self.lag_seconds, frames)

    def shape(self, frames: slice) -> Shape:
        """Range of motion and likeness of the two dances in some of the frames."""
        first = max(0, frames.start - _SHAPE_MARGIN)
        near, inner = slice(first, frames.stop + _SHAPE_MARGIN), slice(frames.start - first, frames.stop - first)
        shape = _shape(self.reference[near], self.compensated_take(near))
        return Shape(shape.reference_deg[inner], shape.ratio[inner], shape.likeness[inner])


@dataclass(frozen=True, slots=True)
class Shape:
    """Movement around its local mean, within a window of about two seconds.

    Attributes:
        reference_deg: [T, J] the reference's root mean square movement.
        ratio: [T, J] the take's movement divided by the reference's.
        likeness: [T, J] correlation of the two movements, in [-1, 1].
    """

    reference_deg: Array
    ratio: Array
    likeness: Array


def frame_errors(reference: JointAngles, take: JointAngles, scale: JointScale, timing: Timing) -> FrameErrors:
    """FrameErrors of the take against the reference, both on the common clock."""
    multiples, points, weights = (np.empty(reference.weights.shape, np.float32) for _ in range(3))
    for block in blocks(reference.seconds.size, margin=1):
        ours, theirs = reference[block.padded], compensate_lags(take, timing.lag_seconds, block.padded)
        weight = ours.weights * theirs.weights * scale.importance
        angle = np.where(weight > 0, angle_between_deg(ours.vectors, theirs.vectors), np.nan)
        lag = timing.lag_seconds[block.padded][:, LIMB_OF_JOINT]
        earned = posture_points(ours, theirs, scale) * (1 - TIMING_SHARE * timing_penalty(lag))
        for whole, part in ((multiples, angle / scale.limit_deg), (points, earned), (weights, weight)):
            whole[block.frames] = part[block.inner]
    return FrameErrors(reference.seconds, take.seconds, multiples, points, weights, timing.lag_seconds, reference, take)


def posture_points(reference: JointAngles, take: JointAngles, scale: JointScale) -> Array:
    """[T, J] points in [0, 1] for angle and angular velocity: 1 without error; NaN where not comparable."""
    angle = _beyond(angle_between_deg(reference.vectors, take.vectors), FREE_DEG) / scale.spread_deg
    speed = np.linalg.norm(velocity(reference.vectors) - velocity(take.vectors), axis=-1)
    speed = _beyond(speed, FREE_DEG * NOISE_HERTZ) / scale.speed_deg
    squared = (1 - VELOCITY_SHARE) * angle**2 + VELOCITY_SHARE * np.nan_to_num(speed) ** 2
    points: Array = np.exp(-np.log(2.0) * squared / HALF_POINTS_Z**2)
    return points


def _beyond(error: Array, free: float) -> Array:
    """The part of an error that independent noise of size `free` does not explain."""
    beyond: Array = np.sqrt(np.maximum(error**2 - free**2, 0.0))
    return beyond


def timing_penalty(lag_seconds: Array) -> Array:
    """Share of the timing points that a lag costs, in [0, 1]; grows linearly from `PUNCTUAL_` to `LATE_SECONDS`."""
    share: Array = np.clip((np.abs(lag_seconds) - PUNCTUAL_SECONDS) / (LATE_SECONDS - PUNCTUAL_SECONDS), 0.0, 1.0)
    return share


def _shape(reference: JointAngles, take: JointAngles) -> Shape:
    sigma = _SHAPE_SECONDS * RATE_HERTZ
    weights = reference.weights.astype(np.float64) * take.weights
    seen = gaussian_filter1d(weights, sigma, axis=0, mode="constant")

    def mean(values: Array) -> Array:
        extra = (1,) * (values.ndim - 2)
        summed = gaussian_filter1d(values * weights.reshape(*weights.shape, *extra), sigma, axis=0, mode="constant")
        averaged: Array = summed / np.maximum(seen, 1e-3).reshape(*seen.shape, *extra)
        return averaged

    a, b = (np.nan_to_num(dancer.vectors.astype(np.float64)) for dancer in (reference, take))
    mean_a, mean_b = mean(a), mean(b)
    power_a = np.maximum(mean((a * a).sum(-1)) - (mean_a**2).sum(-1), 0.0)
    power_b = np.maximum(mean((b * b).sum(-1)) - (mean_b**2).sum(-1), 0.0)
    common = mean((a * b).sum(-1)) - (mean_a * mean_b).sum(-1)
    likeness = common / np.sqrt(np.maximum(power_a * power_b, 1e-12))
    return Shape(
        reference_deg=np.degrees(np.sqrt(power_a)),
        ratio=np.sqrt(power_b / np.maximum(power_a, 1e-9)),
        likeness=np.clip(likeness, -1.0, 1.0),
    )
