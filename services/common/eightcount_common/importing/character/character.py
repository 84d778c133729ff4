"""A character that a dance can be written for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.parts import SIDES, Parts, find_parts
from eightcount_common.importing.character.reading import read_skeleton
from eightcount_common.importing.character.stance import Stance, find_stance
from eightcount_common.importing.source import Source

_BONES = (("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"))
_SHORT = 0.02
"""Share of a leg below which a bone of arm or leg has no length."""
_FAR = 1000.0
"""Legs from the root beyond which no joint of a character is."""
_UNMOVED = 1e-9
"""Share of a leg below which a place is none."""
_LIMITS = 1e-12, 1e12
"""Lengths of a leg, in the file's unit, that can be reckoned with."""


@dataclass(frozen=True, slots=True)
class Character:
    """A skeleton whose joints are known.

    Attributes:
        bvh: its hierarchy, and its first frame.
        parts: which joint is what.
        stance: how it stands.
        leg: length of thigh and shin in the file's unit, the mean of both sides.
        mover: the joint whose position channels move the character: the pelvis or the nearest above it.
    """

    bvh: Bvh
    parts: Parts
    stance: Stance
    leg: float
    mover: int

    def turns(self, joint: int) -> bool:
        """Whether a joint can turn every way."""
        return sum(name.endswith("rotation") for name in self.bvh.channels[joint]) == 3

    def moves(self, joint: int) -> bool:
        """Whether a joint can move every way."""
        return sum(name.endswith("position") for name in self.bvh.channels[joint]) == 3

    @property
    def counts_from_offset(self) -> bool:
        """Whether position channels below the root are added to the offsets: then all are 0 in the first frame."""
        bvh, column, values = self.bvh, 0, []
        for parent, names, offset in zip(bvh.parents, bvh.channels, bvh.offsets, strict=True):
            if parent >= 0 and np.linalg.norm(offset) > _UNMOVED * self.leg:
                values += [bvh.values[0, column + at] for at, name in enumerate(names) if name.endswith("position")]
            column += len(names)
        return bool(values) and max(map(abs, values)) < _UNMOVED * self.leg

    @property
    def above(self) -> tuple[int, ...]:
        """The joints above the pelvis, from the root."""
        path, joint = [], self.parts.pelvis
        while (joint := self.bvh.parents[joint]) >= 0:
            path.append(joint)
        return tuple(path[::-1])


def read_character(source: Source) -> Character:
    """The character of a BVH file with any number of frames, also none.

    Raises:
        InvalidInputError: INVALID_BVH, DAMAGED_GZIP, UNREADABLE_FILE; SKELETON_UNKNOWN, SKELETON_UNUSABLE.
    """
    return build_character(read_skeleton(source))


def build_character(bvh: Bvh) -> Character:
    """The character of a skeleton.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; it is not told which joint is what. SKELETON_UNUSABLE; it does not stand, a
            bone has no length, or a joint that must turn or move cannot.
    """
    largest = max(float(np.abs(numbers).max(initial=0.0)) for numbers in (bvh.offsets, bvh.values))
    if largest > _LIMITS[1]:
        _unusable(f"wanted numbers up to {_LIMITS[1]:.0e}, it has {largest:.3g}")
    parts = find_parts(bvh)
    leg = _leg(bvh, parts)
    character = Character(bvh, parts, find_stance(bvh, parts), leg, 0)
    needed = {parts.pelvis, *(parts.limbs[f"{side}_{bone[0]}"] for side in SIDES for bone in _BONES)}
    for joint in sorted(needed):
        if not character.turns(joint):
            channels = " ".join(bvh.channels[joint]) or "none"
            _unusable(f"wanted three rotation channels in {bvh.joints[joint]}, it has {channels}")
    movers = [joint for joint in (*character.above, parts.pelvis) if character.moves(joint)]
    if not movers:
        _unusable(f"neither {bvh.joints[parts.pelvis]} nor a joint above it has three position channels")
    return Character(bvh, parts, character.stance, leg, movers[-1])


def _leg(bvh: Bvh, parts: Parts) -> float:
    """Thigh and shin, after a look at the lengths of all bones."""
    places = np.zeros_like(bvh.offsets)
    with np.errstate(over="ignore", invalid="ignore"):
        for joint, parent in enumerate(bvh.parents):
            if parent >= 0:
                places[joint] = places[parent] + bvh.offsets[joint]
        lengths = {
            (side, *bone): float(np.linalg.norm(np.subtract(*places[[parts.limbs[f"{side}_{end}"] for end in bone]])))
            for side in SIDES
            for bone in _BONES
        }
        leg = sum(lengths[side, *bone] for side in SIDES for bone in _BONES[:2]) / 2
        farthest = float(np.abs(places).max())
    if not _LIMITS[0] < leg < _LIMITS[1] or not farthest < _FAR * leg:
        _unusable(f"its legs are {leg:.3g} long and its joints up to {farthest:.3g} from the root")
    for (side, start, end), length in lengths.items():
        if length < _SHORT * leg:
            _unusable(f"the bone from the {side} {start} to the {end} has no length")
    return leg


def _unusable(what: str) -> NoReturn:
    raise InvalidInputError(f"the skeleton cannot be used: {what}", reason="SKELETON_UNUSABLE")
