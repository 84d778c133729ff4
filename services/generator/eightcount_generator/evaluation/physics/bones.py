"""Checks that bones do not change their length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.joint_positions import Joints, check_joints

BONE_METRES = 0.001
"""Difference from its own length from which a bone counts as changed."""


@dataclass(frozen=True, slots=True)
class BoneReport:
    """Deviations of bone lengths.

    Attributes:
        violations: frames times bones that differ by more than `BONE_METRES` from the bone's length.
        worst_metres: greatest difference from the bone's length.
        worst_bone: its lower joint.
    """

    violations: int
    worst_metres: float
    worst_bone: str


def check_bones(joints: Joints, *, own: bool = False) -> BoneReport:
    """Measure the deviations of bone lengths.

    Args:
        joints: [T, 24, 3] positions in metres, in the order of `BODY`.
        own: compare each bone with its own median, for other bodies; otherwise with `BODY`.
    """
    positions = check_joints(joints)
    lengths = np.linalg.norm(positions[:, 1:] - positions[:, list(BODY.parents[1:])], axis=-1)
    wanted = np.median(lengths, axis=0) if own else np.linalg.norm(BODY.offsets[1:], axis=-1)
    off = np.abs(lengths - wanted)
    worst = int(off.max(axis=0).argmax())
    return BoneReport(int((off > BONE_METRES).sum()), float(off.max()), BODY.joints[1 + worst])
