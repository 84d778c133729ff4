"""Fits the rotations of arms and legs to joint positions.

The direction of an upper arm or thigh does not determine its twist; the plane in which elbow or knee bends does, the
better the more it bends. Where a limb is straight or slightly overstretched, the twist is interpolated over time: the
hinge axis minimises a sum of squares in which each frame's own axis has the squared sine of the bend above `_STRAIGHT`
as its weight, and changes from frame to frame, beyond those of the bone itself, have a cost.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from eightcount_generator.body.fitting.landmarks import Landmarks
from eightcount_generator.body.rotations import Array, from_axis_angle, rotation_between
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.body.vectors import to_local, unit_vectors

_STEADINESS = 0.3
"""Cost of a change from frame to frame, relative to the squared sine of a bend."""
_MIN_TRUST = 1e-4
_STRAIGHT = 0.03
"""Squared sine of a bend (10 degrees) below which a limb is straight."""
_KNEE_OVERSTRETCH, _ELBOW_OVERSTRETCH = 0.26, 0.6
"""Sines of 15 degrees and of 37, the range of the robot's elbows."""
_HINT_WEIGHT = 0.05
"""Weight of another hint at the hinge axis, such as the foot's direction: that of a limb bent by 16 degrees."""
_REST_WEIGHT = 0.003
"""Weight of zero twist; it decreases with the distance of the bone from its rest direction."""
_POINTED, _SPAN = 0.85, 0.5
"""Cosine between foot and shin at which a pointed foot is no hint, and the span to where it is a full one."""
_LIFTED = 0.15
"""Share of the leg's length above its lowest at which an ankle is no longer near the floor."""


def limb_rotations(landmarks: Landmarks, parents: Mapping[str, Array]) -> Mapping[str, Array]:
    """Fit the joints from shoulder to hand and from hip to foot: [T, 3, 3] relative to their parents.

    Args:
        landmarks: the joint positions.
        parents: [T, 3, 3] of both collars and the pelvis relative to the world.
    """
    found: dict[str, Array] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        found |= _arm(landmarks, side, sign, parents[f"{side}_collar"])
        found |= _leg(landmarks, side, parents["pelvis"])
    return found


def _arm(landmarks: Landmarks, side: str, sign: float, collar: Array) -> dict[str, Array]:
    upper = to_local(collar, _bone(landmarks, f"{side}_shoulder", f"{side}_elbow"))
    lower = to_local(collar, _bone(landmarks, f"{side}_elbow", f"{side}_wrist"))
    outwards = np.array([sign, 0.0, 0.0])
    hint = np.zeros_like(upper)
    if landmarks.has(f"{side}_inner_elbow"):
        hint = np.cross(upper, to_local(collar, _bone(landmarks, f"{side}_elbow", f"{side}_inner_elbow")))
    shoulder = _upper_bone_rotations(
        upper, lower, outwards, np.array([0.0, -sign, 0.0]), hint, overstretch=_ELBOW_OVERSTRETCH
    )
    elbow = rotation_between(outwards, to_local(shoulder, lower))
    rest = _rest(len(landmarks))
    wrist = rest
    if landmarks.has(f"{side}_hand"):
        hand = to_local(collar @ shoulder @ elbow, _bone(landmarks, f"{side}_wrist", f"{side}_hand"))
        wrist = rotation_between(outwards, hand)
    return {f"{side}_shoulder": shoulder, f"{side}_elbow": elbow, f"{side}_wrist": wrist, f"{side}_hand": rest}


def _leg(landmarks: Landmarks, side: str, pelvis: Array) -> dict[str, Array]:
    upper = to_local(pelvis, _bone(landmarks, f"{side}_hip", f"{side}_knee"))
    lower = to_local(pelvis, _bone(landmarks, f"{side}_knee", f"{side}_ankle"))
    down, hinge, toes = np.array([0.0, -1.0, 0.0]), np.array([1.0, 0.0, 0.0]), BODY.offsets[BODY.index(f"{side}_foot")]
    hint = np.zeros_like(upper)
    if landmarks.has(f"{side}_foot"):
        foot = to_local(pelvis, _bone(landmarks, f"{side}_ankle", f"{side}_foot"))
        pointed = np.sum(foot * lower, axis=-1, keepdims=True)
        hint = np.cross(foot, lower) * np.clip((_POINTED - pointed) / _SPAN, 0, 1)
    hip = _upper_bone_rotations(upper, lower, down, hinge, hint, overstretch=_KNEE_OVERSTRETCH)
    knee = rotation_between(down, to_local(hip, lower))
    shin = pelvis @ hip @ knee
    if landmarks.has(f"{side}_foot"):
        ankle = rotation_between(toes, to_local(hip @ knee, foot))
    else:
        ankle = rotation_between(toes, to_local(shin, _resting_foot(landmarks, side, shin, toes)))
    return {f"{side}_hip": hip, f"{side}_knee": knee, f"{side}_ankle": ankle, f"{side}_foot": _rest(len(landmarks))}


