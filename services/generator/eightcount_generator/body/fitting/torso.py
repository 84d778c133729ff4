"""Fits the rotations of pelvis, spine, neck, head and collars to joint positions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.rotations import Array, rotation_between, slerp
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.body.vectors import unit_vectors

_SPINE = ("pelvis", "spine1", "spine2", "spine3", "neck")
_HEIGHTS = np.array([BODY.rest[BODY.index(joint), 1] for joint in _SPINE])
_HIPS_HEIGHT = BODY.rest[BODY.index("left_hip"), 1]
_SHOULDERS_HEIGHT = BODY.rest[BODY.index("left_shoulder"), 1]
_UP = np.array([0.0, 1.0, 0.0])
_HEAD = BODY.offsets[BODY.index("head")]
_COINCIDENT = 0.01
"""Share of the spine's length below which two of its positions coincide."""


def torso_rotations(landmarks: Landmarks) -> Mapping[str, Array]:
    """Fit the joints from pelvis to head and the collars: [T, 3, 3] relative to the world.

    The pelvis follows the line of the hips, the chest the direction of the upper spine; the rotation between them is
    distributed evenly over the spine. Joints that the recording lacks stay as in the rest pose.

    Raises:
        InvalidInputError: INVALID_LANDMARKS; the spine has no length.
    """
    spine = _spine(landmarks)
    bones = dict(zip(_SPINE, np.moveaxis(np.diff(spine, axis=1), 1, 0), strict=False))
    pelvis = _build_axes(landmarks.across("hip"), bones["pelvis"], keep="across")
    collars = landmarks.has("left_collar", "right_collar")
    chest = _build_axes(landmarks.across("collar" if collars else "shoulder"), bones["spine3"], keep="up")
    found = {"pelvis": pelvis, "spine3": chest}
    for joint, share in (("spine1", 1 / 3), ("spine2", 2 / 3)):
        found[joint] = swing_to(slerp(pelvis, chest, share), _UP, bones[joint])
    found["neck"], found["head"] = _neck_and_head(landmarks, chest, spine[:, -1])
    for side, sign in (("left", 1.0), ("right", -1.0)):
        found[f"{side}_collar"] = _collar(landmarks, side, chest, np.array([sign, 0.0, 0.0]))
    return found


def swing_to(turned: Array, rest: Array, direction: Array) -> Array:
    """Turn a rotation on the shortest path until `rest` [3] points in `direction` [T, 3]."""
    return rotation_between(turned @ rest, direction) @ turned


def _spine(landmarks: Landmarks) -> Array:
    """[T, 5, 3] positions of the spine's curve at the heights of our joints from pelvis to neck."""
    low = landmarks.place("pelvis") if landmarks.has("pelvis") else landmarks.middle("hip")
    high = landmarks.place("neck") if landmarks.has("neck") else landmarks.middle("shoulder")
    inner = [landmarks.place(name) for name in landmarks.names if name.startswith("spine")]
    curve = np.stack([low, *inner, high], axis=1)
    along = np.concatenate([[0.0], np.cumsum(np.median(np.linalg.norm(np.diff(curve, axis=1), axis=-1), axis=0))])
    if not along[-1] > 0:
        raise InvalidInputError("landmarks: the spine has no length", reason="INVALID_LANDMARKS")
    least = _COINCIDENT * along[-1]
    distinct = (np.diff(along, prepend=-np.inf) > least) & (along < along[-1] - least)
    distinct[[0, -1]] = True
    curve, along = curve[:, distinct], along[distinct]
    start = _HEIGHTS[0] if landmarks.has("pelvis") else _HIPS_HEIGHT
    end = _HEIGHTS[-1] if landmarks.has("neck") else _SHOULDERS_HEIGHT
    return _sample_curve(curve, start + (end - start) * along / along[-1], _HEIGHTS)


def _sample_curve(curve: Array, heights: Array, wanted: Array) -> Array:
    """[T, W, 3] positions at the `wanted` heights of a curve [T, S, 3] through `heights` [S], extrapolated linearly."""
    below = np.clip(np.searchsorted(heights, wanted, side="right") - 1, 0, len(heights) - 2)
    share = (wanted - heights[below]) / (heights[below + 1] - heights[below])
    return curve[:, below] * (1 - share)[:, None] + curve[:, below + 1] * share[:, None]


def _build_axes(across: Array, up: Array, *, keep: str) -> Array:
    """[T, 3, 3] with x along `across` and y along `up` [T, 3]; the one named by `keep` is exact."""
    ahead = unit_vectors(np.cross(across, up))
    if keep == "across":
        left = unit_vectors(across)
        return np.stack([left, np.cross(ahead, left), ahead], axis=-1)
    upright = unit_vectors(up)
    return np.stack([np.cross(upright, ahead), upright, ahead], axis=-1)


def _neck_and_head(landmarks: Landmarks, chest: Array, neck: Array) -> tuple[Array, Array]:
    face = None
    if landmarks.has("left_ear", "right_ear", "nose"):
        across, ahead = landmarks.across("ear"), landmarks.place("nose") - landmarks.middle("ear")
        face = _build_axes(across, np.cross(ahead, across), keep="across")
    turned = chest if face is None else slerp(chest, face, 0.5)
    if landmarks.has("head"):
        turned = swing_to(turned, _HEAD, landmarks.place("head") - neck)
    return turned, turned if face is None else face


def _collar(landmarks: Landmarks, side: str, chest: Array, outwards: Array) -> Array:
    """Follow the bone where there is one; otherwise the tilt of the shoulder line relative to the chest."""
    shoulder = landmarks.place(f"{side}_shoulder")
    if landmarks.has("left_collar", "right_collar"):
        bone = BODY.offsets[BODY.index(f"{side}_shoulder")]
        return swing_to(chest, bone, shoulder - landmarks.place(f"{side}_collar"))
    return swing_to(chest, outwards, shoulder - landmarks.middle("shoulder"))
