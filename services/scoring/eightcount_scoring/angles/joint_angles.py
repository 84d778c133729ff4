"""Joint angles of a motion, free of the body's size and the camera's distance.

Every joint becomes a unit vector, so that one formula serves all: the error between two dancers is the angle between
their vectors. A hinge (elbow, knee, ankle) of inner angle a is (cos a, sin a, 0). A swing (upper arm, thigh) and the
lean of the spine are the direction of a bone: x to the dancer's left, y up, z forward.

There are two views. "camera" takes the directions from the image: x and y are measured, z follows from the
foreshortening of the bone, its sign is unknown. It requires cameras at about the same angle and is precise: two pose
networks on one video differ by 3 degrees in the image and by 15 in the world landmarks, whose depth is a guess
(docs/scoring.md). "body" takes them from the world landmarks in the frame of the torso, and works for any camera.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.image_bounds import Flags, weigh_visibility
from eightcount_scoring.angles.joints import JOINTS, Joint

Array = NDArray[np.floating[Any]]
View = Literal["camera", "body"]

FULL_LENGTH = 0.85
"""A bone seen at this share of its greatest length counts as not foreshortened: near full length the depth would be
derived from differences smaller than the network's noise."""
DEPTH_SHARE = 0.6
"""Depth from foreshortening is scaled down to this share, as it is the least certain coordinate."""
TELLING_LENGTH = (0.15, 0.4)
"""Shares of a bone's greatest length between which the direction of a foreshortened bone becomes trustworthy."""
_UP = np.array([0.0, -1.0, 0.0])  # world landmarks: x right, y down, z away from the camera
_MIN_LENGTH = 1e-6


@dataclass(frozen=True, slots=True)
class JointAngles:
    """Angles of J joints over T frames.

    Attributes:
        seconds: [T] times of the recording.
        vectors: [T, J, 3] unit vectors; NaN where no dancer was found.
        weights: [T, J] in [0, 1] how far the joint can be trusted; 0 where it is not seen.
        view: the source of the directions.
    """

    seconds: Array
    vectors: Array
    weights: Array
    view: View = "body"

    def __getitem__(self, part: slice | NDArray[np.intp]) -> JointAngles:
        """Return some of the frames."""
        return JointAngles(self.seconds[part], self.vectors[part], self.weights[part], self.view)


def joint_angles(
    motion: MotionSequence, first_pass: FirstPass, view: View = "body", *, first_frame: int = 0
) -> JointAngles:
    """Compute the angles of the scored joints of a motion or a piece of one.

    Args:
        motion: the motion or the piece.
        first_pass: the first pass over the whole motion.
        view: the source of the directions.
        first_frame: number of the piece's first frame within the motion.
    """
    body = _WorldPose(motion) if view == "body" else _ImagePose(motion, first_pass, first_frame)
    vectors = np.stack([_vector(joint, body) for joint in JOINTS], axis=1)
    inside = first_pass.inside[first_frame : first_frame + len(motion)]
    weights = np.stack([_weight(joint, motion, inside) * body.trust(joint) for joint in JOINTS], axis=1)
    known = np.isfinite(vectors.sum(axis=-1))
    weights = np.where(known, np.nan_to_num(weights), 0.0)
    return JointAngles(motion.timestamps, np.where(known[..., None], vectors, np.nan), weights, view)


def hinge_angle_deg(vectors: Array) -> Array:
    """Return the inner angle in degrees of hinge vectors [..., 3]: 180 is straight."""
    angle: Array = np.degrees(np.arctan2(vectors[..., 1], vectors[..., 0]))
    return angle


def elevation_deg(vectors: Array) -> Array:
    """Return the angle of swing or lean vectors [..., 3] from straight down: 0 hangs, 90 is level, 180 points up."""
    angle: Array = np.degrees(np.arccos(np.clip(-vectors[..., 1], -1.0, 1.0)))
    return angle


def plain_angles_deg(angles: JointAngles) -> Array:
    """Return [T, J] one angle in degrees per joint, for people to read: `hinge_angle_deg` or `elevation_deg`.

    NaN where the joint is not seen.
    """
    of_kind = {"hinge": hinge_angle_deg}
    plain = [of_kind.get(joint.kind, elevation_deg)(angles.vectors[:, i]) for i, joint in enumerate(JOINTS)]
    return np.where(angles.weights > 0, np.stack(plain, axis=1), np.nan)


def angle_between_deg(a: Array, b: Array) -> Array:
    """Return the angle in degrees between unit vectors [..., 3]; exactly 0 for equal ones (half-chord form)."""
    half_chord = np.linalg.norm(a - b, axis=-1) / 2.0
    angle: Array = np.degrees(2.0 * np.arcsin(np.clip(half_chord, 0.0, 1.0)))
    return angle


