"""Reads dances of AIST++ (Li et al., "AI Choreographer", ICCV 2021): SMPL poses at 60 frames per second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.aist import FRAME_RATE
from eightcount_common.importing.pickles.reading import read_pickle
from eightcount_common.importing.source import Source
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.fitting.whole_body import LEG_LENGTH, place_on_floor
from eightcount_generator.body.kinematics import local_rotations, world_rotations
from eightcount_generator.body.rotations import Array, from_axis_angle, rotation_between
from eightcount_generator.body.skeleton import BODY

_LEFT_REST = {
    "hip": (0.11, -0.99, 0.0), "knee": (-0.04, -1.0, -0.08), "ankle": (0.26, -0.42, 0.87),
    "shoulder": (0.99, -0.06, -0.1), "elbow": (1.0, 0.04, -0.02), "wrist": (0.98, -0.11, -0.14),
}  # fmt: skip
"""Directions of the bones from SMPL's left limb joints in its rest pose, the right ones mirrored: its mean body, to
about a degree, rests with legs apart and toes turned out; ours does not."""
_SMPL_LEG = 0.816
"""Metres of SMPL's thigh and shank."""
_NEXT = {"hip": "knee", "knee": "ankle", "ankle": "foot", "shoulder": "elbow", "elbow": "wrist", "wrist": "hand"}
_MOST_RADIANS = 1e3
_MOST_METRES = 1e4


def read_aist_motion(source: Source) -> Dance:
    """Read a file of AIST++'s `motions/`: `smpl_poses` [T, 72], `smpl_trans` [T, 3], `smpl_scaling` [1].

    The pickle is read without executing it. Every second frame is used.

    Raises:
        InvalidInputError: INVALID_AIST, or the errors of `read_pickle`: UNSAFE_PICKLE, DAMAGED_PICKLE, ...
    """
    content = read_pickle(source)
    if not isinstance(content, dict):
        raise InvalidInputError(
            f"AIST: the file must contain a dict; got a {type(content).__name__}", reason="INVALID_AIST"
        )
    poses = _read_numbers(content, "smpl_poses", most=_MOST_RADIANS)
    path = _read_numbers(content, "smpl_trans", most=np.inf)
    scaling = _read_numbers(content, "smpl_scaling", most=np.inf)
    frames = len(poses) if poses.ndim else 0
    if not frames or poses.shape != (frames, 3 * len(BODY)) or path.shape != (frames, 3) or scaling.size != 1:
        raise InvalidInputError(
            f"AIST: smpl_poses [T, {3 * len(BODY)}], smpl_trans [T, 3] and one smpl_scaling are required; got "
            f"{poses.shape}, {path.shape} and {scaling.shape}",
            reason="INVALID_AIST",
        )
    scale = float(scaling.reshape(()))
    if not scale > 0 or not (np.abs(path / scale) < _MOST_METRES).all():
        raise InvalidInputError(f"AIST: the scale must convert to metres; got {scale}", reason="INVALID_AIST")
    step = round(FRAME_RATE / FRAME_RATE_HERTZ)
    return smpl_to_dance(from_axis_angle(poses[::step].reshape(-1, len(BODY), 3)), path[::step] / scale)


def smpl_to_dance(rotations: Array, path: Array) -> Dance:
    """Convert SMPL poses to a dance of our body.

    Args:
        rotations: [T, 24, 3, 3] of SMPL's joints relative to their parents, 30 frames per second.
        path: [T, 3] metres of the pelvis, except for a constant.
    """
    world = world_rotations(rotations)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        for part, towards in _LEFT_REST.items():
            ours = BODY.offsets[BODY.index(f"{side}_{_NEXT[part]}")]
            joint = BODY.index(f"{side}_{part}")
            world[:, joint] = world[:, joint] @ rotation_between(ours, np.array(towards) * (sign, 1.0, 1.0))
    return place_on_floor(path * (LEG_LENGTH / _SMPL_LEG), local_rotations(world))


def _read_numbers(content: dict[object, object], name: str, *, most: float) -> NDArray[np.float64]:
    value = content.get(name)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf":
        raise InvalidInputError(
            f"AIST: {name} must be an array of numbers; got {type(value).__name__}", reason="INVALID_AIST"
        )
    numbers: NDArray[np.float64] = value.astype(np.float64)
    if not (np.isfinite(numbers).all() and (np.abs(numbers) <= most).all()):
        raise InvalidInputError(f"AIST: {name} has impossible values", reason="INVALID_AIST")
    return numbers
