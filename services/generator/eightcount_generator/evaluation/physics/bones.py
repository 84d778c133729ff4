"""What a body may not do: change the length of its bones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.joint_positions import Joints, check_joints

BONE_METRES = 0.001
"""How far a bone may be from its own length before it counts as changed."""


@dataclass(frozen=True, slots=True)
class BoneReport:
    """How constant the bones are.

    Attributes:
        violations: frames times bones that are further than `BONE_METRES` from the bone's length.
        worst_metres: greatest distance from the bone's length.
        worst_bone: its lower joint.
    """

    violations: int
    worst_metres: float
    worst_bone: str


def check_bones(joints: Joints, *, own: bool = False) -> BoneReport:
    """How constant the bones are.

    Args:
        joints: [T, 24, 3] places in metres, in the order of `BODY`.
        own: hold each bone against its own median, for bodies of other measures; else against `BODY`.
    """
    places = check_joints(joints)
    lengths = np.linalg.norm(places[:, 1:] - places[:, list(BODY.parents[1:])], axis=-1)
    wanted = np.median(lengths, axis=0) if own else np.linalg.norm(BODY.offsets[1:], axis=-1)
    off = np.abs(lengths - wanted)
    worst = int(off.max(axis=0).argmax())
    return BoneReport(int((off > BONE_METRES).sum()), float(off.max()), BODY.joints[1 + worst])
