"""The body as capsules (segments with a radius), and the penetration depth of two of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.easing import Array
from eightcount_generator.body.skeleton import BODY

Offset = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Capsule:
    """A segment between two points, each fixed to a joint, with a radius.

    Attributes:
        name: part of the body.
        ends: joint and offset from it in metres, of both ends.
        radius: metres; small, so that clean recordings have no penetrations.
    """

    name: str
    ends: tuple[tuple[int, Offset], tuple[int, Offset]]
    radius: float


def _bone(name: str, start: str, end: str, radius: float, *, beyond: Offset = (0.0, 0.0, 0.0)) -> Capsule:
    return Capsule(name, ((BODY.index(start), (0.0, 0.0, 0.0)), (BODY.index(end), beyond)), radius)


def _block(name: str, joint: str, start: Offset, end: Offset, radius: float) -> Capsule:
    return Capsule(name, ((BODY.index(joint), start), (BODY.index(joint), end)), radius)


TRUNK = (
    _block("hips", "pelvis", (-0.065, -0.02, 0.0), (0.065, -0.02, 0.0), 0.085),
    _block("waist", "spine1", (-0.045, 0.04, 0.0), (0.045, 0.04, 0.0), 0.085),
    _block("chest", "spine3", (-0.065, 0.03, 0.0), (0.065, 0.03, 0.0), 0.09),
    _block("head", "head", (0.0, 0.01, 0.015), (0.0, 0.09, 0.015), 0.08),
)
ARMS = tuple(
    (
        _bone(f"{side}_upper_arm", f"{side}_shoulder", f"{side}_elbow", 0.035),
        _bone(f"{side}_forearm", f"{side}_elbow", f"{side}_wrist", 0.03),
        _bone(f"{side}_palm", f"{side}_wrist", f"{side}_hand", 0.02, beyond=(0.03 if side == "left" else -0.03, 0, 0)),
    )
    for side in ("left", "right")
)
LEGS = tuple(
    (
        _bone(f"{side}_thigh", f"{side}_hip", f"{side}_knee", 0.055),
        _bone(f"{side}_shank", f"{side}_knee", f"{side}_ankle", 0.04),
        _bone(f"{side}_sole", f"{side}_ankle", f"{side}_foot", 0.03),
    )
    for side in ("left", "right")
)
CAPSULES = (*TRUNK, *ARMS[0], *ARMS[1], *LEGS[0], *LEGS[1])


@dataclass(frozen=True, slots=True)
class Overlaps:
    """Penetrations of P pairs of capsules over T frames.

    Attributes:
        depth: [T, P] metres; 0 or less when apart.
        normal: [T, P, 3] unit vector from the second to the first.
        first: [T, P, 3] nearest point on the axis of the first capsule, metres.
        second: [T, P, 3] nearest point on the axis of the second capsule.
    """

    depth: Array
    normal: Array
    first: Array
    second: Array


def find_overlaps(joints: Array, world: Array, pairs: Sequence[tuple[int, int]]) -> Overlaps:
    """Compute the overlaps of pairs of `CAPSULES` from positions [T, 24, 3] and world rotations [T, 24, 3, 3]."""
    ends = np.array([[offset for _, offset in capsule.ends] for capsule in CAPSULES])
    at = np.array([[joint for joint, _ in capsule.ends] for capsule in CAPSULES])
    points = joints[:, at] + np.einsum("tcejk,cek->tcej", world[:, at], ends)
    radii = np.array([capsule.radius for capsule in CAPSULES])
    one, other = (list(side) for side in zip(*pairs, strict=True))
    first, second = nearest_points(points[:, one, 0], points[:, one, 1], points[:, other, 0], points[:, other, 1])
    apart = first - second
    length = np.linalg.norm(apart, axis=-1)
    normal = apart / np.maximum(length, 1e-9)[..., None]
    return Overlaps(radii[one] + radii[other] - length, normal, first, second)


def nearest_points(start: Array, end: Array, other_start: Array, other_end: Array) -> tuple[Array, Array]:
    """[..., 3] nearest points of two segments (Ericson, "Real-Time Collision Detection", 2005, 5.1.9)."""
    one, two, gap = end - start, other_end - other_start, start - other_start
    a, e, b = _dot(one, one), _dot(two, two), _dot(one, two)
    c, f = _dot(one, gap), _dot(two, gap)
    denominator = a * e - b * b
    along = np.clip(np.where(denominator > 1e-12, (b * f - c * e) / np.maximum(denominator, 1e-12), 0.0), 0.0, 1.0)
    beside = (b * along + f) / np.maximum(e, 1e-12)
    along = np.where(beside < 0, -c / np.maximum(a, 1e-12), along)
    along = np.clip(np.where(beside > 1, (b - c) / np.maximum(a, 1e-12), along), 0.0, 1.0)
    beside = np.clip(beside, 0.0, 1.0)
    return start + one * along[..., None], other_start + two * beside[..., None]


def _dot(one: Array, two: Array) -> Array:
    return np.asarray(np.sum(one * two, axis=-1))
