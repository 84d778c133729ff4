"""Which joint of a character is which part of a body."""

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
from eightcount_common.importing.character.topology import body_by_shape
from eightcount_common.importing.character.tree import Tree
from eightcount_common.skeletons import BODY_12

SIDES = ("left", "right")
_LIMBS = (("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"))
_HAND_WORDS = ("mid", "finger2", "index", "finger")
_FOOT_WORDS = ("toe", "ball")
_MOSTLY_NAMED = 6
"""Of the twelve: when more are called as a convention has it, the others are missing, not called otherwise."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Positions of joints.

    Attributes:
        pelvis: what legs and spine hang on.
        spine: above the pelvis, from below; the last is what the shoulders hang on. Empty when that is the pelvis.
        neck: between the spine and the head, from below.
        head: none when nothing is above the shoulders.
        collars: by side, from the spine to before the shoulder.
        limbs: the keypoints of `BODY_12`; "left_foot" and "left_hand", the ends of the bones that begin at ankle and
            wrist, where there are such; as on the right.
    """

    pelvis: int
    spine: tuple[int, ...]
    neck: tuple[int, ...]
    head: int | None
    collars: Mapping[str, tuple[int, ...]]
    limbs: Mapping[str, int]


def find_parts(bvh: Bvh) -> Parts:
    """Which joints are what: by their names, as far as they are of a known convention, else by the shape of the tree.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; says what was not found, and the joints that there are.
    """
    tree = Tree(bvh)
    limbs = _limbs(bvh, tree)
    _check(bvh, tree, limbs)
    pelvis = tree.common([limbs[f"{side}_{part}"] for part in ("hip", "shoulder") for side in SIDES])
    top = tree.common([limbs[f"{side}_shoulder"] for side in SIDES])
    if pelvis in limbs.values() or top in limbs.values():
        _unknown(bvh, "wanted legs and arms that hang on a trunk")
    spine = tree.path(pelvis, top)
    above = _above_shoulders(bvh, tree, top, limbs)
    collars = {side: tree.path(top, limbs[f"{side}_shoulder"])[:-1] for side in SIDES}
    for side in SIDES:
        limbs |= _tip(bvh, tree, f"{side}_hand", limbs[f"{side}_wrist"], _HAND_WORDS)
        limbs |= _tip(bvh, tree, f"{side}_foot", limbs[f"{side}_ankle"], _FOOT_WORDS)
    return Parts(pelvis, spine, above[:-1], above[-1] if above else None, collars, limbs)


def _limbs(bvh: Bvh, tree: Tree) -> dict[str, int]:
    """The twelve joints of the limbs."""
    try:
        names = body_names(bvh.joints)
    except InvalidInputError:
        return _limbs_by_shape(bvh, tree)
    return {part: bvh.joints.index(name) for part, name in zip(BODY_12.keypoints, names, strict=True)}


def _limbs_by_shape(bvh: Bvh, tree: Tree) -> dict[str, int]:
    known = nearest_names(bvh.joints)
    if len(known) > _MOSTLY_NAMED:
        missing = [part.replace("_", " ") for part in BODY_12.keypoints if part not in known]
        _unknown(bvh, f"it has no {', '.join(missing)} beside {', '.join(known.values())}")
    guesses = (body_by_shape(tree, places) for places in (tree.rest, bvh.pose(0)[0]))
    found = next((guess for guess in guesses if guess and all(bvh.channels[joint] for joint in guess.values())), None)
    if found is None:
        _unknown(bvh, "wanted names of shoulders, elbows, wrists, hips, knees and ankles such as LeftArm or thigh_l")
    return found


def _check(bvh: Bvh, tree: Tree, limbs: Mapping[str, int]) -> None:
    for side in SIDES:
        for chain in _LIMBS:
            for start, end in pairwise(chain):
                upper, lower = limbs[f"{side}_{start}"], limbs[f"{side}_{end}"]
                if upper not in tree.above(lower):
                    _unknown(bvh, f"the {side} {end}, {bvh.joints[lower]}, does not hang on {bvh.joints[upper]}")
    if len(set(limbs.values())) != len(limbs):
        _unknown(bvh, "wanted twelve different joints of arms and legs")


def _above_shoulders(bvh: Bvh, tree: Tree, top: int, limbs: Mapping[str, int]) -> tuple[int, ...]:
    """Neck and head, from below: up to the joint called head, else the longest chain beside the arms."""
    arms = {joint for side in SIDES for joint in (*tree.above(limbs[f"{side}_shoulder"]), limbs[f"{side}_shoulder"])}
    legs = {joint for side in SIDES for joint in (*tree.above(limbs[f"{side}_hip"]), limbs[f"{side}_hip"])}
    first = [child for child in tree.children[top] if child not in arms | legs]
    below = [joint for child in first for joint in (child, *tree.below(child)) if bvh.channels[joint]]
    heads = [joint for joint in below if plain(bvh.joints[joint]).endswith("head")]
    if heads:
        return tree.path(top, heads[0])
    if not below:
        return ()
    return tree.path(top, max(below, key=lambda joint: (tree.length(top, joint), -joint)))


def _tip(bvh: Bvh, tree: Tree, name: str, joint: int, words: Sequence[str]) -> dict[str, int]:
    """What hangs on a wrist or an ankle: the first of a preferred name, else the next joint, else the farthest end."""
    below = [child for child in tree.below(joint) if tree.apart(child, joint)]
    if not below:
        return {}
    joints = [child for child in below if bvh.channels[child]]
    named = [child for word in words for child in joints if word in plain(bvh.joints[child])]
    choice = named or ([child for child in joints if name.endswith("foot")])
    return {name: choice[0] if choice else max(below, key=lambda child: tree.reach(child, joint))}


def plain(name: str) -> str:
    """A name in lower case, letters and digits only."""
    return re.sub(r"[\W_]", "", name.lower())


def middle(places: NDArray[np.float64], limbs: Mapping[str, int], part: str) -> NDArray[np.float64]:
    """[3] between the left and the right of a part, of places [J, 3]."""
    return np.asarray(places[[limbs[f"{side}_{part}"] for side in SIDES]].mean(axis=0))


def _unknown(bvh: Bvh, what: str) -> NoReturn:
    names = ", ".join(name for name, channels in zip(bvh.joints, bvh.channels, strict=True) if channels)
    shown = names if len(names) <= 400 else f"{names[:400]}..."
    raise InvalidInputError(f"the skeleton is not known: {what}; its joints are {shown}", reason="SKELETON_UNKNOWN")
