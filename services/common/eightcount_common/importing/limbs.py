"""The twelve joints of a body in a BVH file: by their names, by the shape of the tree, or by both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import NoReturn

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.topology import find_body_by_shape
from eightcount_common.importing.character.tree import Tree
from eightcount_common.importing.joint_names import LIMBS, SIDES, Limb, NamedLimbs, count_known, find_named_limbs
from eightcount_common.importing.notes import FileNote
from eightcount_common.skeletons import BODY_12

_MAIN_BONES = "def"
_MOST_SETS = 12
"""Sets of named bones of a limb that are looked at."""
_BESIDE = 0.3
"""Minimum distance of two bodies, in lengths of a thigh; controls of one body coincide with its bones."""


@dataclass(frozen=True, slots=True)
class BodyJoints:
    """The body in a file.

    Attributes:
        joints: index of the joint for each keypoint of `BODY_12`.
        named: whether all of them were found by their names.
        notes: about bodies that were left out.
    """

    joints: Mapping[str, int]
    named: bool
    notes: tuple[FileNote, ...] = ()

    @property
    def columns(self) -> list[int]:
        """[12] indices in the order of `BODY_12`."""
        return [self.joints[keypoint] for keypoint in BODY_12.keypoints]


def find_limbs(bvh: Bvh) -> BodyJoints:
    """Return the joints of arms and legs.

    Names decide where a known convention names both arms or both legs and the bones hang together; the shape of the
    tree decides about what the names do not say. Of several bodies in one file, the first is meant.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; the message says what was not found, and lists the joints.
    """
    tree = Tree(bvh)
    named = {limb: _rank_named(bvh.joints, tree, limb) for limb in LIMBS}
    whole = _pair_limbs(bvh, tree, named)
    if whole:
        arms, legs = whole[0]
        return BodyJoints({**arms.joints, **legs.joints}, True, _note_other_bodies(bvh, whole))
    known = {limb: [one.joints for one in found if not one.helper][:1] for limb, found in named.items()}
    by_shape = _find_by_shape(bvh, tree, {limb: found[0] for limb, found in known.items() if found})
    if by_shape is None:
        _refuse_unknown(bvh)
    return BodyJoints(by_shape, False)


def _rank_named(names: Sequence[str], tree: Tree, limb: Limb) -> list[NamedLimbs]:
    """Return the limbs that names give, those whose bones hang together first."""
    found = [one for one in find_named_limbs(names, limb) if len(set(one.joints.values())) == len(one.joints)]
    ranked = sorted(
        found, key=lambda one: (not is_chained(tree, one.joints, limb), one.helper, _MAIN_BONES not in one.prefix)
    )
    return ranked[:_MOST_SETS]


def is_chained(tree: Tree, joints: Mapping[str, int], limb: Limb) -> bool:
    """Return whether each joint of both sides hangs on the one before, directly or through others."""
    return all(
        joints[f"{side}_{upper}"] in tree.ancestors(joints[f"{side}_{lower}"])
        for side in SIDES
        for upper, lower in pairwise(LIMBS[limb])
    )


def _pair_limbs(bvh: Bvh, tree: Tree, named: Mapping[Limb, list[NamedLimbs]]) -> list[tuple[NamedLimbs, NamedLimbs]]:
    """Return arms with their legs, the best first: hanging together, on one trunk, under one prefix."""

    def rank(pair: tuple[NamedLimbs, NamedLimbs]) -> tuple[bool, ...]:
        arms, legs = pair
        return (
            not (is_chained(tree, arms.joints, "arm") and is_chained(tree, legs.joints, "leg")),
            tree.common_ancestor([*arms.joints.values(), *legs.joints.values()]) < 0,
            arms.helper or legs.helper,
            arms.prefix != legs.prefix,
            _MAIN_BONES not in arms.prefix,
        )

    pairs = [
        (arms, legs)
        for arms, legs in product(named["arm"], named["leg"])
        if not set(arms.joints.values()) & set(legs.joints.values())
    ]
    chained = [pair for pair in pairs if not rank(pair)[0]]
    return sorted(chained or [pair for pair in pairs if _moves_apart(bvh, pair)], key=rank)


def _moves_apart(bvh: Bvh, pair: tuple[NamedLimbs, NamedLimbs]) -> bool:
    """Whether limbs whose bones do not hang together are distinguished by positions of their own."""
    joints = [joint for limb in pair for joint in limb.joints.values()]
    positions = bvh.pose(0)[0][joints]
    apart = np.linalg.norm(positions[:, None] - positions, axis=-1)[np.triu_indices(len(joints), 1)]
    return bool(apart.min() > 0) and all(
        any(name.endswith("position") for name in bvh.channels[joint]) for joint in joints
    )


def _note_other_bodies(bvh: Bvh, whole: list[tuple[NamedLimbs, NamedLimbs]]) -> tuple[FileNote, ...]:
    """Return a note when complete bodies stand beside the one that is read."""
    positions = bvh.pose(0)[0]
    hips = [
        (positions[legs.joints["left_hip"]], positions[legs.joints["left_knee"]])
        for arms, legs in whole
        if arms.prefix == legs.prefix
    ]
    thigh = np.linalg.norm(np.subtract(*hips[0])) if hips else 0.0
    apart = [hip for hip, _ in hips if np.linalg.norm(hip - hips[0][0]) > _BESIDE * thigh]
    if not apart:
        return ()
    message = f"The file holds {1 + len(apart)} bodies; the first was read."
    return (FileNote("OTHER_BODIES_LEFT_OUT", message),)


def _find_by_shape(bvh: Bvh, tree: Tree, named: Mapping[Limb, Mapping[str, int]]) -> dict[str, int] | None:
    """Return the body that the tree has the shape of, at rest or in the first frame; None when it is not clear."""
    for positions in (tree.rest, bvh.pose(0)[0]):
        found = find_body_by_shape(tree, positions, bvh.joints, named)
        if found and all(bvh.channels[joint] for joint in found.values()):
            return found
    return None


def _refuse_unknown(bvh: Bvh) -> NoReturn:
    known = count_known(bvh.joints)
    missing = [part.replace("_", " ") for part in BODY_12.keypoints if part not in known]
    if len(missing) < len(BODY_12) // 2:
        named = ", ".join(bvh.joints[joint] for joint in known.values())
        refuse_skeleton(bvh, f"it has no {', '.join(missing)} beside {named}, and its shape does not show them either")
    refuse_skeleton(
        bvh,
        "names of shoulders, elbows, wrists, hips, knees and ankles such as LeftArm or thigh_l are required, or the "
        "shape of a standing body with two arms and two legs",
    )


def refuse_skeleton(bvh: Bvh, what: str) -> NoReturn:
    """Raise the error for a skeleton whose joints cannot be determined, with their names."""
    names = ", ".join(name for name, channels in zip(bvh.joints, bvh.channels, strict=True) if channels)
    shown = names if len(names) <= 400 else f"{names[:400]}..."
    raise InvalidInputError(f"the skeleton is not known: {what}; its joints are {shown}", reason="SKELETON_UNKNOWN")
