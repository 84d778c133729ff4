"""A character to which a dance can be retargeted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.parts import Parts, find_parts
from eightcount_common.importing.character.reading import read_skeleton
from eightcount_common.importing.character.stance import Stance, find_stance
from eightcount_common.importing.joint_names import SIDES
from eightcount_common.importing.source import Source

_BONES = (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
_SHORT = 0.02
"""Share of a leg below which a bone of arm or leg counts as having no length."""
_FAR = 1000.0
"""Maximum distance of a joint from the root, in lengths of a leg."""
_LIMITS = 1e-12, 1e12
"""Smallest and largest length of a leg, in the file's unit, with which computations are accurate."""


@dataclass(frozen=True, slots=True)
class Character:
    """A skeleton with identified joints.

    Attributes:
        bvh: its hierarchy, and its first frame.
        parts: the joints by their role.
        stance: the pose in which it stands.
        leg: length of thigh and shin in the file's unit, the mean of both sides.
        mover: the joint whose position channels move the character: the pelvis or the nearest above it.
    """

    bvh: Bvh
    parts: Parts
    stance: Stance
    leg: float
    mover: int

    def turns(self, joint: int) -> bool:
        """Whether a joint has all three rotation channels."""
        return sum(name.endswith("rotation") for name in self.bvh.channels[joint]) == 3

    def moves(self, joint: int) -> bool:
        """Whether a joint has all three position channels."""
        return sum(name.endswith("position") for name in self.bvh.channels[joint]) == 3

    @property
    def counts_from_offset(self) -> bool:
        """Whether position channels below the root are relative to the offsets."""
        return self.bvh.adds_positions

    @property
    def above(self) -> tuple[int, ...]:
        """The joints above the pelvis, from the root."""
        path, joint = [], self.parts.pelvis
        while (joint := self.bvh.parents[joint]) >= 0:
            path.append(joint)
        return tuple(path[::-1])


def read_character(source: Source) -> Character:
    """Read the character of a BVH file, with any number of frames or none.

    Raises:
        InvalidInputError: INVALID_BVH, DAMAGED_GZIP, UNREADABLE_FILE; SKELETON_UNKNOWN, SKELETON_UNUSABLE.
    """
    return build_character(read_skeleton(source))


def build_character(bvh: Bvh) -> Character:
    """Return the character of a skeleton.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; the roles of the joints cannot be determined. SKELETON_UNUSABLE; it does
            not stand, a bone has no length, or a joint lacks channels that it requires.
    """
    largest = max(float(np.abs(numbers).max(initial=0.0)) for numbers in (bvh.offsets, bvh.values))
    if largest > _LIMITS[1]:
        _refuse(f"its numbers must be at most {_LIMITS[1]:.0e}; the largest is {largest:.3g}")
    parts = find_parts(bvh)
    leg = _measure_leg(bvh, parts)
    character = Character(bvh, parts, find_stance(bvh, parts), leg, 0)
    needed = {parts.pelvis, *(parts.limbs[f"{side}_{bone[0]}"] for side in SIDES for bone in _BONES)}
    for joint in sorted(needed):
        if not character.turns(joint):
            channels = " ".join(bvh.channels[joint]) or "none"
            _refuse(f"three rotation channels are required in {bvh.joints[joint]}; it has {channels}")
    movers = [joint for joint in (*character.above, parts.pelvis) if character.moves(joint)]
    if not movers:
        _refuse(f"neither {bvh.joints[parts.pelvis]} nor a joint above it has three position channels")
    return Character(bvh, parts, character.stance, leg, movers[-1])


def _measure_leg(bvh: Bvh, parts: Parts) -> float:
    """Return the length of thigh and shin, after a check of all bones' lengths."""
    positions = np.zeros_like(bvh.offsets)
    with np.errstate(over="ignore", invalid="ignore"):
        for joint, parent in enumerate(bvh.parents):
            if parent >= 0:
                positions[joint] = positions[parent] + bvh.offsets[joint]
        lengths = {
            (side, *bone): float(
                np.linalg.norm(np.subtract(*positions[[parts.limbs[f"{side}_{end}"] for end in bone]]))
            )
            for side in SIDES
            for bone in _BONES
        }
        leg = sum(lengths[side, *bone] for side in SIDES for bone in _BONES[:2]) / 2
        farthest = float(np.abs(positions).max())
    if not _LIMITS[0] < leg < _LIMITS[1] or not farthest < _FAR * leg:
        _refuse(f"its legs are {leg:.3g} long and its joints up to {farthest:.3g} from the root")
    for (side, start, end), length in lengths.items():
        if length < _SHORT * leg:
            _refuse(f"the bone from the {side} {start} to the {end} has no length")
    return leg


def _refuse(what: str) -> NoReturn:
    raise InvalidInputError(f"the skeleton cannot be used: {what}", reason="SKELETON_UNUSABLE")
