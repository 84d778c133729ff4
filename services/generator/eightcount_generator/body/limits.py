"""How far the joints of `BODY` may turn, and dances brought within.

A rotation is a twist about the bone, then a swing that tilts the bone; the swing is written as axis times angle, so it
has two numbers, the twist one (Grassia, "Practical Parameterization of Rotations Using the Exponential Map", 1998).
Ranges are those of the American Academy of Orthopaedic Surgeons as given by Norkin and White ("Measurement of Joint
Motion", 2016), in `_RANGES` the first number of each comment, and are wider here for three reasons: 10 degrees
everywhere, since recordings are brought to our bones with errors of that size; at hip, ankle and spine up to what
dancers reach (turned-out and lifted legs, pointed feet, cambre); at the shoulder since the girdle's share is not told
apart from the arm's in most recordings and twist depends on the way by which the arm was lifted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, envelope, smooth_step
from eightcount_generator.body.rotations import from_axis_angle, to_quaternions
from eightcount_generator.body.skeleton import BODY

_LARGEST_SWING = 172.0
"""Degrees."""
_SLACK_DEGREES = 0.02
"""Kept from the limits by `clamped`, so that rounding to float32 does not cross them."""
_X, _Y, _Z = 0, 1, 2
_Ranges = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

_RANGES: dict[str, tuple[int, _Ranges]] = {
    # joint of the left side or the middle: axis of its bone, then degrees about x, y and z.
    "left_hip": (_Y, ((-165, 55), (-65, 95), (-55, 135))),  # -flexion 120 +extension 30, in- 45 ex+ 45, ad- 30 ab+ 45
    "left_knee": (_Y, ((-15, 165), (-45, 45), (-15, 15))),  # +flexion 150, hyperextension to 10, tibia turns 20..30
    "left_ankle": (_Y, ((-50, 85), (-45, 45), (-45, 45))),  # -dorsal 20 +plantar 50, turn 20, inversion 35 eversion 15
    "left_foot": (_Z, ((-95, 55), (-25, 25), (-25, 25))),  # -extension 70 +flexion 45 of the toes
    "spine1": (
        _Y,
        ((-40, 60), (-35, 35), (-35, 35)),
    ),  # whole spine: +flexion 80 -extension 25, turn 45, side 35
    "spine2": (_Y, ((-40, 60), (-35, 35), (-35, 35))),
    "spine3": (_Y, ((-40, 60), (-35, 35), (-35, 35))),
    "neck": (_Y, ((-60, 60), (-60, 60), (-45, 45))),  # neck and head together: 45 each way, turn 60, side 45
    "head": (_Y, ((-60, 60), (-60, 60), (-45, 45))),
    "left_collar": (_X, ((-50, 50), (-50, 45), (-30, 60))),  # -protraction 30 +retraction 30, -down 10 +up 45
    "left_shoulder": (_X, ((-135, 125), (-150, 75), (-130, 110))),  # -ex 90 +in 70, across 135 back 45, down 90 up 90
    "left_elbow": (_X, ((-110, 110), (-165, 15), (-15, 15))),  # supination 80 pronation 80, -flexion 150
    "left_wrist": (_X, ((-45, 45), (-40, 50), (-95, 85))),  # radial 20 ulnar 30, -flexion 80 +extension 70
    "left_hand": (_X, ((-30, 30), (-45, 45), (-100, 60))),  # knuckles: -flexion 90 +extension 45, spread 20
}


@dataclass(frozen=True, slots=True)
class _Hinge:
    """A joint that bends about `bend` only; what bends it sideways belongs to the twist of the bone above."""

    joint: int
    above: int
    along: int
    bend: NDArray[np.float64]


def _table() -> tuple[NDArray[np.int_], NDArray[np.float64], NDArray[np.float64]]:
    """[24] axis of the bone, [24, 3] lowest and highest degrees; the root is free."""
    axes, low, high = np.full(len(BODY), _Y), np.full((len(BODY), 3), -360.0), np.full((len(BODY), 3), 360.0)
    for name, (axis, ranges) in _RANGES.items():
        joint = BODY.index(name)
        axes[joint], low[joint], high[joint] = axis, [r[0] for r in ranges], [r[1] for r in ranges]
        if (other := BODY.swap[joint]) != joint:  # a mirror at x = 0 turns rotations about y and z round
            axes[other] = axis
            low[other] = low[joint][0], -high[joint][1], -high[joint][2]
            high[other] = high[joint][0], -low[joint][1], -low[joint][2]
    return axes, low, high


AXES, LOWEST_DEGREES, HIGHEST_DEGREES = _table()
"""[24] which axis (0 x, 1 y, 2 z) each bone lies along; [24, 3] ranges of degrees about x, y and z."""

_HINGES = tuple(
    _Hinge(BODY.index(joint), BODY.index(above), along, np.array(bend))
    for joint, above, along, bend in (
        ("left_knee", "left_hip", _Y, (1.0, 0.0, 0.0)),
        ("right_knee", "right_hip", _Y, (1.0, 0.0, 0.0)),
        ("left_elbow", "left_shoulder", _X, (0.0, -1.0, 0.0)),
        ("right_elbow", "right_shoulder", _X, (0.0, 1.0, 0.0)),
    )
)
_HIPS = np.array([BODY.index("left_hip"), BODY.index("right_hip")])
_TURNED_OUT = 0.8
"""Degrees by which a leg turns out for each degree that it is lifted sideways, as the head of the femur makes it."""
_FOREARMS = tuple((BODY.index(f"{side}_wrist"), BODY.index(f"{side}_elbow")) for side in ("left", "right"))
_WRIST_TWIST = 40.0
"""Degrees of twist that stay in the wrist."""


def angles(rotations: Array) -> Array:
    """[..., 24, 3, 3] -> [..., 24, 3] degrees: the twist on the axis of the bone, the swing on the other two.

    The twist of a hip is counted from that which comes with its abduction.
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
    found = _uncoupled(np.degrees(swing + unit * 2 * half), -1)
    off = found - (LOWEST_DEGREES + HIGHEST_DEGREES) / 2
    return np.asarray(np.where(unit > 0, found + (off + 180.0) % 360.0 - 180.0 - off, found))


