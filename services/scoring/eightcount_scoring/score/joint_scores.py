"""Scores of single joints over the whole overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eightcount_scoring.angles.joint_angles import Array
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.score.calibration import Calibration
from eightcount_scoring.timing.lag_search import Timing


@dataclass(frozen=True, slots=True)
class JointScore:
    """The result of one joint over the whole overlap; NaN where it is unknown."""

    joint: str
    score: float
    mean_angle_error_deg: float
    timing_ms: float


def score_joints(points: Array, angles_deg: Array, timing: Timing, calibration: Calibration) -> tuple[JointScore, ...]:
    """Score the joints from their mean points [J], mean angle errors [J] and timing."""
    scores = calibration.scores(points)
    return tuple(
        JointScore(
            name, float(scores[index]), float(angles_deg[index]), 1000.0 * float(timing.joint_lag_seconds[index])
        )
        for index, name in enumerate(JOINT_NAMES)
    )


def forget_joint_scores(joints: Sequence[JointScore]) -> tuple[JointScore, ...]:
    """Return the same joints with nothing known of them."""
    nan = float("nan")
    return tuple(JointScore(joint.joint, nan, nan, nan) for joint in joints)
