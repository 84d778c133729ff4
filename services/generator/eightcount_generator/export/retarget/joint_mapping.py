"""Maps the joints of a character to ours, and aligns them with our T pose.

Arms and legs are swung until their bones point in the directions of our bones, each on the shortest path from where the
bone above it was moved. A character that rests in an A pose, or with its arms down, therefore stands in the T pose as
well, and its elbows bend like ours. The trunk is used as it rests, however its spine is curved: it turns as ours turns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_common.importing.character.character import Character
from eightcount_common.importing.character.parts import middle
from eightcount_common.importing.joint_names import SIDES
from eightcount_generator.body.rotations import Array, rotation_between, slerp
from eightcount_generator.body.skeleton import BODY

_STEEP = 0.8
"""Sine at which a resting foot points so far up or down that it does not stand."""
_TRUNK = ("pelvis", "spine1", "spine2", "spine3")
_TRUNK_MIDDLES = np.array([0.108, 0.348, 0.534, 0.794])
"""Heights of the middles of the bones that start there, between pelvis and neck."""


@dataclass(frozen=True, slots=True)
class MappedJoint:
    """A joint of a character that follows our body.

    Attributes:
        joint: joint of the character.
        first, second: joints of `BODY` whose rotations are interpolated.
        share: 0 as the first, 1 as the second.
        swing: [3, 3] rotation from its stance to the T, in our axes.
    """

    joint: int
    first: int
    second: int
    share: float
    swing: Array

    def rotations(self, world: Array) -> Array:
        """[T, 3, 3] rotations relative to our T, from our world rotations [T, 24, 3, 3]."""
        if self.share == 0:
            return world[:, self.first]
        return slerp(world[:, self.first], world[:, self.second], self.share)


def map_joints(character: Character) -> tuple[MappedJoint, ...]:
    """Map the joints, parents before children; joints that cannot turn about every axis stay at rest."""
    found = [*_trunk(character), *(one for side in SIDES for one in (*_arm(character, side), *_leg(character, side)))]
    return tuple(sorted((one for one in found if character.turns(one.joint)), key=lambda one: one.joint))


def _trunk(character: Character) -> Iterator[MappedJoint]:
    parts = character.parts
    yield _follow(parts.pelvis, "pelvis")
    heights = _heights(character)
    for joint, start, end in zip(parts.spine, heights, [*heights[1:], 1.0], strict=True):
        yield _follow(joint, "spine3") if joint == parts.spine[-1] else _follow_blend(joint, _TRUNK, (start + end) / 2)
    upper = "spine3" if parts.spine else "pelvis"
    for number, joint in enumerate(parts.neck, start=1):
        yield _follow_blend(
            joint, (upper, "neck", "head"), number / (len(parts.neck) + 1), middles=np.array([0.0, 0.5, 1.0])
        )
    if parts.head is not None:
        yield _follow(parts.head, "head")
    for side in SIDES:
        collars = parts.collars[side]
        for number, joint in enumerate(collars, start=1):
            yield _follow_blend(joint, (upper, f"{side}_collar"), number / len(collars), middles=np.array([0.0, 1.0]))


def _heights(character: Character) -> list[float]:
    """Return the heights of the joints of the spine between pelvis and neck, along the bones, 0 to 1."""
    positions, parts = character.stance.positions, character.parts
    above = parts.neck or ((parts.head,) if parts.head is not None else ())
    top = positions[above[0]] if above else middle(positions, parts.limbs, "shoulder")
    path = np.stack([positions[parts.pelvis], *(positions[joint] for joint in parts.spine), top])
    along = np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=-1))
    return [float(length / max(along[-1], 1e-12)) for length in along[:-1]]


def _follow(joint: int, ours: str) -> MappedJoint:
    return MappedJoint(joint, BODY.index(ours), BODY.index(ours), 0.0, np.eye(3))


def _follow_blend(joint: int, ours: Sequence[str], place: float, *, middles: Array = _TRUNK_MIDDLES) -> MappedJoint:
    """Map a joint to a blend of our joints at a height; at the heights `middles`, a single joint counts."""
    position = float(np.interp(place, middles, np.arange(len(middles))))
    first = min(int(position), len(ours) - 2)
    return MappedJoint(joint, BODY.index(ours[first]), BODY.index(ours[first + 1]), position - first, np.eye(3))


def _arm(character: Character, side: str) -> Iterator[MappedJoint]:
    outwards = np.array([1.0 if side == "left" else -1.0, 0.0, 0.0])
    limbs = character.parts.limbs
    swung: Array = np.eye(3)
    for part, below in (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand")):
        if f"{side}_{below}" in limbs:
            swung = rotation_between(swung @ _bone(character, f"{side}_{part}", f"{side}_{below}"), outwards) @ swung
        yield _limb(character, f"{side}_{part}", swung)


def _leg(character: Character, side: str) -> Iterator[MappedJoint]:
    swung: Array = np.eye(3)
    for part, below in (("hip", "knee"), ("knee", "ankle")):
        bone = _bone(character, f"{side}_{part}", f"{side}_{below}")
        swung = rotation_between(swung @ bone, np.array([0.0, -1.0, 0.0])) @ swung
        yield _limb(character, f"{side}_{part}", swung)
    foot = foot_swing(character, side, swung)
    yield _limb(character, f"{side}_ankle", foot)
    if f"{side}_foot" in character.parts.limbs:
        yield _limb(character, f"{side}_foot", foot)


def foot_swing(character: Character, side: str, shank: Array) -> Array:
    """[3, 3] rotation of a foot to the T: about the vertical when it is flat, else from the direction of its bone."""
    if f"{side}_foot" not in character.parts.limbs:
        return np.eye(3)
    bone = _bone(character, f"{side}_ankle", f"{side}_foot")
    level = bone * (1.0, 0.0, 1.0)
    ahead = np.array([0.0, 0.0, 1.0])
    if abs(bone[1]) < _STEEP * np.linalg.norm(bone) and level[2] > 0:
        return rotation_between(level, ahead)
    if -bone[1] > _STEEP * np.linalg.norm(bone) and np.linalg.norm(bone) < 0.12 * character.leg:
        return np.eye(3)  # an end straight below the ankle: the sole
    return rotation_between(shank @ bone, BODY.offsets[BODY.index(f"{side}_foot")]) @ shank


def _limb(character: Character, name: str, swung: Array) -> MappedJoint:
    position = BODY.index(name)
    return MappedJoint(character.parts.limbs[name], position, position, 0.0, swung)


def _bone(character: Character, start: str, end: str) -> Array:
    """[3] vector from one joint to the next in the character's stance, in our axes."""
    first, last = (character.stance.positions[character.parts.limbs[name]] for name in (start, end))
    return np.asarray(character.stance.body.T @ (last - first))
