"""Motions as poses of SMPL (Loper et al., 2015), in the files of AIST++, EDGE and AMASS.

SMPL's own model is licensed apart and not used: the joints stand on a skeleton of ours with its rest pose and the
proportions of an average adult, so that directions of bones are right to about two degrees, and lengths, which the
shape (`betas`) of the person would decide, are not those of the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_body import turn_y_up
from eightcount_common.importing.world import centre_hips, from_y_up, to_float32, uniform_timestamps
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12

Array = NDArray[np.float64]

MAX_FRAMES = 250_000
JOINTS = (
    "pelvis", "left_hip", "right_hip", "spine1", "left_knee", "right_knee", "spine2", "left_ankle", "right_ankle",
    "spine3", "left_foot", "right_foot", "neck", "left_collar", "right_collar", "head", "left_shoulder",
    "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist",
)  # fmt: skip
"""The 22 joints that SMPL, SMPL+H and SMPL-X have in common, in their order."""

AIST_HERTZ, EDGE_HERTZ = 60.0, 30.0
"""Rates that the files of AIST++ (and the slices that EDGE makes of them) and the dances of EDGE do not state."""

_PARENTS = (-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19)
_LEFT_OR_MIDDLE = {
    "left_hip": (0.07, -0.09, -0.01), "left_knee": (0.045, -0.41, 0.0), "left_ankle": (-0.017, -0.42, -0.034),
    "left_foot": (0.036, -0.059, 0.122), "spine1": (0.0, 0.11, -0.02), "spine2": (0.0, 0.135, 0.0),
    "spine3": (0.0, 0.055, 0.02), "neck": (0.0, 0.21, -0.03), "head": (0.0, 0.09, 0.05),
    "left_collar": (0.075, 0.115, -0.02), "left_shoulder": (0.11, 0.035, -0.01), "left_elbow": (0.26, -0.016, -0.026),
    "left_wrist": (0.25, 0.01, -0.005),
}  # fmt: skip
"""Metres from the parent in the rest pose: arms sideways, legs a little apart, y up, facing +z."""
_BLOCK = 4096
_MOST_RADIANS = 1e3
_RATE_NAMES = ("mocap_framerate", "mocap_frame_rate", "frame_rate", "fps")
_SLOWEST_HERTZ, _FASTEST_HERTZ = 1.0, 2000.0


def read_smpl(content: Mapping[Any, Any]) -> MotionSequence:
    """Return the body of SMPL poses as a motion over `BODY_12`; hip-centred, on whatever axis it stands is up.

    Args:
        content: arrays of a file: `smpl_poses` [T, 72] or [T, 24, 3] (AIST++, EDGE), `q` [T, 72] (slices of EDGE) or
            `poses` [T, 66 or more] (AMASS) in radians; `full_pose` [T, 24, 3] positions, if there, are taken instead; a
            rate under one of the names `mocap_framerate`, `mocap_frame_rate`, `frame_rate` and `fps`.

    Raises:
        InvalidInputError: INVALID_SMPL; FRAME_RATE_UNKNOWN, an AMASS file without a rate.
    """
    found = _read_positions(content["full_pose"]) if "full_pose" in content else joint_positions(_read_poses(content))
    joints = found[:, _COLUMNS]
    if "smpl_scaling" not in content:  # AIST++ has y up; EDGE and AMASS have z up
        joints = joints @ turn_y_up(joints, joints[0]).T
    return positions_to_motion(joints, _read_rate(content), model="smpl")


def positions_to_motion(joints: Array, frame_rate: float, *, model: str) -> MotionSequence:
    """Return [T, 12, 3] positions of `BODY_12` in metres, y up, as a motion without an image."""
    world = to_float32(centre_hips(from_y_up(joints), BODY_12))
    return MotionSequence(
        BODY_12,
        uniform_timestamps(len(world), frame_rate),
        np.full((*world.shape[:2], 2), np.nan, np.float32),
        world,
        np.ones(world.shape[:2], np.float32),
        model=model,
    )


def is_smpl(names: object) -> bool:
    """Return whether a file whose arrays have these names holds poses of SMPL."""
    known = {"smpl_poses", "full_pose", "poses", "q"}
    return isinstance(names, (set, frozenset, dict)) and bool(known & set(names))


def joint_positions(poses: Array) -> Array:
    """Return [T, 22, 3] positions in metres, the pelvis at the origin, of [T, 22, 3] axes times angles."""
    positions = np.zeros(poses.shape)
    for start in range(0, len(poses), _BLOCK):
        part = slice(start, start + _BLOCK)
        turned: list[Array] = []
        for joint, parent in enumerate(_PARENTS):
            local = rotation_matrices(poses[part, joint])
            if parent < 0:
                turned.append(local)
                continue
            positions[part, joint] = positions[part, parent] + turned[parent] @ _OFFSETS[joint]
            turned.append(turned[parent] @ local)
    return positions


def rotation_matrices(vectors: Array) -> Array:
    """Return [T, 3, 3] of [T, 3] axes times angles in radians (Rodrigues' formula)."""
    angles = np.linalg.norm(vectors, axis=-1)[:, None, None]
    axes = vectors / np.maximum(angles[..., 0], 1e-12)
    cross = np.zeros((len(vectors), 3, 3))
    cross[:, [2, 0, 1], [1, 2, 0]], cross[:, [1, 2, 0], [2, 0, 1]] = axes, -axes
    return np.asarray(np.eye(3) + np.sin(angles) * cross + (1 - np.cos(angles)) * (cross @ cross))


def _read_poses(content: Mapping[Any, Any]) -> Array:
    name = next((name for name in ("smpl_poses", "poses", "q") if name in content), "smpl_poses")
    numbers = _read_numbers(content.get(name), name)
    width = 3 * len(JOINTS)
    if numbers.ndim not in (2, 3) or not 0 < len(numbers) <= MAX_FRAMES or numbers[0].size < width:
        raise _refuse(f"{name} [T, {width} or more] with T from 1 to {MAX_FRAMES}", f"shape {numbers.shape}")
    if numbers[0].size % 3:
        raise _refuse(f"{name} with three numbers for each joint", f"shape {numbers.shape}")
    poses = numbers.reshape(len(numbers), -1)[:, :width].astype(np.float64)
    if not (np.abs(poses) <= _MOST_RADIANS).all():
        raise _refuse(f"{name} in radians", "impossible values")
    return np.asarray(poses.reshape(len(poses), -1, 3))


def _read_positions(value: object) -> Array:
    numbers = _read_numbers(value, "full_pose")
    if numbers.ndim == 2 and numbers.shape[1] % 3 == 0:
        numbers = numbers.reshape(len(numbers), -1, 3)
    fits = numbers.ndim == 3 and numbers.shape[2] == 3 and numbers.shape[1] >= len(JOINTS)
    if not fits or not 0 < len(numbers) <= MAX_FRAMES:
        raise _refuse(f"full_pose [T, 24, 3] with T from 1 to {MAX_FRAMES}", f"shape {numbers.shape}")
    numbers = numbers[:, : len(JOINTS)].astype(np.float64)
    if not np.isfinite(numbers).all() or not np.ptp(numbers[0]) > 0:
        raise _refuse("full_pose in metres", "impossible values")
    return numbers


def _read_rate(content: Mapping[Any, Any]) -> float:
    name = next((name for name in _RATE_NAMES if name in content), None)
    if name is not None:
        value = np.asarray(content[name])
        rate = float(value.reshape(-1)[0]) if value.dtype.kind in "iuf" and value.size == 1 else np.nan
        if not _SLOWEST_HERTZ <= rate <= _FASTEST_HERTZ:
            raise InvalidInputError(
                f"SMPL: {name} must be from {_SLOWEST_HERTZ:g} to {_FASTEST_HERTZ:g} frames a second; got {rate:g}",
                reason="FRAME_RATE_UNKNOWN",
            )
        return rate
    if "full_pose" in content:
        return EDGE_HERTZ
    if "smpl_poses" in content or "q" in content:
        return AIST_HERTZ
    raise InvalidInputError(
        f"SMPL: the file does not state its frame rate under any of {', '.join(_RATE_NAMES)}",
        reason="FRAME_RATE_UNKNOWN",
    )


def _read_numbers(value: object, name: str) -> NDArray[Any]:
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "iuf":
        raise _refuse(f"{name} as an array of numbers", type(value).__name__)
    return value


def _refuse(required: str, given: str) -> InvalidInputError:
    return InvalidInputError(f"SMPL: {required} is required; got {given}", reason="INVALID_SMPL")


def _offset(joint: str) -> tuple[float, float, float]:
    x, y, z = _LEFT_OR_MIDDLE.get(joint.replace("right", "left"), (0.0, 0.0, 0.0))
    return (-x if joint.startswith("right") else x), y, z


_OFFSETS = np.array([_offset(joint) for joint in JOINTS])
_COLUMNS = [JOINTS.index(keypoint) for keypoint in BODY_12.keypoints]
