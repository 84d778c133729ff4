"""Identification of the joints of a character as parts of a body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.tree import Tree
from eightcount_common.importing.joint_names import LIMBS, SIDES, normalise_name
from eightcount_common.importing.limbs import find_limbs, refuse_skeleton

_HAND_WORDS = ("mid", "finger2", "index", "finger")
_FOOT_WORDS = ("toe", "ball")


@dataclass(frozen=True, slots=True)
class Parts:
    """Indices of joints by their role.

    Attributes:
        pelvis: parent of legs and spine.
        spine: above the pelvis, from below; the last is the parent of the shoulders. Empty when that is the pelvis.
        neck: between the spine and the head, from below.
        head: None when nothing is above the shoulders.
        collars: by side, from the spine to the joint before the shoulder.
        limbs: the keypoints of `BODY_12`; "left_foot" and "left_hand", the ends of the bones that begin at ankle and
            wrist, where they exist; and the same on the right.
    """

    pelvis: int
    spine: tuple[int, ...]
    neck: tuple[int, ...]
    head: int | None
    collars: Mapping[str, tuple[int, ...]]
    limbs: Mapping[str, int]


def find_parts(bvh: Bvh) -> Parts:
    """Identify the joints: by their names when these follow a known convention, otherwise by the shape of the tree.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; the message says what was not found, and lists the joints.
    """
    tree = Tree(bvh)
    limbs = dict(find_limbs(bvh).joints)
    _check_chains(bvh, tree, limbs)
    pelvis = tree.common_ancestor([limbs[f"{side}_{part}"] for part in ("hip", "shoulder") for side in SIDES])
    top = tree.common_ancestor([limbs[f"{side}_shoulder"] for side in SIDES])
    if pelvis < 0 or pelvis in limbs.values() or top in limbs.values():
        refuse_skeleton(bvh, "legs and arms that are attached to a trunk are required")
    spine = tree.path(pelvis, top)
    above = _find_neck(bvh, tree, top, limbs)
    collars = {side: tree.path(top, limbs[f"{side}_shoulder"])[:-1] for side in SIDES}
    for side in SIDES:
        limbs |= _find_tip(bvh, tree, f"{side}_hand", limbs[f"{side}_wrist"], _HAND_WORDS)
        limbs |= _find_tip(bvh, tree, f"{side}_foot", limbs[f"{side}_ankle"], _FOOT_WORDS)
    return Parts(pelvis, spine, above[:-1], above[-1] if above else None, collars, limbs)


def _check_chains(bvh: Bvh, tree: Tree, limbs: Mapping[str, int]) -> None:
    for side in SIDES:
        for chain in LIMBS.values():
            for start, end in pairwise(chain):
                upper, lower = limbs[f"{side}_{start}"], limbs[f"{side}_{end}"]
                if upper not in tree.ancestors(lower):
                    refuse_skeleton(
                        bvh, f"the {side} {end}, {bvh.joints[lower]}, is not attached to {bvh.joints[upper]}"
                    )
    if len(set(limbs.values())) != len(limbs):
        refuse_skeleton(bvh, "twelve different joints of arms and legs are required")


def _find_neck(bvh: Bvh, tree: Tree, top: int, limbs: Mapping[str, int]) -> tuple[int, ...]:
    """Return neck and head, from below: up to the joint named head, otherwise the longest chain beside the arms."""
    arms = {
        joint for side in SIDES for joint in (*tree.ancestors(limbs[f"{side}_shoulder"]), limbs[f"{side}_shoulder"])
    }
    legs = {joint for side in SIDES for joint in (*tree.ancestors(limbs[f"{side}_hip"]), limbs[f"{side}_hip"])}
    first = [child for child in tree.children[top] if child not in arms | legs]
    below = [joint for child in first for joint in (child, *tree.descendants(child)) if bvh.channels[joint]]
    heads = [joint for joint in below if normalise_name(bvh.joints[joint]).endswith("head")]
    if heads:
        return tree.path(top, heads[0])
    if not below:
        return ()
    return tree.path(top, max(below, key=lambda joint: (tree.bone_length(top, joint), -joint)))


def _find_tip(bvh: Bvh, tree: Tree, name: str, joint: int, words: Sequence[str]) -> dict[str, int]:
    """Return the joint below a wrist or an ankle: by preferred name, otherwise the next joint or farthest end."""
    below = [child for child in tree.descendants(joint) if tree.are_apart(child, joint)]
    if not below:
        return {}
    joints = [child for child in below if bvh.channels[child]]
    named = [child for word in words for child in joints if word in normalise_name(bvh.joints[child])]
    choice = named or ([child for child in joints if name.endswith("foot")])
    return {name: choice[0] if choice else max(below, key=lambda child: tree.distance(child, joint))}


def middle(positions: NDArray[np.float64], limbs: Mapping[str, int], part: str) -> NDArray[np.float64]:
    """Return the [3] midpoint between the left and the right of a part, from positions [J, 3]."""
    return np.asarray(positions[[limbs[f"{side}_{part}"] for side in SIDES]].mean(axis=0))
