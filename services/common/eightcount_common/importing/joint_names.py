"""Names of arms and legs in the conventions of animation programs, motion capture and games."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Limb = Literal["arm", "leg"]

LIMBS: dict[Limb, tuple[str, str, str]] = {"arm": ("shoulder", "elbow", "wrist"), "leg": ("hip", "knee", "ankle")}
"""Keypoints of a limb, without their side."""

SIDES = ("left", "right")

_NAMES: dict[Limb, tuple[tuple[str, str, str], ...]] = {
    "arm": (
        ("arm", "forearm", "hand"),  # MotionBuilder, Mixamo, CMU, LaFAN1, Rokoko, SOMA
        ("upperarm", "lowerarm", "hand"),  # Unity, Unreal, VRM
        ("upperarm", "forearm", "hand"),  # Xsens MVN, Biped, Blender, Rigify, DAZ Genesis 9
        ("uparm", "lowarm", "hand"),  # Biovision's own
        ("uparm", "loarm", "hand"),
        ("uarm", "farm", "hand"),  # Motive
        ("uarm", "larm", "hand"),
        ("shldr", "forearm", "hand"),  # DAZ, and CMU made for it
        ("shldrbend", "forearmbend", "hand"),  # DAZ Genesis 3 and 8
        ("humerus", "radius", "wrist"),  # ASF, HDM05
        ("humerus", "radius", "hand"),
        ("arm", "elbow", "wrist"),  # VRChat
        ("arm", "elbow", "hand"),
        ("upperarm", "elbow", "wrist"),
        ("upperarm", "elbow", "hand"),
        ("upperarm", "forearm", "wrist"),
        ("arm", "forearm", "wrist"),
        ("armupper", "armlower", "hand"),
        ("bicep", "forearm", "hand"),
        ("shoulder", "elbow", "wrist"),  # SMPL, Poser, Xsens' BVH, Maya's Advanced Skeleton
        ("shoulder", "elbow", "hand"),
        ("腕", "ひじ", "手首"),  # MikuMikuDance
    ),
    "leg": (
        ("upleg", "leg", "foot"),
        ("thigh", "shin", "foot"),  # Rokoko, Motive, Blender, Rigify, DAZ
        ("thigh", "calf", "foot"),  # Biped, Unreal
        ("upperleg", "lowerleg", "foot"),
        ("upleg", "lowleg", "foot"),
        ("upleg", "loleg", "foot"),
        ("leg", "shin", "foot"),  # SOMA (BONES-SEED)
        ("leg", "knee", "ankle"),  # VRChat
        ("thighbend", "shin", "foot"),
        ("femur", "tibia", "foot"),
        ("femur", "tibia", "ankle"),
        ("thigh", "knee", "ankle"),
        ("thigh", "knee", "foot"),
        ("thigh", "leg", "foot"),
        ("thigh", "shank", "foot"),
        ("upleg", "knee", "ankle"),
        ("upperleg", "knee", "ankle"),
        ("legupper", "leglower", "foot"),
        ("hip", "knee", "ankle"),
        ("hip", "knee", "foot"),
        ("足", "ひざ", "足首"),
    ),
}
"""Names of the joints of a limb, from the trunk: a joint is named after the bone that begins there. Compared in lower
case, letters and digits only, after any prefix that all six share ("mixamorig:", "Character1_", "Bip01 ")."""

_FORMS = ("{side}{part}", "{s}{part}", "{part}{s}", "{part}{side}", "{sign}{part}")
_SUFFIXES = ("", "jnt", "joint", "jt", "bone", "bind", "skin", "bindjnt")
_SIGNS = {"left": "左", "right": "右"}
_HELPERS = ("org", "mch", "ctrl", "ik", "fk", "twist", "helper", "target", "pole", "wgt", "phys", "nub")
_TOKENS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SIDE_TOKENS = {"left": ("l", "lt", "lft"), "right": ("r", "rt", "rgt")}
_SIDE_CAPITAL = {"left": re.compile(r"L[A-Z]"), "right": re.compile(r"R[A-Z]")}


@dataclass(frozen=True, slots=True)
class NamedLimbs:
    """Both arms or both legs, found by their names.

    Attributes:
        prefix: what all six names begin with beside side and part; shows to which set of bones they belong.
        joints: indices by keypoint.
        helper: whether the prefix says that these are no bones of the body but controls beside them.
    """

    prefix: str
    joints: Mapping[str, int]
    helper: bool


def find_named_limbs(joints: Sequence[str], limb: Limb) -> list[NamedLimbs]:
    """Return every pair of arms or legs that the names give, those of the more usual conventions first."""
    numbers = _number_names(joints)
    found: dict[tuple[int, ...], NamedLimbs] = {}
    for parts in _NAMES[limb]:
        for form in _FORMS:
            expected = _expected_names(limb, form, parts)
            for prefix, suffix in _affixes(numbers, next(iter(expected.values()))):
                names = {keypoint: prefix + name + suffix for keypoint, name in expected.items()}
                if all(name in numbers for name in names.values()):
                    for indices in zip(*(numbers[name] for name in names.values()), strict=False):
                        helper = any(word in prefix for word in _HELPERS)
                        found.setdefault(indices, NamedLimbs(prefix, dict(zip(names, indices, strict=True)), helper))
    return list(found.values())


def count_known(joints: Sequence[str]) -> dict[str, int]:
    """Return joints by keypoint for the convention of each limb that matches most joints; others are missing."""
    numbers = _number_names(joints)
    return {keypoint: joint for limb in LIMBS for keypoint, joint in _best_match(numbers, limb).items()}


def _best_match(numbers: Mapping[str, Sequence[int]], limb: Limb) -> dict[str, int]:
    best: dict[str, int] = {}
    for parts in _NAMES[limb]:
        for form in _FORMS:
            names = _expected_names(limb, form, parts)
            prefixes = {prefix for name in names.values() for prefix, suffix in _affixes(numbers, name) if not suffix}
            for prefix in sorted(prefixes, key=len):
                known = {key: numbers[prefix + name][0] for key, name in names.items() if prefix + name in numbers}
                best = max(best, known, key=len)
    return best


def side_of(name: str) -> str:
    """Return "left" or "right" where a name says so; empty where it says neither, or both."""
    own = name.rsplit(":", 1)[-1]
    tokens = [token.lower() for token in _TOKENS.findall(own)]
    told = [
        side
        for side in SIDES
        if _SIGNS[side] in own
        or _SIDE_CAPITAL[side].match(own)
        or any(token in _SIDE_TOKENS[side] or token.startswith(side) for token in tokens)
    ]
    return told[0] if len(told) == 1 else ""


def normalise_name(name: str) -> str:
    """Return a name in lower case, letters and digits only."""
    return re.sub(r"[\W_]", "", name.lower())


def _number_names(joints: Sequence[str]) -> dict[str, list[int]]:
    """Return the indices of each normalised name, in the order of the file."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for joint, name in enumerate(joints):
        numbers[normalise_name(name)].append(joint)
    return dict(numbers)


def _affixes(numbers: Mapping[str, Sequence[int]], name: str) -> list[tuple[str, str]]:
    """Return what stands before and after this name in the joints that have it, the shortest first."""
    found = [
        (joint[: len(joint) - len(name + suffix)], suffix)
        for suffix in _SUFFIXES
        for joint in numbers
        if joint.endswith(name + suffix)
    ]
    return sorted(found, key=lambda affix: len(affix[0]) + len(affix[1]))


def _expected_names(limb: Limb, form: str, parts: tuple[str, str, str]) -> dict[str, str]:
    return {
        f"{side}_{keypoint}": form.format(side=side, s=side[0], sign=_SIGNS[side], part=part)
        for keypoint, part in zip(LIMBS[limb], parts, strict=True)
        for side in SIDES
    }
