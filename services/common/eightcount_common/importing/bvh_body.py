"""The twelve joints of a body, identified in a BVH file by their names."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.world import centre_hips, from_y_up, to_float32, uniform_timestamps
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12

LEG_METRES = 0.82
"""Length of thigh and shin together to which an unknown unit is scaled: an adult of 1.70 m (Winter,
"Biomechanics and Motor Control of Human Movement", 2009, figure 4.1: 0.245 + 0.246 of the height)."""

_PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")

_CONVENTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("{side}{part}", ("arm", "forearm", "hand", "upleg", "leg", "foot")),  # MotionBuilder, Mixamo, CMU, LaFAN1
    ("{side}{part}", ("arm", "forearm", "hand", "thigh", "shin", "foot")),  # Rokoko
    ("{side}{part}", ("upperarm", "lowerarm", "hand", "upperleg", "lowerleg", "foot")),  # Unity
    ("{side}{part}", ("upperarm", "forearm", "hand", "upperleg", "lowerleg", "foot")),  # Xsens MVN
    ("{side}{part}", ("uparm", "lowarm", "hand", "upleg", "lowleg", "foot")),  # Biovision's own
    ("{side}{part}", ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),  # SMPL, Poser, Xsens' BVH
    ("{s}{part}", ("shldr", "forearm", "hand", "thigh", "shin", "foot")),  # DAZ, and CMU made for it
    ("{s}{part}", ("upperarm", "forearm", "hand", "thigh", "calf", "foot")),  # 3ds Max Biped
    ("{s}{part}", ("upperarm", "lowerarm", "hand", "upperleg", "lowerleg", "foot")),  # VRM
    ("{s}{part}", ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),  # SMPL in short
    ("{s}{part}", ("shldrbend", "forearmbend", "hand", "thighbend", "shin", "foot")),  # DAZ Genesis 3 and 8
    ("{s}{part}", ("upperarm", "forearm", "hand", "thigh", "shin", "foot")),  # DAZ Genesis 9
    ("{s}{part}", ("humerus", "radius", "wrist", "femur", "tibia", "foot")),  # ASF, HDM05
    ("{part}{s}", ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot")),  # Unreal
    ("{part}{s}", ("upperarm", "forearm", "hand", "thigh", "shin", "foot")),  # Blender
    ("{part}{s}", ("upperarm", "lowerarm", "hand", "upperleg", "lowerleg", "foot")),  # Bandai Namco
    ("{part}{s}", ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),  # Maya's Advanced Skeleton
    ("{part}{side}", ("upperarm", "lowerarm", "hand", "upperleg", "lowerleg", "foot")),
    ("{part}{side}", ("upperarm", "forearm", "hand", "thigh", "shin", "foot")),
    ("{part}{side}", ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
)
"""Names of shoulder, elbow, wrist, hip, knee and ankle: a joint is named after the bone that begins there. Compared in
lower case, letters and digits only, after any prefix that all twelve share ("mixamorig:", "Character1_", "Bip01 ")."""


def extract_body(bvh: Bvh, *, frame_rate: float | None = None, scale: float | None = None) -> MotionSequence:
    """Return the body's twelve joints as a motion over `BODY_12`.

    The world is in metres and hip-centred, the image unknown, and everything counts as visible. BVH is right-handed
    with y up; the result is rotated by half a turn about x (x right, y down, z away) and never mirrored.

    Args:
        bvh: the motion as stored in the file.
        frame_rate: frames per second; replaces the header's frame time where that is known to be wrong.
        scale: metres per unit of the file; by default such that thigh and shin together are `LEG_METRES`.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN, or a frame rate, scale or body of no length.
    """
    columns = [bvh.joints.index(name) for name in body_names(bvh.joints)]
    joints = from_y_up(bvh.positions()[:, columns])
    if scale is None:
        scale = LEG_METRES / _leg_length(joints)
    rate = 1 / bvh.frame_seconds if frame_rate is None else frame_rate
    if not (0 < scale < np.inf and 0 < rate < np.inf):
        raise InvalidInputError(f"BVH: scale and frame rate must be above zero; got {scale} and {rate}")
    world = to_float32(centre_hips(joints * scale, BODY_12))
    if not np.isfinite(world).all():
        raise InvalidInputError("BVH: the body is too large; its coordinates overflow", reason="INVALID_BVH")
    return MotionSequence(
        BODY_12,
        uniform_timestamps(len(bvh), rate),
        np.full((*world.shape[:2], 2), np.nan, np.float32),
        world,
        np.ones(world.shape[:2], np.float32),
        model="bvh",
    )


def nearest_names(joints: tuple[str, ...]) -> dict[str, str]:
    """Return joint names by keypoint of `BODY_12`, from the convention that matches most joints; others are missing."""
    plain = {_normalise_name(name): name for name in reversed(joints)}
    best: dict[str, str] = {}
    for template, parts in _CONVENTIONS:
        expected = _expected_names(template, parts)
        prefixes = {name.removesuffix(ending) for ending in expected for name in plain if name.endswith(ending)}
        for prefix in sorted(prefixes, key=len):
            found = {
                keypoint: plain[prefix + name]
                for keypoint, name in zip(BODY_12.keypoints, expected, strict=True)
                if prefix + name in plain
            }
            best = max(best, found, key=len)
    return best


def body_names(joints: tuple[str, ...]) -> list[str]:
    """Return the names of the joints that are the keypoints of `BODY_12`, in its order.

    Raises:
        InvalidInputError: SKELETON_UNKNOWN; the names follow no known convention.
    """
    plain = {_normalise_name(name): name for name in reversed(joints)}
    for template, parts in _CONVENTIONS:
        expected = _expected_names(template, parts)
        ending = expected[0]
        prefixes = sorted((name.removesuffix(ending) for name in plain if name.endswith(ending)), key=len)
        for prefix in prefixes:
            if all(prefix + name in plain for name in expected):
                return [plain[prefix + name] for name in expected]
    raise InvalidInputError(
        "BVH: names of shoulders, elbows, wrists, hips, knees and ankles are required, such as LeftArm, LeftForeArm, "
        f"LeftHand, LeftUpLeg, LeftLeg, LeftFoot; got {', '.join(joints)[:300]}",
        reason="SKELETON_UNKNOWN",
    )


def _expected_names(template: str, parts: tuple[str, ...]) -> list[str]:
    part_of = dict(zip(_PARTS, parts, strict=True))
    names = []
    for keypoint in BODY_12.keypoints:
        side, part = keypoint.split("_")
        names.append(template.format(side=side, s=side[0], part=part_of[part]))
    return names


def _normalise_name(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())


def _leg_length(joints: NDArray[np.float64]) -> float:
    """Return the length of thigh and shin in the file's unit: the mean of both legs, the median over time."""
    lengths = np.zeros(joints.shape[0])
    for side in ("left", "right"):
        hip, knee, ankle = (joints[:, BODY_12.index(f"{side}_{part}")] for part in ("hip", "knee", "ankle"))
        lengths += (np.linalg.norm(knee - hip, axis=1) + np.linalg.norm(ankle - knee, axis=1)) / 2
    length = float(np.median(lengths))
    if not length > 0:
        raise InvalidInputError("BVH: the legs have no length, so the unit cannot be determined", reason="INVALID_BVH")
    return length
