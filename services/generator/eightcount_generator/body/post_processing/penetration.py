"""Detects limbs that penetrate the body, and separates them from it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np

from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import Array, envelope, moving_average
from eightcount_generator.body.post_processing import capsules
from eightcount_generator.body.post_processing.capsules import ARMS, CAPSULES, TRUNK, Capsule, Overlaps, find_overlaps
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY

TOLERATED_METRES = 0.01
"""Depth that soft tissue tolerates: touching hands do not count."""
PASSES = 3
"""Number of pushes of `separate_limbs`; each leaves less."""
_REACH = 4
SEPARATION_FRAMES = 2 * _REACH * PASSES
"""Frames before and after on which a frame of `separate_limbs` depends."""
_LARGEST_TURN = 0.15
"""Radians by which one push turns a limb at most."""
_SHORTEST_LEVER = 0.08
"""Metres; closer to the joint a push would turn the limb too far."""


def _pairs() -> tuple[tuple[Capsule, Capsule], ...]:
    """Pair hands and forearms with trunk, head, thighs and the other arm, and each leg with the other."""
    found: list[tuple[Capsule, Capsule]] = []
    for arm in ARMS:
        found += product(arm[1:], (*TRUNK, *(leg[0] for leg in capsules.LEGS)))
    for left, right in (ARMS, capsules.LEGS):
        found += [(one, other) for one, other in product(left, right) if (one, other) != (left[0], right[0])]
    return tuple(found)


_PAIRS = _pairs()
PAIRS = tuple((one.name, other.name) for one, other in _PAIRS)
"""P pairs of parts that must not overlap; the first is always a limb."""
_INDICES = tuple((CAPSULES.index(one), CAPSULES.index(other)) for one, other in _PAIRS)


def _movers(one: Capsule, other: Capsule) -> tuple[int, int]:
    """Return the joints that turn two parts apart; -1 for parts that stay: the trunk, and legs that an arm meets."""
    if _is_leg(other) and not _is_leg(one):
        return _root_of(one), -1
    return _root_of(one), -1 if other in TRUNK else _root_of(other)


def _is_leg(part: Capsule) -> bool:
    return any(part in leg for leg in capsules.LEGS)


def _root_of(limb: Capsule) -> int:
    return BODY.index(f"{limb.name.split('_')[0]}_{'hip' if _is_leg(limb) else 'shoulder'}")


_MOVERS = np.array([_movers(one, other) for one, other in _PAIRS])


def penetrations(dance: Dance) -> Array:
    """[T, P] metres by which the `PAIRS` overlap beyond the tolerance; 0 when apart."""
    world = kinematics.world_rotations(dance.rotations.astype(np.float64))
    depth = find_overlaps(kinematics.positions_from_world(dance.root.astype(np.float64), world), world, _INDICES).depth
    return np.asarray(np.maximum(depth - TOLERATED_METRES, 0.0))


def separate_limbs(dance: Dance) -> Dance:
    """Push limbs out of each other and the trunk by turning shoulders and hips a little, eased in time.

    A limb deep inside is pushed out the nearest way; where that would turn its joint too far, some depth is left.
    """
    root = dance.root.astype(np.float64)
    rotations: Array = dance.rotations.astype(np.float64)
    for _ in range(PASSES):
        world = kinematics.world_rotations(rotations)
        joints = kinematics.positions_from_world(root, world)
        found = find_overlaps(joints, world, _INDICES)
        depth = np.maximum(found.depth - TOLERATED_METRES, 0.0)
        if not depth.any():
            break
        rotations = _push_joints(rotations, joints, world, found=found, depth=depth)
    return replace(dance, rotations=rotations.astype(np.float32))


def _push_joints(rotations: Array, joints: Array, world: Array, *, found: Overlaps, depth: Array) -> Array:
    """Turn every joint that moves limbs by the pushes of its pairs."""
    share = 1.0 / (_MOVERS >= 0).sum(axis=1)
    pushed = rotations.copy()
    for joint in np.unique(_MOVERS[_MOVERS >= 0]):
        turns = np.zeros((len(joints), 3))
        largest = np.zeros(len(joints))
        for side, points in enumerate((found.first, found.second)):
            mine = _MOVERS[:, side] == joint
            lever = points[:, mine] - joints[:, joint, None]
            length = np.maximum(np.linalg.norm(lever, axis=-1, keepdims=True), _SHORTEST_LEVER)
            push = found.normal[:, mine] * (1 - 2 * side) * (depth[:, mine] * share[mine])[..., None]
            turn = np.cross(lever, push) / length**2
            turns += np.sum(turn * depth[:, mine, None], axis=1)
            largest = np.maximum(largest, np.linalg.norm(turn, axis=-1).max(axis=1, initial=0.0))
        if largest.any():
            pushed[:, joint] = _turn_joint(pushed[:, joint], world[:, BODY.parents[joint]], turns, largest)
    return pushed


def _turn_joint(local: Array, above: Array, turns: Array, largest: Array) -> Array:
    """Turn local rotations [T, 3, 3] in the world about the averaged axis, by the eased size of the turns.

    Where a limb passes through another, the way out jumps to the other side: there the turns cancel out.
    """
    axis = moving_average(turns, reach=_REACH)
    length = np.linalg.norm(axis, axis=-1, keepdims=True)
    agreed = length / np.maximum(moving_average(np.linalg.norm(turns, axis=-1, keepdims=True), reach=_REACH), 1e-12)
    size = envelope(np.minimum(largest, _LARGEST_TURN), reach=_REACH)[:, None] * agreed
    axis = axis / np.maximum(length, 1e-12)
    return np.swapaxes(above, -1, -2) @ from_axis_angle(axis * size) @ above @ local