def rotations_of(degrees: Array) -> Array:
    """[..., 24, 3] -> [..., 24, 3, 3]: the inverse of `angles`."""
    degrees, unit = _uncoupled(degrees, 1), _unit_axes(degrees.shape[:-1])
    twist = np.radians(degrees) * unit
    return from_axis_angle(np.radians(degrees) - twist) @ from_axis_angle(twist)


def violations(dance: Dance) -> Array:
    """[T, 24, 3] degrees by which the joints leave their ranges; 0 within."""
    found = angles(dance.rotations.astype(np.float64))
    return np.asarray(np.maximum(0.0, np.maximum(LOWEST_DEGREES - found, found - HIGHEST_DEGREES)))


def clamped(dance: Dance) -> Dance:
    """The dance without violations: sideways bends of hinges become twists above them, the rest is eased into range."""
    rotations = hinged(dance.rotations.astype(np.float64))
    found = angles(rotations)
    low, high = LOWEST_DEGREES + _SLACK_DEGREES, HIGHEST_DEGREES - _SLACK_DEGREES
    above, below = np.maximum(found - high, 0.0), np.maximum(low - found, 0.0)
    if above.any() or below.any():
        held = _turnable(np.clip(found - envelope(above) + envelope(below), low, high))
        changed = np.abs(held - found).max(axis=-1) > 1e-9
        rotations = np.where(changed[..., None, None], rotations_of(held), rotations)
    return replace(dance, rotations=rotations.astype(np.float32))


