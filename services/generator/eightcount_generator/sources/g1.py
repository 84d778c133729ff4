"""Reads dances of G1 Moves: human dances retargeted to a humanoid robot (Unitree G1, 29 joints)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.fitting.whole_body import fit_body
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.body.vectors import dot_product, unit_vectors

BODIES = (
    "pelvis",
    *(f"{side}_{part}" for side in ("left", "right")
      for part in ("hip_pitch", "hip_roll", "hip_yaw", "knee", "ankle_pitch", "ankle_roll")),
    "waist_yaw", "waist_roll", "torso",
    *(f"{side}_{part}" for side in ("left", "right")
      for part in ("shoulder_pitch", "shoulder_roll", "shoulder_yaw", "elbow", "wrist_roll", "wrist_pitch",
                   "wrist_yaw")),
)  # fmt: skip
"""Bodies of the robot in the order of the file, named after the joint that moves them."""

_JOINT_OF = {
    "shoulder": "shoulder_roll", "elbow": "elbow", "wrist": "wrist_pitch", "hand": "wrist_yaw", "hip": "hip_roll",
    "knee": "knee", "ankle": "ankle_pitch",
}  # fmt: skip
_THIGH_WEIGHT = 0.15
"""Weight of the thigh's shape as a hint at the knee's axis, relative to the sine of the knee's bend."""
_HEIGHT = {joint: float(BODY.rest[BODY.index(joint), 1]) for joint in ("spine1", "spine3", "neck", "left_shoulder")}


def read_g1(path: Path, *, kind: str = "dance") -> dict[str, Dance]:
    """Read the recordings of one kind in `body_positions_30fps.npz`, by names such as "dance/J_Dance2_Salsa".

    Raises:
        InvalidInputError: UNREADABLE_FILE, INVALID_G1.
    """
    try:
        with np.load(path, allow_pickle=False) as clips:
            return {name: g1_to_dance(clips[name]) for name in sorted(clips.files) if name.startswith(f"{kind}/")}
    except (OSError, ValueError) as error:
        raise InvalidInputError(f"G1: the file cannot be read: {error}", reason="UNREADABLE_FILE") from error


def g1_to_dance(bodies: NDArray[np.floating]) -> Dance:
    """Convert [T, 30, 3] metres, x ahead, y left, z up, 30 frames per second, to a dance of our body.

    The robot has neither neck nor collars, and its feet are recorded without their roll.

    Raises:
        InvalidInputError: INVALID_G1; another shape.
    """
    return fit_body(g1_landmarks(bodies))


def g1_landmarks(bodies: NDArray[np.floating]) -> Landmarks:
    """Convert [T, 30, 3] to joints of a person.

    Raises:
        InvalidInputError: INVALID_G1; another shape.
    """
    if bodies.ndim != 3 or bodies.shape[1:] != (len(BODIES), 3):
        raise InvalidInputError(f"G1: the shape must be [T, {len(BODIES)}, 3]; got {bodies.shape}", reason="INVALID_G1")
    turned = np.asarray(bodies, np.float64)[..., [1, 2, 0]]
    body: dict[str, Array] = {name: turned[:, column] for column, name in enumerate(BODIES)}
    positions: dict[str, Array] = {
        f"{side}_{joint}": body[f"{side}_{part}"] for joint, part in _JOINT_OF.items() for side in ("left", "right")
    }
    positions |= _trunk(body)
    for side in ("left", "right"):
        positions[f"{side}_foot"] = _toes(body, side)
        positions[f"{side}_inner_elbow"] = _inner_elbow(body, side)
    return Landmarks.of(positions)


def _trunk(body: dict[str, Array]) -> dict[str, Array]:
    """Build a spine along the axes of pelvis and chest, which are rigid from hips and waist up."""
    pelvis, torso = body["pelvis"], body["torso"]
    up = unit_vectors(pelvis - (body["left_hip_pitch"] + body["right_hip_pitch"]) / 2)
    shoulders = (body["left_shoulder_pitch"] + body["right_shoulder_pitch"]) / 2
    scale = np.linalg.norm(shoulders - torso, axis=-1).mean() / _HEIGHT["left_shoulder"]
    chest = unit_vectors(shoulders - torso) * scale
    neck = shoulders + chest * (_HEIGHT["neck"] - _HEIGHT["left_shoulder"])
    low = pelvis + up * scale * _HEIGHT["spine1"]
    return {
        "pelvis": pelvis,
        "spine1": low,
        "spine3": neck - chest * (_HEIGHT["neck"] - _HEIGHT["spine3"]),
        "neck": neck,
    }


def _toes(body: dict[str, Array], side: str) -> Array:
    """[T, 3] ahead of the ankle: perpendicular to the knee's axis and to the foot's vertical."""
    thigh = body[f"{side}_knee"] - body[f"{side}_hip_yaw"]
    shin = body[f"{side}_ankle_pitch"] - body[f"{side}_knee"]
    shape = unit_vectors(np.cross(body[f"{side}_hip_yaw"] - body[f"{side}_hip_roll"], thigh))
    bend = np.cross(unit_vectors(thigh), unit_vectors(shin))
    bend *= np.where(np.sum(bend * shape, axis=-1, keepdims=True) < 0, -1.0, 1.0)
    axis = bend + _THIGH_WEIGHT * shape
    up = unit_vectors(body[f"{side}_ankle_pitch"] - body[f"{side}_ankle_roll"])
    ahead = unit_vectors(np.cross(axis, up))
    _, down, forward = BODY.offsets[BODY.index(f"{side}_foot")]
    return np.asarray(body[f"{side}_ankle_pitch"] + down * up + forward * ahead)


def _inner_elbow(body: dict[str, Array], side: str) -> Array:
    """[T, 3] beside the elbow, on the side that the forearm bends to: the elbow lies ahead of the upper arm's axis."""
    elbow, middle = body[f"{side}_elbow"], body[f"{side}_shoulder_yaw"]
    axis = unit_vectors(middle - body[f"{side}_shoulder_roll"])
    off = elbow - middle
    return np.asarray(elbow + off - dot_product(off, axis) * axis)