def unit_vectors(vectors: Array) -> Array:
    """Scale vectors [..., 3] to length 1; NaN where they have no length."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Array = np.divide(vectors, length, out=np.full_like(vectors, np.nan), where=length > _MIN_LENGTH)
    return scaled


class _WorldPose:
    """World landmarks in the frames of shoulders, hips and the upright body."""

    def __init__(self, motion: MotionSequence) -> None:
        self._skeleton = motion.skeleton
        self._world = motion.world.astype(np.float64)
        shoulders = self.bone("right_shoulder", "left_shoulder")
        hips = self.bone("right_hip", "left_hip")
        spine = unit_vectors(self.bone("left_hip", "left_shoulder") + self.bone("right_hip", "right_shoulder"))
        self._spine = spine
        self._shoulders, self._hips = _frame(spine, shoulders), _frame(spine, hips)
        self._upright = _frame(np.broadcast_to(_UP, spine.shape), unit_vectors(shoulders) + unit_vectors(hips))

    def bone(self, start: str, end: str) -> Array:
        """Return [T, 3] the vector in metres from one landmark to another."""
        return self._world[:, self._skeleton.index(end)] - self._world[:, self._skeleton.index(start)]

    def swing(self, start: str, end: str) -> Array:
        """Return [T, 3] the direction of a bone in the torso's frame."""
        return _within(
            self._shoulders if start.endswith("shoulder") else self._hips, unit_vectors(self.bone(start, end))
        )

    def lean(self) -> Array:
        """Return [T, 3] the direction of the spine in the upright frame."""
        return _within(self._upright, self._spine)

    def trust(self, joint: Joint) -> Array:  # noqa: ARG002 - depth is equally uncertain for every joint
        """Return [T] how far the geometry can be trusted, in [0, 1]."""
        return np.ones(self._world.shape[0])


class _ImagePose:
    """Landmarks of the image: directions as seen, depth from foreshortening."""

    def __init__(self, motion: MotionSequence, first_pass: FirstPass, first_frame: int) -> None:
        self._skeleton = motion.skeleton
        self._greatest = first_pass.greatest_metres
        scale = first_pass.pixels_per_metre[first_frame : first_frame + len(motion)]
        flat = motion.image.astype(np.float64) * [1.0, -1.0] / scale[:, None, None]
        self._points = np.concatenate([flat, np.zeros((*flat.shape[:2], 1))], axis=-1)

    def bone(self, start: str, end: str) -> Array:
        """Return [T, 3] the vector in metres in the image plane, y up."""
        bone: Array = self._points[:, self._skeleton.index(end)] - self._points[:, self._skeleton.index(start)]
        return bone

    def swing(self, start: str, end: str) -> Array:
        """Return [T, 3] the direction of a bone; z is the part that foreshortening hides."""
        bone = self.bone(start, end)
        share = np.minimum(self._share(start, end) / FULL_LENGTH, 1.0)
        direction: Array = np.nan_to_num(unit_vectors(bone)) * share[:, None]  # a bone without length has only depth
        direction[:, 2] = DEPTH_SHARE * np.sqrt(1.0 - share**2)
        return unit_vectors(direction)

    def lean(self) -> Array:
        """Return [T, 3] the direction of the spine in the image plane."""
        return unit_vectors(self.bone("left_hip", "left_shoulder") + self.bone("right_hip", "right_shoulder"))

    def trust(self, joint: Joint) -> Array:
        """Return [T] how far the geometry can be trusted: not where the bones of a hinge point at the camera."""
        if joint.kind != "hinge":
            return np.ones(self._points.shape[0])
        start, vertex, end = joint.keypoints
        low, high = TELLING_LENGTH
        shorter = np.minimum(self._share(start, vertex), self._share(vertex, end))
        trust: Array = np.clip((shorter - low) / (high - low), 0.0, 1.0)
        return trust

    def _share(self, start: str, end: str) -> Array:
        """Return [T] the length of a bone as a share of its greatest length."""
        length = np.linalg.norm(self.bone(start, end), axis=-1)
        share: Array = length / max(self._greatest[start, end], _MIN_LENGTH)
        return share


def _frame(up: Array, left: Array) -> Array:
    left = unit_vectors(left - np.sum(left * up, axis=-1, keepdims=True) * up)
    return np.stack([left, up, np.cross(left, up)], axis=1)


def _vector(joint: Joint, body: _WorldPose | _ImagePose) -> Array:
    if joint.kind == "lean":
        return body.lean()
    if joint.kind == "swing":
        start, end = joint.keypoints
        return body.swing(start, end)
    start, vertex, end = joint.keypoints
    one, other = unit_vectors(body.bone(vertex, start)), unit_vectors(body.bone(vertex, end))
    cosine = np.sum(one * other, axis=-1)
    sine = np.linalg.norm(np.cross(one, other), axis=-1)
    return np.stack([cosine, sine, np.zeros_like(cosine)], axis=-1)


def _within(axes: Array, vectors: Array) -> Array:
    """Express [T, 3] vectors in the frames [T, 3 axes, 3]."""
    turned: Array = (axes @ vectors[..., None])[..., 0]
    return turned


def _weight(joint: Joint, motion: MotionSequence, inside: Flags) -> Array:
    keypoints = motion.skeleton.indices(joint.keypoints)
    seen = np.where(inside[:, keypoints], motion.visibility[:, keypoints], 0.0)
    return weigh_visibility(seen.min(axis=1)).astype(np.float64)