def hinged(rotations: Array) -> Array:
    """[T, 24, 3, 3] the same places, but bends and twists are where a body has them.

    A forearm bent sideways at the elbow is the same forearm bent the right way below a twisted upper arm, and a hand
    turned at the wrist is one turned by the forearm. Bends against a hinge (more than 90 degrees off) are left more and
    more alone: those are for `clamped` to stop.
    """
    found, turned = angles(rotations), rotations.copy()
    for wrist, elbow in _FOREARMS:
        twist = found[:, wrist, _X]
        _pass_on(turned, twist - np.clip(twist, -_WRIST_TWIST, _WRIST_TWIST), wrist, elbow, _X)
    for hinge in _HINGES:
        _pass_on(turned, _sideways(found[:, hinge.joint], hinge), hinge.joint, hinge.above, hinge.along)
    found = angles(turned)
    for hinge in _HINGES:
        _pass_on(
            turned, -_idle(found[:, hinge.above], found[:, hinge.joint], hinge), hinge.joint, hinge.above, hinge.along
        )
    return turned


def _sideways(swing: Array, hinge: _Hinge) -> Array:
    """[T] degrees of twist above a hinge that turn its swing [T, 3] into its plane, as far as is allowed."""
    bend, side = swing @ hinge.bend, swing @ np.cross(np.eye(3)[hinge.along], hinge.bend)
    size = np.hypot(bend, side)
    limit = min(HIGHEST_DEGREES[hinge.joint] - LOWEST_DEGREES[hinge.joint]) / 2 - 2 * _SLACK_DEGREES
    allowed = np.degrees(np.arcsin(np.minimum(1.0, limit / np.maximum(size, limit))))
    off = np.degrees(np.arctan2(side, bend))
    wrong = np.maximum(np.abs(off) - allowed, 0.0)
    trust = np.clip((180.0 - allowed - np.abs(off)) / np.maximum(90.0 - allowed, 1e-6), 0.0, 1.0)
    return np.asarray(np.sign(off) * wrong * trust)


def _idle(above: Array, swing: Array, hinge: _Hinge) -> Array:
    """[T] degrees of twist beyond the range of the bone above a hinge that is so straight that nobody sees them."""
    twist = above[:, hinge.along]
    low, high = LOWEST_DEGREES[hinge.above, hinge.along], HIGHEST_DEGREES[hinge.above, hinge.along]
    size = np.linalg.norm(swing - swing[:, hinge.along, None] * np.eye(3)[hinge.along], axis=-1)
    straight = smooth_step((15.0 - size) / 3.0)
    return np.asarray((twist - np.clip(twist, low + _SLACK_DEGREES, high - _SLACK_DEGREES)) * straight)


def _pass_on(rotations: Array, twist: Array, joint: int, above: int, along: int) -> None:
    """Turn the bone above a joint by `twist` [T] degrees about itself, and the joint back: in place."""
    if twist.any():
        turn = from_axis_angle(np.radians(twist)[:, None] * np.eye(3)[along])
        rotations[:, above] = rotations[:, above] @ turn
        rotations[:, joint] = np.swapaxes(turn, -1, -2) @ rotations[:, joint]


def _uncoupled(degrees: Array, sign: int) -> Array:
    """The twist of the hips without (-1) or with (1) the share that goes with lifting the leg sideways."""
    changed = degrees.copy()
    changed[..., _HIPS, _Y] += sign * _TURNED_OUT * degrees[..., _HIPS, _Z]
    return changed


def _turnable(degrees: Array) -> Array:
    """Swings of nearly half a turn at most: beyond, the same rotation has another swing, which may leave the range."""
    twist = degrees * _unit_axes(degrees.shape[:-1])
    swing = degrees - twist
    length = np.linalg.norm(swing, axis=-1, keepdims=True)
    return np.asarray(twist + swing * np.minimum(1.0, _LARGEST_SWING / np.maximum(length, 1e-9)))


def _unit_axes(shape: tuple[int, ...]) -> Array:
    """[*shape, 3] the axis of each bone."""
    return np.broadcast_to(np.eye(3)[AXES], (*shape, 3))
