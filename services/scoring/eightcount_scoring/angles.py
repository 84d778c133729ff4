"""Joint angles of a motion, free of the camera's place and the body's size.

Every joint becomes a unit vector, so that one formula serves all: the error between two dancers is the angle between
their vectors. A hinge (elbow, knee, ankle) of inner angle a is (cos a, sin a, 0). A swing (upper arm, thigh) is the
bone's direction in the frame of the torso: x to the dancer's left, y up the spine, z forward. The lean of the torso is
the spine's direction in the upright frame that faces where the dancer faces.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence
from eightcount_scoring.joints import JOINTS, Joint

Array = NDArray[np.float64]

VISIBLE = (0.3, 0.7)
"""Visibility below which a landmark does not count at all, and from which it counts fully. BlazePose guesses hidden
landmarks; on clips where a limb leaves the picture its visibility falls below 0.3 (docs/scoring.md)."""
_UP = np.array([0.0, -1.0, 0.0])  # world landmarks: x right, y down, z away from the camera
_SHORTEST = 1e-6


@dataclass(frozen=True, slots=True)
class JointAngles:
    """Angles of J joints over T frames.

    Attributes:
        seconds: [T] times of the recording.
        vectors: [T, J, 3] unit vectors; NaN where no dancer was found.
        weights: [T, J] in [0, 1] how far the joint can be trusted; 0 where it is not seen.
    """

    seconds: Array
    vectors: Array
    weights: Array


def joint_angles(motion: MotionSequence) -> JointAngles:
    """The scored joints of a motion, from its world landmarks."""
    frames = _Frames(motion)
    vectors = np.stack([_vector(joint, frames) for joint in JOINTS], axis=1)
    weights = np.stack([_weight(joint, motion) for joint in JOINTS], axis=1)
    known = np.isfinite(vectors.sum(axis=-1))
    return JointAngles(motion.timestamps, np.where(known[..., None], vectors, np.nan), np.where(known, weights, 0.0))


def hinge_angle_deg(vectors: Array) -> Array:
    """Inner angle in degrees of hinge vectors [..., 3]: 180 is straight."""
    angle: Array = np.degrees(np.arctan2(vectors[..., 1], vectors[..., 0]))
    return angle


def elevation_deg(vectors: Array) -> Array:
    """Degrees of swing or lean vectors [..., 3] from straight down: 0 hangs, 90 is level, 180 points up."""
    angle: Array = np.degrees(np.arccos(np.clip(-vectors[..., 1], -1.0, 1.0)))
    return angle


def between_deg(a: Array, b: Array) -> Array:
    """Angle in degrees between unit vectors [..., 3]; exactly 0 for equal ones (half-chord form of the arc)."""
    half_chord = np.linalg.norm(a - b, axis=-1) / 2.0
    angle: Array = np.degrees(2.0 * np.arcsin(np.clip(half_chord, 0.0, 1.0)))
    return angle


def unit(vectors: Array) -> Array:
    """Vectors [..., 3] at length 1; NaN where they have none."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = np.divide(vectors, length, out=np.full_like(vectors, np.nan), where=length > _SHORTEST)
    return scaled


class _Frames:
    """World landmarks by name, and the frames [T, 3 axes, 3] of shoulders, hips and the upright body."""

    def __init__(self, motion: MotionSequence) -> None:
        self._skeleton = motion.skeleton
        self._world = motion.world.astype(np.float64)
        shoulders = self["left_shoulder"] - self["right_shoulder"]
        hips = self["left_hip"] - self["right_hip"]
        middle = self["left_shoulder"] + self["right_shoulder"] - self["left_hip"] - self["right_hip"]
        self.spine = unit(middle)
        self.shoulders = _frame(self.spine, shoulders)
        self.hips = _frame(self.spine, hips)
        self.upright = _frame(np.broadcast_to(_UP, self.spine.shape), unit(shoulders) + unit(hips))

    def __getitem__(self, keypoint: str) -> Array:
        return self._world[:, self._skeleton.index(keypoint)]


def _frame(up: Array, left: Array) -> Array:
    left = unit(left - np.sum(left * up, axis=-1, keepdims=True) * up)
    return np.stack([left, up, np.cross(left, up)], axis=1)


def _vector(joint: Joint, frames: _Frames) -> Array:
    if joint.kind == "lean":
        return _within(frames.upright, frames.spine)
    if joint.kind == "swing":
        start, end = joint.keypoints
        axes = frames.shoulders if joint.name.endswith("shoulder") else frames.hips
        return _within(axes, unit(frames[end] - frames[start]))
    start, vertex, end = joint.keypoints
    one, other = unit(frames[start] - frames[vertex]), unit(frames[end] - frames[vertex])
    cosine = np.sum(one * other, axis=-1)
    sine = np.linalg.norm(np.cross(one, other), axis=-1)
    return np.stack([cosine, sine, np.zeros_like(cosine)], axis=-1)


def _within(axes: Array, vectors: Array) -> Array:
    """[T, 3] vectors in the frames [T, 3 axes, 3]."""
    turned: Array = (axes @ vectors[..., None])[..., 0]
    return turned


def _weight(joint: Joint, motion: MotionSequence) -> Array:
    seen = motion.visibility[:, motion.skeleton.indices(joint.keypoints)].astype(np.float64).min(axis=1)
    low, high = VISIBLE
    trust: Array = np.clip((np.nan_to_num(seen) - low) / (high - low), 0.0, 1.0)
    return trust
