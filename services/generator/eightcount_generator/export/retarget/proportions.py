"""Our body in the proportions of a character: our joints on its bones, in its unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_common.importing.character.character import Character
from eightcount_common.importing.joint_names import SIDES
from eightcount_generator.body.fitting.whole_body import LEG_LENGTH
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT, Rig
from eightcount_generator.export.retarget.joint_mapping import MappedJoint

_BALL_OF_FOOT = 0.65
"""Position of the ball of a foot that is one bone up to its tip, as on our foot."""
_SHORTEST_FOOT = 0.3
"""Share of our foot's length, relative to the leg, below which a bone does not indicate the ball's position."""
_THICKEST_SOLE = 0.06
"""Share of a leg: a greater height above the floor is not that of soles."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A flat foot, in the character's unit.

    Attributes:
        ankle: height of the ankle above the floor.
        ball: [3] from the ankle to the front contact point, in our axes.
        tip: [3] from there to the end of the toes, if these turn by themselves; else zeros.
        end: [3] from the ankle to the end of a foot that is one bone; else zeros.
    """

    ankle: float
    ball: Array
    tip: Array
    end: Array


@dataclass(frozen=True, slots=True)
class Proportions:
    """Our body on a character's bones.

    Attributes:
        scale: units of the character per metre of our body, by the length of the legs.
        rig: our joints in the T, on the character's bones.
        feet: left, right.
    """

    scale: float
    rig: Rig
    feet: tuple[Foot, Foot]


def measure_proportions(character: Character, joints: tuple[MappedJoint, ...]) -> Proportions:
    """Measure the proportions of a character with these mapped joints."""
    scale = character.leg / LEG_LENGTH
    positions = t_pose_positions(character, joints)
    feet = tuple(_foot(character, positions, side, scale) for side in SIDES)
    offsets = BODY.offsets * scale
    limbs = character.parts.limbs
    for side, foot in zip(SIDES, feet, strict=True):
        offsets[BODY.index(f"{side}_hip")] = positions[limbs[f"{side}_hip"]] - positions[character.parts.pelvis]
        bones = [("hip", "knee"), ("knee", "ankle"), ("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "hand")]
        for start, end in bones:
            if f"{side}_{end}" in limbs:
                bone = positions[limbs[f"{side}_{end}"]] - positions[limbs[f"{side}_{start}"]]
                offsets[BODY.index(f"{side}_{end}")] = bone
        offsets[BODY.index(f"{side}_foot")] = foot.ball
    _set_trunk(offsets, character, positions)
    rig = Rig(BODY.name, BODY.joints, BODY.parents, offsets, BODY.mirror_pairs)
    return Proportions(scale, rig, (feet[0], feet[1]))


def t_pose_positions(character: Character, joints: tuple[MappedJoint, ...]) -> Array:
    """[J, 3] positions of the character's joints in our T, in our axes; unmapped joints move along."""
    stance = character.stance
    standing = stance.positions @ stance.body
    swung: dict[int, Array] = {one.joint: one.swing for one in joints}
    positions = np.zeros_like(standing)
    for joint, parent in enumerate(character.bvh.parents):
        if parent < 0:
            positions[joint] = standing[joint]
            swung.setdefault(joint, np.eye(3))
            continue
        positions[joint] = positions[parent] + swung[parent] @ (standing[joint] - standing[parent])
        swung.setdefault(joint, swung[parent])
    return positions


def _set_trunk(offsets: Array, character: Character, positions: Array) -> None:
    """Set spine, neck, head, collars and shoulders from the character; our joints in between are interpolated."""
    parts = character.parts
    shoulders = positions[[parts.limbs[f"{side}_shoulder"] for side in SIDES]].mean(axis=0)
    above = [*parts.neck, *((parts.head,) if parts.head is not None else ())]
    neck = positions[above[0]] if above else shoulders
    curve = np.stack([positions[parts.pelvis], *(positions[joint] for joint in parts.spine), neck])
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=-1))])
    rest = BODY.rest[[BODY.index(name) for name in ("pelvis", "spine1", "spine2", "spine3", "neck")], 1]
    wanted = rest / rest[-1] * along[-1]
    spine = np.stack([np.interp(wanted, along, curve[:, axis]) for axis in range(3)], axis=-1)
    for number, name in enumerate(("spine1", "spine2", "spine3", "neck"), start=1):
        offsets[BODY.index(name)] = spine[number] - spine[number - 1]
    if len(above) > 1:
        offsets[BODY.index("head")] = positions[above[-1]] - neck
    for side in SIDES:
        shoulder = positions[parts.limbs[f"{side}_shoulder"]]
        collars = parts.collars[side]
        start = positions[collars[0]] if collars else spine[3] + (shoulder - spine[3]) * (0.4, 0.8, 0.4)
        offsets[BODY.index(f"{side}_collar")] = start - spine[3]
        offsets[BODY.index(f"{side}_shoulder")] = shoulder - start


def _foot(character: Character, positions: Array, side: str, scale: float) -> Foot:
    limbs, parents = character.parts.limbs, character.bvh.parents
    ankle = limbs[f"{side}_ankle"]
    seen = positions[[ankle, *_descendants(parents, ankle)]] - positions[ankle]
    sole = _sole(character, scale)
    lowest = -float(seen[:, 1].min())
    height = lowest + sole if lowest > TOE_HEIGHT * scale else ANKLE_HEIGHT * scale
    toe = limbs.get(f"{side}_foot")
    if toe is None or np.hypot(*(positions[toe] - positions[ankle])[[0, 2]]) < _SHORTEST_FOOT * _OUR_FOOT * scale:
        ball = np.array([0.0, min(TOE_HEIGHT * scale - height, 0.0), _OUR_FOOT * scale])
        return Foot(height, ball, np.zeros(3), np.zeros(3))
    ball = positions[toe] - positions[ankle]
    if not character.bvh.channels[toe]:
        end, ball = ball, ball * (_BALL_OF_FOOT, 1.0, _BALL_OF_FOOT)
        ball[1] = min(TOE_HEIGHT * scale - height, 0.0)
        return Foot(height, ball, np.zeros(3), end)
    tips = [positions[joint] - positions[toe] for joint in _descendants(parents, toe)]
    tip = max(tips, key=lambda line: float(line[2]), default=np.zeros(3))
    return Foot(height, ball, tip, np.zeros(3))


_OUR_FOOT = float(BODY.offsets[BODY.index("left_foot"), 2])


def _sole(character: Character, scale: float) -> float:
    """Return the height of the lowest joint of the feet above the floor that the character stands on."""
    stance, bvh = character.stance, character.bvh
    up = stance.world[:, 1]
    feet = [character.parts.limbs[f"{side}_ankle"] for side in SIDES]
    below = sorted({joint for foot in feet for joint in (foot, *_descendants(bvh.parents, foot))})
    poses = [stance.positions] if character.counts_from_offset else [bvh.pose(0)[0], stance.positions]
    for positions in poses:
        lowest = float((positions[below] @ up).min())
        if -0.2 * _THICKEST_SOLE * character.leg < lowest < _THICKEST_SOLE * character.leg:
            return max(lowest, 0.0)
    return TOE_HEIGHT * scale


def _descendants(parents: tuple[int, ...], joint: int) -> list[int]:
    """Return all descendants of a joint, in the order of the file."""
    found = {joint}
    for child, parent in enumerate(parents):
        if parent in found:
            found.add(child)
    return sorted(found - {joint})
