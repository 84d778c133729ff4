"""From points to a score of 0 to 100 that means the same for every dance.

A calm dance is easy to match by chance: two calm dances differ little. So the points are set against those that chance
gives for this very reference, found by comparing it with itself at other times (the correction of Cohen's kappa,
1960): 0 is as good as dancing the same moves at the wrong times, 100 is no difference at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.blocks import blocks
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.frame_errors import posture_points

SHIFTS = 11
"""The reference is compared with itself, turned round by 1/12 to 11/12 of the overlap."""
CHANCE_BOUNDS = (0.3, 0.75)
"""A reference of a few seconds, or one that stands still, gives no estimate; it is kept
within these bounds."""
LIFT = 0.7
"""Exponent that spreads the middle of the range; set by eye on one pair of videos of one choreography and a handful of
pairs of unrelated dances, so scores between takes compare better than a score means by itself."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Points that chance gives for a reference, in [0, 1)."""

    chance: float

    def score(self, points: float) -> float:
        """Score in [0, 100] of mean points in [0, 1]; NaN stays NaN."""
        if not np.isfinite(points):
            return float("nan")
        return float(100.0 * max(0.0, (points - self.chance) / (1.0 - self.chance)) ** LIFT)

    def scores(self, points: Array) -> Array:
        """The same for an array."""
        scores: Array = 100.0 * np.maximum(0.0, (points - self.chance) / (1.0 - self.chance)) ** LIFT
        return scores


def calibrate(reference: JointAngles, scale: JointScale) -> Calibration:
    """Points that a reference on the common clock gets against itself at other times."""
    frames = reference.seconds.size
    shifts = {frames * step // (SHIFTS + 1) for step in range(1, SHIFTS + 1)} - {0}
    points = [_points_at_shift(reference, scale, shift) for shift in sorted(shifts)]
    known = [value for value in points if np.isfinite(value)]
    low, high = CHANCE_BOUNDS
    return Calibration(float(np.clip(np.mean(known), low, high)) if known else high)


def _points_at_shift(reference: JointAngles, scale: JointScale, shift: int) -> float:
    frames = reference.seconds.size
    points = RunningMean()
    for block in blocks(frames, margin=1):
        ours = reference[block.padded]
        other = reference[(np.arange(block.padded.start, block.padded.stop) - shift) % frames]
        weights = ours.weights * other.weights * scale.importance
        points.add(posture_points(ours, other, scale)[block.inner], weights[block.inner])
    return points.overall_mean