def _upper_bone_rotations(
    upper: Array, lower: Array, bone: Array, hinge: Array, hint: Array, *, overstretch: float
) -> Array:
    """Fit the rotation [T, 3, 3] of an upper bone relative to its parent.

    Args:
        upper: [T, 3] direction of the upper bone, relative to the parent.
        lower: [T, 3] direction of the lower bone, relative to the parent.
        bone: [3] direction of the upper bone at rest.
        hinge: [3] axis at rest about which the lower bone bends.
        hint: [T, 3] other hint at the axis, longer when more certain, at most 1; relative to the parent.
        overstretch: sine of a bend below which one against `hint` counts as an overstretched limb.
    """
    swing = rotation_between(bone, upper)
    axis = swing @ hinge
    normal = np.cross(upper, axis)

    def around(vectors: Array) -> NDArray[np.complex128]:
        """[T] across the bone, as complex numbers; 1 is the axis without twist."""
        return np.asarray(np.sum(vectors * axis, axis=-1) + 1j * np.sum(vectors * normal, axis=-1))

    bend = np.cross(upper, lower)
    sine, hint_length = np.linalg.norm(bend, axis=-1), np.linalg.norm(hint, axis=-1)
    overstretched = (np.sum(bend * hint, axis=-1) < -0.5 * sine * hint_length) & (sine < overstretch)
    bend = np.where(overstretched[:, None], -bend, bend)
    bend_weight = np.maximum(sine**2 - _STRAIGHT, 0)
    rest_weight = _REST_WEIGHT * (1 + upper @ bone) / 2 + _MIN_TRUST
    wanted = around(bend) * bend_weight / np.maximum(sine, 1e-9) + rest_weight
    wanted += _HINT_WEIGHT * around(hint) * hint_length
    carried = np.zeros_like(axis)
    carried[1:] = (rotation_between(upper[:-1], upper[1:]) @ axis[:-1, :, None])[..., 0]
    carried[0] = axis[0]
    phase = np.exp(1j * np.cumsum(np.angle(around(carried))))
    weights = bend_weight + _HINT_WEIGHT * hint_length**2 + rest_weight
    twist_rad = np.angle(phase) + _steady_angles(wanted * phase.conj(), weights)
    return from_axis_angle(upper * twist_rad[:, None]) @ swing


def _steady_angles(wanted: NDArray[np.complex128], weights: Array) -> Array:
    """Return the angles [T] of weighted unit vectors, `wanted`, that change little from frame to frame.

    First as the vectors that minimise sum(weights |z|^2 - 2 Re(wanted* z)) + steadiness sum |z[t+1] - z[t]|^2, which is
    independent of full turns. Then as angles, so that the angle changes slowly where these vectors pass near zero.
    """
    solved = _minimise_change(np.stack([wanted.real, wanted.imag], axis=1), weights)
    angles_rad = np.unwrap(np.arctan2(solved[:, 1], solved[:, 0]))
    trust = weights * np.sum(solved**2, axis=1) + _MIN_TRUST
    return _minimise_change((trust * angles_rad)[:, None], trust)[:, 0]


def _minimise_change(wanted: Array, weights: Array) -> Array:
    """[T, N] values that minimise sum(weights z^2 - 2 wanted z) + steadiness sum (z[t+1] - z[t])^2."""
    if len(wanted) == 1:
        return wanted / weights[:, None]
    bands = np.zeros((2, len(wanted)))
    bands[0] = weights + 2 * _STEADINESS
    bands[0, [0, -1]] -= _STEADINESS
    bands[1, :-1] = -_STEADINESS
    return np.asarray(solveh_banded(bands, wanted, lower=True))


def _resting_foot(landmarks: Landmarks, side: str, shin: Array, toes: Array) -> Array:
    """[T, 3] from ankle to toes where they are not visible: flat near the floor, square to the shin in the air."""
    ankle = landmarks.place(f"{side}_ankle")[:, 1]
    leg = np.linalg.norm(landmarks.place(f"{side}_hip") - landmarks.place(f"{side}_knee"), axis=-1).mean() * 2
    lifted = np.clip((ankle - np.percentile(ankle, 5)) / (_LIFTED * leg), 0, 1)[:, None]
    square = shin @ toes
    flat = square.copy()
    flat[:, 1] = 0
    flat *= toes[2] / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 0.3 * toes[2])
    flat[:, 1] = toes[1]
    return np.asarray(square * lifted + flat * (1 - lifted))


def _bone(landmarks: Landmarks, start: str, end: str) -> Array:
    """[T, 3] direction from one joint to the next."""
    return unit_vectors(landmarks.place(end) - landmarks.place(start))


def _rest(frames: int) -> Array:
    return np.broadcast_to(np.eye(3), (frames, 3, 3))
