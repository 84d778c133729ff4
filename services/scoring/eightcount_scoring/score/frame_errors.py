"""Errors and points of every joint in every frame.

The error of a joint is the angle between the dancers' vectors and the difference of their angular velocities, each as
a z-score against the joint's own spread in the reference, after compensation of local timing. Timing has a penalty of
its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles, angle_between_deg
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import LIMB_OF_JOINT
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.score.movement_range import MARGIN_FRAMES, MovementRange, compare_movement
from eightcount_scoring.score.posture_points import posture_points
from eightcount_scoring.score.timing_penalty import timing_penalty
from eightcount_scoring.timing.compensation import compensate_lags
from eightcount_scoring.timing.lag_search import Timing


@dataclass(frozen=True, slots=True)
class FrameErrors:
    """Errors of J joints over T frames of the common clock; NaN where not comparable.

    Attributes:
        seconds: [T] times of the reference.
        take_seconds: [T] times of the take; NaN where the alignment has no piece.
        multiples: [T, J] angle error as a multiple of the joint's limit, with local timing compensated.
        points: [T, J] in [0, 1].
        weights: [T, J] visibility in both recordings times the joint's importance.
        lag_seconds: [T, L] local lag of each limb.
        reference: the reference's angles.
        take: the take's angles without compensation.
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
        """Return some frames of the take with local timing compensated."""
        return compensate_lags(self.take, self.lag_seconds, frames)

    def movement_range(self, frames: slice) -> MovementRange:
        """Compare the range of motion of both dancers in some of the frames."""
        first = max(0, frames.start - MARGIN_FRAMES)
        near, inner = slice(first, frames.stop + MARGIN_FRAMES), slice(frames.start - first, frames.stop - first)
        found = compare_movement(self.reference[near], self.compensated_take(near))
        return MovementRange(found.reference_deg[inner], found.ratio[inner], found.likeness[inner])


def measure_errors(reference: JointAngles, take: JointAngles, scale: JointScale, timing: Timing) -> FrameErrors:
    """Measure the errors of the take against the reference, both on the common clock."""
    multiples, points, weights = (np.empty(reference.weights.shape, np.float32) for _ in range(3))
    for block in blocks(reference.seconds.size, margin=1):
        ours, theirs = reference[block.padded], compensate_lags(take, timing.lag_seconds, block.padded)
        weight = ours.weights * theirs.weights * scale.importance
        angle = np.where(weight > 0, angle_between_deg(ours.vectors, theirs.vectors), np.nan)
        lag = timing.lag_seconds[block.padded][:, LIMB_OF_JOINT]
        earned = posture_points(ours, theirs, scale) * (1 - timing_penalty(lag))
        for whole, part in ((multiples, angle / scale.limit_deg), (points, earned), (weights, weight)):
            whole[block.frames] = part[block.inner]
    return FrameErrors(reference.seconds, take.seconds, multiples, points, weights, timing.lag_seconds, reference, take)


def forget_errors(errors: FrameErrors) -> FrameErrors:
    """Return the same frames with nothing known of their errors: no joint of them is marked."""
    return replace(errors, multiples=np.full_like(errors.multiples, np.nan))
