"""How arms and legs are turned, seen from places of joints.

The direction of an upper arm or thigh does not say how far it is turned about itself; the plane in which elbow or knee
bends does, the better the more it bends. Where the limb is straight or overstretched a little, the twist is carried
over in time: the hinge axis minimises a sum of squares, in which each frame's own axis weighs as the squared sine of
the bend above `_STRAIGHT`, and change from frame to frame, beyond what following the bone asks for, has a price.
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
"""Price of change from frame to frame, against the squared sine of a bend."""
_MIN_TRUST = 1e-4
_STRAIGHT = 0.03
"""Squared sine of a bend (10 degrees) up to which a limb is straight."""
_KNEE_OVERSTRETCH, _ELBOW_OVERSTRETCH = 0.26, 0.6
"""Sines of 15 degrees, and of 37: as far as the elbows of the robot go."""
_HINT_WEIGHT = 0.05
"""Of another sign of where the hinge axis is, such as the foot's direction: as much as a limb bent by 16 degrees."""
_REST_WEIGHT = 0.003
"""Of no twist at all: less the farther the bone is from where it rests."""
_POINTED, _SPAN = 0.85, 0.5
"""Cosine between foot and shin at which a foot is so pointed that it says nothing, and how far below it says all."""
_LIFTED = 0.15
"""Share of the leg's length above its lowest at which an ankle is no longer near the floor."""


def limb_rotations(landmarks: Landmarks, parents: Mapping[str, Array]) -> Mapping[str, Array]:
    """[T, 3, 3] against their parents of the joints from shoulder to hand and from hip to foot.

    Args:
        landmarks: where the joints are.
        parents: [T, 3, 3] of both collars and the pelvis against the world.
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
    """[T, 3, 3] of the upper bone against its parent.

    Args:
        upper: [T, 3] direction of the upper bone, seen from the parent.
        lower: [T, 3] direction of the lower bone, seen from the parent.
        bone: [3] direction of the upper bone at rest.
        hinge: [3] axis at rest about which the lower bone bends.
        hint: [T, 3] where else the axis may be seen, the longer the surer, at most 1; seen from the parent.
        overstretch: sine of a bend below which one against `hint` is taken for a limb that is overstretched.
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
    """[T] angles of weighted unit vectors, `wanted`, that change little from frame to frame.

    First as the vectors that minimise sum(weights |z|^2 - 2 Re(wanted* z)) + steadiness sum |z[t+1] - z[t]|^2, which
    knows no full turns. Then as angles, so that where these vectors change over to another side and nearly vanish, the
    angle takes its time.
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
    """[T, 3] from ankle to toes where nobody saw them: flat near the floor, square to the shin in the air."""
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
