"""The twelve joints of a body in a BVH file as a motion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.tree import Tree
from eightcount_common.importing.limbs import find_limbs
from eightcount_common.importing.world import centre_hips, from_y_up, to_float32, uniform_timestamps
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12

LEG_METRES = 0.82
"""Length of thigh and shin together to which an unknown unit is scaled: an adult of 1.70 m (Winter,
"Biomechanics and Motor Control of Human Movement", 2009, figure 4.1: 0.245 + 0.246 of the height)."""

_STANDING = 0.6
"""Minimum mean cosine between the body and an axis other than y for this axis to be up."""
_CLEARLY_STANDING = 0.85
_TURNS = (
    np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]),
    np.eye(3),
    np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]),
)
"""Rotations that take x, y and z to y."""


def extract_body(bvh: Bvh, *, frame_rate: float | None = None, scale: float | None = None) -> MotionSequence:
    """Return the body's twelve joints as a motion over `BODY_12`.

    The world is in metres and hip-centred, the image unknown, and everything counts as visible. BVH is right-handed
    with y up, or another axis on which the body stands (`turn_y_up`); the result has x right, y down and z away, and is
    never mirrored.

    Args:
        bvh: the motion as stored in the file.
        frame_rate: frames per second; replaces the header's frame time where that is known to be wrong.
        scale: metres per unit of the file; by default such that thigh and shin together are `LEG_METRES`.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN, or a frame rate, scale or body of no length.
    """
    columns = find_limbs(bvh).columns
    joints = bvh.positions(columns)
    joints = from_y_up(joints @ turn_y_up(joints, Tree(bvh).rest[columns]).T)
    if scale is None:
        scale = LEG_METRES / _leg_length(joints)
    rate = 1 / bvh.frame_seconds if frame_rate is None else frame_rate
    if not (0 < scale < np.inf and 0 < rate < np.inf):
        raise InvalidInputError(f"BVH: scale and frame rate must be above zero; got {scale} and {rate}")
    world = to_float32(centre_hips(joints * scale, BODY_12))
    if not np.isfinite(world).all():
        raise InvalidInputError("BVH: the body is too large; its coordinates overflow", reason="INVALID_BVH")
    return MotionSequence(
        BODY_12,
        uniform_timestamps(len(bvh), rate),
        np.full((*world.shape[:2], 2), np.nan, np.float32),
        world,
        np.ones(world.shape[:2], np.float32),
        model="bvh",
    )


def turn_y_up(joints: NDArray[np.float64], rest: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [3, 3] that turns the axes of a file with some other axis up into y up; identity when y is up.

    Up is the axis along which the body stands on average; y where it does not stand, as in a file of floor work. Where
    the rest pose stands along another axis, the motion must show it more clearly.

    Args:
        joints: [T, 12, 3] positions of `BODY_12` in the file's axes.
        rest: [12, 3] those of the rest pose.
    """
    mean = _mean_direction(joints)
    largest = int(np.abs(mean).argmax())
    at_rest = _mean_direction(rest[None])
    agrees = at_rest @ np.eye(3)[largest] * np.sign(mean[largest]) > _STANDING
    if abs(mean[largest]) < (_STANDING if agrees else _CLEARLY_STANDING) or (largest == 1 and mean[1] > 0):
        return np.eye(3)
    return _TURNS[largest] if mean[largest] > 0 else _turn_over(-np.eye(3)[largest])


def _mean_direction(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [3] the mean direction from the ankles to the shoulders; its length says how steady it is."""
    shoulders, ankles = (
        joints[:, BODY_12.indices([f"left_{part}", f"right_{part}"])].mean(axis=1) for part in ("shoulder", "ankle")
    )
    whole = shoulders - ankles
    length = np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-12)
    return np.asarray((whole / length).mean(axis=0))


def _turn_over(up: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [3, 3], a rotation that takes a negative axis to y."""
    ahead = np.roll(np.abs(up), 1)
    return np.stack([np.cross(up, ahead), up, ahead])


def _leg_length(joints: NDArray[np.float64]) -> float:
    """Return the length of thigh and shin in the file's unit: the mean of both legs, the median over time."""
    lengths = np.zeros(joints.shape[0])
    for side in ("left", "right"):
        hip, knee, ankle = (joints[:, BODY_12.index(f"{side}_{part}")] for part in ("hip", "knee", "ankle"))
        lengths += (np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)) / 2
    length = float(np.median(lengths))
    if not length > 0:
        raise InvalidInputError("BVH: the legs have no length, so the unit cannot be determined", reason="INVALID_BVH")
    return length
