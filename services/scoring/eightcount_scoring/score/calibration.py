"""Calibration of points to a score of 0 to 100 that means the same for every dance.

A calm dance is easy to match by chance, because two calm dances differ little. So the points are related to those that
chance gives for the same reference, estimated by comparing it with itself at other times (the correction of Cohen's
kappa, 1960): 0 is as good as dancing the same moves at the wrong times, 100 is no difference at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.joint_angles import Array, JointAngles
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.frame_blocks import blocks
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.posture_points import posture_points

SHIFTS = 11
"""Number of comparisons of the reference with itself, shifted cyclically by 1/12 to 11/12 of the overlap."""
CHANCE_BOUNDS = (0.3, 0.75)
"""Bounds of the estimate: a reference of a few seconds, or one that stands still, gives none that is useful."""
LIFT = 0.7
"""Exponent that spreads the middle of the range. It was set by eye on one pair of videos of one choreography and a
handful of pairs of unrelated dances, so comparing the scores of takes is more meaningful than a single score."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The points that chance gives for a reference, in [0, 1)."""

    chance: float

    def score(self, points: float) -> float:
        """Convert mean points in [0, 1] to a score in [0, 100]; NaN stays NaN."""
        if not np.isfinite(points):
            return float("nan")
        return float(100.0 * max(0.0, (points - self.chance) / (1.0 - self.chance)) ** LIFT)

    def scores(self, points: Array) -> Array:
        """Convert an array of points to scores."""
        scores: Array = 100.0 * np.maximum(0.0, (points - self.chance) / (1.0 - self.chance)) ** LIFT
        return scores


def calibrate(reference: JointAngles, scale: JointScale) -> Calibration:
    """Estimate the points that chance gives: those of a reference against itself at other times."""
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
