"""The 32 manual features of FID_g (Mueller et al., "Efficient content-based retrieval of motion capture data", 2005, as
AIST++ and Bailando use them).

Each is a question about a frame: is the right hand raised, is the left knee bent, are the feet crossed? The feature of
a motion is the share of its frames where the answer is yes. The rate is assumed to be 120 frames per second, so at the
60 of AIST++ every threshold of speed is half of what it says. Other peculiarities of the published definition: features
4 and 5 are the same (covariances are always singular), and the pairs 0, 1 and 14, 15 are not mirror images of each
other, since the normal of the plane changes its side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.joint_positions import BoolArray, FloatArray, Joints, check_joints

_RATE_HERTZ = 120.0


@dataclass(frozen=True, slots=True)
class Lengths:
    """Metres that thresholds are multiples of: constants of the definition, not measured on the dancer."""

    upper_arm: float
    shoulder_width: float
    hip_width: float


PUBLISHED = Lengths(upper_arm=0.2568381092115207, shoulder_width=0.39084835854945527, hip_width=0.11924706586886204)
"""Lengths of the features that AIST++ and Bailando report."""
LEGACY = Lengths(upper_arm=0.24932348813650954, shoulder_width=0.48571346395962905, hip_width=0.4241397807642454)
"""Lengths of an older version, measured between the wrong joints; only for comparison with values of it."""


def manual_features(joints: Joints, *, lengths: Lengths = PUBLISHED) -> FloatArray:
    """[32] share of the frames where each question is answered with yes; see `manual_decisions`."""
    return np.asarray(manual_decisions(joints, lengths=lengths).mean(axis=0))


def manual_decisions(joints: Joints, *, lengths: Lengths = PUBLISHED) -> BoolArray:
    """[T - 1, 32] answers for every frame but the first.

    Args:
        joints: [T, 24, 3] positions in metres at 60 frames per second, y up.
        lengths: see `Lengths`.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than two frames, among others.
    """
    steps = _Steps(check_joints(joints, frames=2))
    answers = [*_arms(steps, lengths), *_legs(steps, lengths), *_trunk(steps, lengths)]
    return np.stack(answers, axis=-1)


def _arms(steps: _Steps, lengths: Lengths) -> list[BoolArray]:
    """Questions 0 to 13."""
    arm = lengths.upper_arm
    spread = steps.beyond("left_shoulder", "right_shoulder", "left_wrist", "right_wrist")
    rising_chest = steps.speed_along("spine1", "spine3", "spine3") > 1.8 * arm
    return [
        steps.speed_off_plane("neck", "right_hip", "left_hip", "right_wrist") > 1.8 * arm,
        steps.speed_off_plane("neck", "left_hip", "right_hip", "left_wrist") > 1.8 * arm,
        steps.beyond("spine3", "neck", "neck", "right_wrist") > 0.2 * arm,
        steps.beyond("spine3", "neck", "neck", "left_wrist") > 0.2 * arm,
        rising_chest,
        rising_chest,
        _is_within(steps.angle(("right_elbow", "right_shoulder"), ("right_elbow", "right_wrist")), 0, 110),
        _is_within(steps.angle(("left_elbow", "left_shoulder"), ("left_elbow", "left_wrist")), 0, 110),
        spread > 2.5 * lengths.shoulder_width,
        steps.speed_along("left_wrist", "right_wrist", "right_wrist") > 1.4 * arm,
        steps.speed_along("right_wrist", "pelvis", "left_wrist") > 1.4 * arm,
        steps.speed_along("left_wrist", "pelvis", "right_wrist") > 1.4 * arm,
        steps.speed("right_wrist") > 2.5 * arm,
        steps.speed("left_wrist") > 2.5 * arm,
    ]


def _legs(steps: _Steps, lengths: Lengths) -> list[BoolArray]:
    """Questions 14 to 22."""
    arm = lengths.upper_arm
    return [
        steps.off_plane("pelvis", "left_hip", "left_foot", "right_ankle") > 0.38 * arm,
        steps.off_plane("pelvis", "right_hip", "right_foot", "left_ankle") > 0.38 * arm,
        steps.height("right_ankle") > 1.2 * arm,
        steps.height("left_ankle") > 1.2 * arm,
        steps.beyond("left_hip", "right_hip", "left_ankle", "right_ankle") > 2.1 * lengths.hip_width,
        _is_within(steps.angle(("right_knee", "right_hip"), ("right_knee", "right_ankle")), 0, 110),
        _is_within(steps.angle(("left_knee", "left_hip"), ("left_knee", "left_ankle")), 0, 110),
        steps.speed("right_ankle") > 2.5 * arm,
        steps.speed("left_ankle") > 2.5 * arm,
    ]


def _trunk(steps: _Steps, lengths: Lengths) -> list[BoolArray]:
    """Questions 23 to 31."""
    arm, down = lengths.upper_arm, ("neck", "pelvis")
    return [
        _is_within(steps.angle(down, ("right_shoulder", "right_elbow")), 25, 180),
        _is_within(steps.angle(down, ("left_shoulder", "left_elbow")), 25, 180),
        _is_within(steps.angle(down, ("right_hip", "right_knee")), 50, 180),
        _is_within(steps.angle(down, ("left_hip", "left_knee")), 50, 180),
        steps.off_plane("right_ankle", "neck", "left_ankle", "pelvis") > 0.5 * arm,
        _is_within(steps.angle_to_vertical(down), 70, 110),
        steps.height("right_wrist") < 1.2 * arm,
        steps.height("left_wrist") < 1.2 * arm,
        steps.speed("pelvis") > 2.3 * arm,
    ]


class _Steps:
    """T - 1 steps of a motion, each evaluated at its end; all results are [T - 1], NaN where undefined."""

    def __init__(self, positions: FloatArray) -> None:
        self._positions = positions[1:]
        self._rates = np.diff(positions, axis=0) * _RATE_HERTZ
        self._lowest = self._positions[..., 1].min(axis=1)

    def height(self, joint: str) -> FloatArray:
        """Metres above the lowest joint of the frame."""
        return np.asarray(self._at(joint)[:, 1] - self._lowest)

    def speed(self, joint: str) -> FloatArray:
        return np.asarray(np.linalg.norm(self._rate(joint), axis=-1))

    def beyond(self, start: str, end: str, foot: str, head: str) -> FloatArray:
        """Distance of `head` from `foot`, in the direction from `start` to `end`."""
        return _along(self._way(foot, head), self._way(start, end))

    def speed_along(self, start: str, end: str, moving: str) -> FloatArray:
        """Speed of `moving` relative to `start`, in the direction from `start` to `end`."""
        return _along(self._rate(moving) - self._rate(start), self._way(start, end))

    def off_plane(self, first: str, second: str, third: str, joint: str) -> FloatArray:
        """Distance of `joint` from the plane of three joints, on the side of its normal."""
        return _along(self._way(first, joint), self._normal(first, second, third))

    def speed_off_plane(self, first: str, second: str, third: str, joint: str) -> FloatArray:
        """Speed of `joint` relative to `first`, along the normal of the plane of three joints."""
        return _along(self._rate(joint) - self._rate(first), self._normal(first, second, third))

    def angle(self, one: tuple[str, str], other: tuple[str, str]) -> FloatArray:
        """Degrees between two vectors from joint to joint."""
        return _degrees(self._way(*one), self._way(*other))

    def angle_to_vertical(self, way: tuple[str, str]) -> FloatArray:
        """Degrees between a vector from joint to joint and the vertical."""
        return _degrees(self._way(*way), np.array([0.0, 1.0, 0.0]))

    def _at(self, joint: str) -> FloatArray:
        return self._positions[:, BODY.index(joint)]

    def _rate(self, joint: str) -> FloatArray:
        return self._rates[:, BODY.index(joint)]

    def _way(self, start: str, end: str) -> FloatArray:
        return self._at(end) - self._at(start)

    def _normal(self, first: str, second: str, third: str) -> FloatArray:
        return np.cross(self._way(first, third), self._way(first, second))


def _along(vectors: FloatArray, directions: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sum(vectors * directions, axis=-1) / np.linalg.norm(directions, axis=-1))


def _degrees(one: FloatArray, other: FloatArray) -> FloatArray:
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.sum(one * other, axis=-1) / (np.linalg.norm(one, axis=-1) * np.linalg.norm(other, axis=-1))
        return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _is_within(angles_degrees: FloatArray, low: float, high: float) -> BoolArray:
    return (angles_degrees > low) & (angles_degrees < high)
