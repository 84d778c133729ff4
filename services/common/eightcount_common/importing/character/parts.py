"""Identification of the joints of a character as parts of a body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.bvh_body import body_names, nearest_names
from eightcount_common.importing.character.topology import find_body_by_shape
from eightcount_common.importing.character.tree import Tree
from eightcount_common.skeletons import BODY_12

SIDES = ("left", "right")
_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
_HAND_WORDS = ("mid", "finger2", "index", "finger")
_FOOT_WORDS = ("toe", "ball")
_MOSTLY_NAMED = 6
"""When more of the twelve joints than this have conventional names, the others are missing, not named otherwise."""


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
    limbs = _find_limbs(bvh, tree)
    _check_chains(bvh, tree, limbs)
    pelvis = tree.common_ancestor([limbs[f"{side}_{part}"] for part in ("hip", "shoulder") for side in SIDES])
    top = tree.common_ancestor([limbs[f"{side}_shoulder"] for side in SIDES])
    if pelvis in limbs.values() or top in limbs.values():
        _refuse(bvh, "legs and arms that are attached to a trunk are required")
    spine = tree.path(pelvis, top)
    above = _find_neck(bvh, tree, top, limbs)
    collars = {side: tree.path(top, limbs[f"{side}_shoulder"])[:-1] for side in SIDES}
    for side in SIDES:
        limbs |= _find_tip(bvh, tree, f"{side}_hand", limbs[f"{side}_wrist"], _HAND_WORDS)
        limbs |= _find_tip(bvh, tree, f"{side}_foot", limbs[f"{side}_ankle"], _FOOT_WORDS)
    return Parts(pelvis, spine, above[:-1], above[-1] if above else None, collars, limbs)


def _find_limbs(bvh: Bvh, tree: Tree) -> dict[str, int]:
    """Return the twelve joints of the limbs."""
    try:
        names = body_names(bvh.joints)
    except InvalidInputError:
        return _find_limbs_by_shape(bvh, tree)
    return {part: bvh.joints.index(name) for part, name in zip(BODY_12.keypoints, names, strict=True)}


def _find_limbs_by_shape(bvh: Bvh, tree: Tree) -> dict[str, int]:
    known = nearest_names(bvh.joints)
    if len(known) > _MOSTLY_NAMED:
        missing = [part.replace("_", " ") for part in BODY_12.keypoints if part not in known]
        _refuse(bvh, f"it has no {', '.join(missing)} beside {', '.join(known.values())}")
    guesses = (find_body_by_shape(tree, positions) for positions in (tree.rest, bvh.pose(0)[0]))
    found = next((guess for guess in guesses if guess and all(bvh.channels[joint] for joint in guess.values())), None)
    if found is None:
        _refuse(
            bvh, "names of shoulders, elbows, wrists, hips, knees and ankles such as LeftArm or thigh_l are required"
        )
    return found


def _check_chains(bvh: Bvh, tree: Tree, limbs: Mapping[str, int]) -> None:
    for side in SIDES:
        for chain in _LIMBS:
            for start, end in pairwise(chain):
                upper, lower = limbs[f"{side}_{start}"], limbs[f"{side}_{end}"]
                if upper not in tree.ancestors(lower):
                    _refuse(bvh, f"the {side} {end}, {bvh.joints[lower]}, is not attached to {bvh.joints[upper]}")
    if len(set(limbs.values())) != len(limbs):
        _refuse(bvh, "twelve different joints of arms and legs are required")


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


def normalise_name(name: str) -> str:
    """Return a name in lower case, letters and digits only."""
    return re.sub(r"[\W_]", "", name.lower())


def middle(positions: NDArray[np.float64], limbs: Mapping[str, int], part: str) -> NDArray[np.float64]:
    """Return the [3] midpoint between the left and the right of a part, from positions [J, 3]."""
    return np.asarray(positions[[limbs[f"{side}_{part}"] for side in SIDES]].mean(axis=0))


def _refuse(bvh: Bvh, what: str) -> NoReturn:
    names = ", ".join(name for name, channels in zip(bvh.joints, bvh.channels, strict=True) if channels)
    shown = names if len(names) <= 400 else f"{names[:400]}..."
    raise InvalidInputError(f"the skeleton is not known: {what}; its joints are {shown}", reason="SKELETON_UNKNOWN")
