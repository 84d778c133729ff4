"""Joint limits of `BODY`: measures violations and removes them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, envelope, smooth_step
from eightcount_generator.body.post_processing.joint_ranges import AXES, HIGHEST_DEGREES, LOWEST_DEGREES, X, Y, Z
from eightcount_generator.body.rotations import from_axis_angle, to_quaternions
from eightcount_generator.body.skeleton import BODY

_LARGEST_SWING = 172.0
"""Degrees."""
_SLACK_DEGREES = 0.02
"""Distance that `clamp_to_limits` keeps from the limits, so that rounding to float32 does not cross them."""


@dataclass(frozen=True, slots=True)
class _Hinge:
    """A joint that bends about `bend` only; sideways bending becomes twist of the bone above."""

    joint: int
    above: int
    along: int
    bend: NDArray[np.float64]


_HINGES = tuple(
    _Hinge(BODY.index(joint), BODY.index(above), along, np.array(bend))
    for joint, above, along, bend in (
        ("left_knee", "left_hip", Y, (1.0, 0.0, 0.0)),
        ("right_knee", "right_hip", Y, (1.0, 0.0, 0.0)),
        ("left_elbow", "left_shoulder", X, (0.0, -1.0, 0.0)),
        ("right_elbow", "right_shoulder", X, (0.0, 1.0, 0.0)),
    )
)
_HIPS = np.array([BODY.index("left_hip"), BODY.index("right_hip")])
_TURNED_OUT = 0.8
"""Degrees of external rotation of a leg for each degree of abduction, an effect of the femoral head."""
_FOREARMS = tuple((BODY.index(f"{side}_wrist"), BODY.index(f"{side}_elbow")) for side in ("left", "right"))
_WRIST_TWIST = 40.0
"""Degrees of twist that stay in the wrist."""


def joint_angles(rotations: Array) -> Array:
    """[..., 24, 3, 3] -> [..., 24, 3] degrees: the twist on the axis of the bone, the swing on the other two.

    The twist of a hip is measured relative to the one that comes with its abduction.
    """
    quaternions = to_quaternions(rotations)
    axis = np.broadcast_to(AXES, rotations.shape[:-2])[..., None]
    along = np.take_along_axis(quaternions[..., :3], axis, axis=-1)
    half = np.arctan2(along, quaternions[..., 3:])
    across = quaternions[..., :3].copy()
    np.put_along_axis(across, axis, 0.0, axis=-1)
    unit = _unit_axes(rotations.shape[:-2])
    across = across * np.cos(half) - np.cross(across, unit) * np.sin(half)  # swing = rotation * inverse of twist
    length = np.linalg.norm(across, axis=-1, keepdims=True)
    turn = 2 * np.arctan2(length, np.hypot(along, quaternions[..., 3:]))
    swing = across * (turn / np.maximum(length, 1e-12))
    found = _shift_hip_twist(np.degrees(swing + unit * 2 * half), -1)
    off = found - (LOWEST_DEGREES + HIGHEST_DEGREES) / 2
    return np.asarray(np.where(unit > 0, found + (off + 180.0) % 360.0 - 180.0 - off, found))


def rotations_from_angles(degrees: Array) -> Array:
    """[..., 24, 3] -> [..., 24, 3, 3]: the inverse of `joint_angles`."""
    degrees, unit = _shift_hip_twist(degrees, 1), _unit_axes(degrees.shape[:-1])
    twist = np.radians(degrees) * unit
    return from_axis_angle(np.radians(degrees) - twist) @ from_axis_angle(twist)


def limit_violations(dance: Dance) -> Array:
    """[T, 24, 3] degrees by which the joints exceed their ranges; 0 within."""
    found = joint_angles(dance.rotations.astype(np.float64))
    return np.asarray(np.maximum(0.0, np.maximum(LOWEST_DEGREES - found, found - HIGHEST_DEGREES)))


def clamp_to_limits(dance: Dance) -> Dance:
    """Remove violations: sideways bends of hinges become twists above them, the rest is eased into range."""
    rotations = transfer_twists(dance.rotations.astype(np.float64))
    found = joint_angles(rotations)
    low, high = LOWEST_DEGREES + _SLACK_DEGREES, HIGHEST_DEGREES - _SLACK_DEGREES
    above, below = np.maximum(found - high, 0.0), np.maximum(low - found, 0.0)
    if above.any() or below.any():
        held = _limit_swing(np.clip(found - envelope(above) + envelope(below), low, high))
        changed = np.abs(held - found).max(axis=-1) > 1e-9
        rotations = np.where(changed[..., None, None], rotations_from_angles(held), rotations)
    return replace(dance, rotations=rotations.astype(np.float32))


def transfer_twists(rotations: Array) -> Array:
    """Return the same positions [T, 24, 3, 3] with bends and twists in the joints that have them.

    A forearm that is bent sideways at the elbow is the same as one bent the right way below a twisted upper arm, and a
    hand turned at the wrist is one turned by the forearm. Bends against a hinge (more than 90 degrees off) are changed
    less and less: those are left to `clamp_to_limits`.
    """
    found, turned = joint_angles(rotations), rotations.copy()
    for wrist, elbow in _FOREARMS:
        twist = found[:, wrist, X]
        _transfer_twist(turned, twist - np.clip(twist, -_WRIST_TWIST, _WRIST_TWIST), wrist, elbow, X)
    for hinge in _HINGES:
        _transfer_twist(turned, _sideways_twist(found[:, hinge.joint], hinge), hinge.joint, hinge.above, hinge.along)
    found = joint_angles(turned)
    for hinge in _HINGES:
        _transfer_twist(
            turned,
            -_hidden_twist(found[:, hinge.above], found[:, hinge.joint], hinge),
            hinge.joint,
            hinge.above,
            hinge.along,
        )
    return turned


def _sideways_twist(swing: Array, hinge: _Hinge) -> Array:
    """[T] degrees of twist above a hinge that turn its swing [T, 3] into its plane, as far as allowed."""
    bend, side = swing @ hinge.bend, swing @ np.cross(np.eye(3)[hinge.along], hinge.bend)
    size = np.hypot(bend, side)
    limit = min(HIGHEST_DEGREES[hinge.joint] - LOWEST_DEGREES[hinge.joint]) / 2 - 2 * _SLACK_DEGREES
    allowed = np.degrees(np.arcsin(np.minimum(1.0, limit / np.maximum(size, limit))))
    off = np.degrees(np.arctan2(side, bend))
    wrong = np.maximum(np.abs(off) - allowed, 0.0)
    trust = np.clip((180.0 - allowed - np.abs(off)) / np.maximum(90.0 - allowed, 1e-6), 0.0, 1.0)
    return np.asarray(np.sign(off) * wrong * trust)


def _hidden_twist(above: Array, swing: Array, hinge: _Hinge) -> Array:
    """[T] degrees of out-of-range twist above a hinge that is so straight that the twist is invisible."""
    twist = above[:, hinge.along]
    low, high = LOWEST_DEGREES[hinge.above, hinge.along], HIGHEST_DEGREES[hinge.above, hinge.along]
    size = np.linalg.norm(swing - swing[:, hinge.along, None] * np.eye(3)[hinge.along], axis=-1)
    straight = smooth_step((15.0 - size) / 3.0)
    return np.asarray((twist - np.clip(twist, low + _SLACK_DEGREES, high - _SLACK_DEGREES)) * straight)


def _transfer_twist(rotations: Array, twist: Array, joint: int, above: int, along: int) -> None:
    """Turn the bone above a joint by `twist` [T] degrees about itself, and the joint back: in place."""
    if twist.any():
        turn = from_axis_angle(np.radians(twist)[:, None] * np.eye(3)[along])
        rotations[:, above] = rotations[:, above] @ turn
        rotations[:, joint] = np.swapaxes(turn, -1, -2) @ rotations[:, joint]


def _shift_hip_twist(degrees: Array, sign: int) -> Array:
    """Subtract (-1) or add (1) the twist of the hips that comes with abduction."""
    changed = degrees.copy()
    changed[..., _HIPS, Y] += sign * _TURNED_OUT * degrees[..., _HIPS, Z]
    return changed


def _limit_swing(degrees: Array) -> Array:
    """Limit swings to nearly half a turn: beyond, the same rotation has another swing, which may be out of range."""
    twist = degrees * _unit_axes(degrees.shape[:-1])
    swing = degrees - twist
    length = np.linalg.norm(swing, axis=-1, keepdims=True)
    return np.asarray(twist + swing * np.minimum(1.0, _LARGEST_SWING / np.maximum(length, 1e-9)))


def _unit_axes(shape: tuple[int, ...]) -> Array:
    """[*shape, 3] axis of each bone."""
    return np.broadcast_to(np.eye(3)[AXES], (*shape, 3))
