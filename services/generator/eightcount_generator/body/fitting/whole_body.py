"""Fits our body to the joint positions of a recorded person: every bone gets the direction of the person's bone.

Directions are copied, not positions, so our bone lengths stay; where both bodies have the same bones, positions agree,
too. The path of the hips is scaled by the length of the legs.
"""

from __future__ import annotations

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.fitting.limbs import limb_rotations
from eightcount_generator.body.fitting.torso import torso_rotations
from eightcount_generator.body.kinematics import joint_positions, local_rotations, world_rotations
from eightcount_generator.body.rotations import Array, rotation_between
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT

LEG_LENGTH = float(sum(np.linalg.norm(BODY.offsets[BODY.index(joint)]) for joint in ("left_knee", "left_ankle")))
"""Metres of our thigh and shank."""

_FLOOR_PERCENTILE = 5.0
_PADDING = 0.06
"""Metres of flesh below a joint of the trunk that lies on the floor."""
_HAND_PADDING = 0.02
_UPSIDE_DOWN = 0.4
"""Metres between the lower ankle and a lower joint above which the person does not stand on the feet."""


def fit_body(landmarks: Landmarks) -> Dance:
    """Fit our body to a recorded person; the dance stands on the floor as a whole (`floor_height`).

    Raises:
        InvalidInputError: INVALID_LANDMARKS; the legs or the spine have no length.
    """
    torso = torso_rotations(landmarks)
    limbs = limb_rotations(landmarks, torso)
    world = np.tile(np.eye(3), (len(landmarks), len(BODY), 1, 1))
    for joint, turned in torso.items():
        world[:, BODY.index(joint)] = turned
    rotations = local_rotations(world)
    for joint, turned in limbs.items():
        rotations[:, BODY.index(joint)] = turned
    hips = BODY.rest[[BODY.index("left_hip"), BODY.index("right_hip")]].mean(axis=0)
    root = landmarks.middle("hip") * (LEG_LENGTH / _leg_length(landmarks)) - torso["pelvis"] @ hips
    return place_on_floor(root, rotations)


def place_on_floor(root: Array, rotations: Array) -> Dance:
    """Return the dance of a root [T, 3] and rotations [T, 24, 3, 3], moved vertically as a whole onto the floor.

    Toes below the floor are bent up to it: recordings are more accurate about ankles than about feet.
    """
    joints = joint_positions(root, rotations)
    floor = np.array([0.0, floor_height(joints), 0.0])
    turned = _raise_toes(joints - floor, rotations)
    return Dance(np.asarray(root - floor, np.float32), np.asarray(turned, np.float32))


def floor_height(joints: Array) -> float:
    """Estimate the height of the floor in metres under a person from joint positions [T, 24, 3].

    It is the 5th percentile over time of the supporting joint. That is the lower ankle: toes are less accurate, and our
    hands may reach farther down than the person's. Where the ankles are up in the air, in a handstand, it is the lowest
    joint.
    """
    padding = np.full(len(BODY), _PADDING)
    ankles = [BODY.index("left_ankle"), BODY.index("right_ankle")]
    padding[ankles] = ANKLE_HEIGHT
    padding[[BODY.index(f"{side}_{part}") for side in ("left", "right") for part in ("wrist", "hand")]] = _HAND_PADDING
    heights = joints[..., 1] - padding
    standing, lowest = heights[:, ankles].min(axis=1), heights.min(axis=1)
    return float(np.percentile(np.where(standing > lowest + _UPSIDE_DOWN, lowest, standing), _FLOOR_PERCENTILE))


def _raise_toes(joints: Array, rotations: Array) -> Array:
    """[T, 24, 3, 3] rotations with the ankles turned so that no toe is below the floor at 0, if possible."""
    world, raised = world_rotations(rotations), rotations.copy()
    for side in ("left", "right"):
        knee, ankle, foot = (BODY.index(f"{side}_{joint}") for joint in ("knee", "ankle", "foot"))
        bone = joints[:, foot] - joints[:, ankle]
        length = np.linalg.norm(BODY.offsets[foot])
        rise = np.clip((TOE_HEIGHT - joints[:, ankle, 1]) / length, bone[:, 1] / length, 1.0)[:, None]
        level = bone * (1.0, 0.0, 1.0)
        level /= np.maximum(np.linalg.norm(level, axis=-1, keepdims=True), 1e-9)
        wanted = level * np.sqrt(1 - np.clip(rise, -1, 1) ** 2) + rise * (0.0, 1.0, 0.0)
        raised[:, ankle] = np.swapaxes(world[:, knee], -1, -2) @ rotation_between(bone, wanted) @ world[:, ankle]
    return raised


def _leg_length(landmarks: Landmarks) -> float:
    """Return the length of thigh and shank in the unit of the recording: mean of both legs, median over time."""
    lengths = np.zeros(len(landmarks))
    for side in ("left", "right"):
        hip, knee, ankle = (landmarks.place(f"{side}_{part}") for part in ("hip", "knee", "ankle"))
        lengths += (np.linalg.norm(knee - hip, axis=-1) + np.linalg.norm(ankle - knee, axis=-1)) / 2
    length = float(np.median(lengths))
    if not length > 0:
        raise InvalidInputError("landmarks: the legs have no length", reason="INVALID_LANDMARKS")
    return length
