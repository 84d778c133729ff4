"""Moves a dance to the bones of a character, with the feet where the dance has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_generator.body import kinematics
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array, envelope, smooth_step
from eightcount_generator.body.leg_ik import LEGS, Leg, two_bone_ik
from eightcount_generator.body.rotations import rotation_between
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, TOE_HEIGHT
from eightcount_generator.export.retarget.proportions import Foot, Proportions

CONTEXT_FRAMES = 2 * EASE_FRAMES
"""Frames before and after on which a frame depends."""
_NEAR, _FAR = 0.02, 0.10
"""Our metres above the floor up to which a foot must be reached, and from which it need not."""
_HIPS_WEIGHT = 0.1
"""Weight of the hips' position in the dance, relative to that of a foot on the floor."""
_STRETCH = 0.9995
"""Maximum share of a leg's length that it is stretched to."""
_LOWEST_DROP = 0.15
"""Our metres by which the pelvis comes down at most."""
_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, slots=True)
class GroundedMotion:
    """T frames on the bones of a character, in our axes and its unit.

    Attributes:
        root: [T, 3] position of the pelvis, the floor at 0.
        world: [T, 24, 3, 3] rotations of our joints relative to the world.
    """

    root: Array
    world: Array


def ground_dance(dance: Dance, proportions: Proportions) -> GroundedMotion:
    """Scale the path and the heights of a dance by the length of the legs.

    The balls of the feet go where the dance has them and legs reach them, so contacts are kept; feet are oriented as in
    the dance. The hips come down where a leg would be too short for a foot that is near the floor.
    """
    rotations: Array = dance.rotations.astype(np.float64)
    joints, world = dance.joints().astype(np.float64), kinematics.world_rotations(rotations)
    scale, rig = proportions.scale, proportions.rig
    legs = [Leg(leg.hip, leg.knee, leg.ankle, leg.toe, rig) for leg in LEGS]
    ankles = [_ankle(joints, world, leg, foot, scale) for leg, foot in zip(legs, proportions.feet, strict=True)]
    near = [_nearness(joints, leg) for leg in legs]
    root = _root(joints, world, proportions, list(zip(legs, ankles, near, strict=True)))
    hips = [root + world[:, 0] @ rig.offsets[leg.hip] for leg in legs]
    drop = _drop(hips, ankles, near, legs, scale)[:, None] * _UP
    for leg, hip, ankle in zip(legs, hips, ankles, strict=True):
        rotations = two_bone_ik(rotations, world[:, 0], leg=leg, target=ankle - hip + drop)
    turned = kinematics.world_rotations(rotations)
    positions = kinematics.positions_from_world(root - drop, turned, rig=rig)
    for leg, foot in zip(legs, proportions.feet, strict=True):
        turned[:, leg.ankle] = world[:, leg.ankle]
        ball = positions[:, leg.ankle] + world[:, leg.ankle] @ foot.ball
        turned[:, leg.toe] = _toes(ball, world[:, leg.toe], foot)
    return GroundedMotion(root - drop, turned)


def _ankle(joints: Array, world: Array, leg: Leg, foot: Foot, scale: float) -> Array:
    """[T, 3] position of the ankle that puts the ball of the foot where the dance has it; not below the floor."""
    ball = joints[:, leg.toe] * scale
    ball[:, 1] += foot.ankle + foot.ball[1] - TOE_HEIGHT * scale
    ankle = ball - world[:, leg.ankle] @ foot.ball
    end = ankle[:, 1] + (world[:, leg.ankle] @ foot.end)[:, 1]
    ankle[:, 1] += np.maximum(foot.ankle + foot.end[1] - end, 0.0)
    ankle[:, 1] = np.maximum(ankle[:, 1], foot.ankle)
    return np.asarray(ankle)


def _root(joints: Array, world: Array, proportions: Proportions, legs: list[tuple[Leg, Array, Array]]) -> Array:
    """[T, 3] the pelvis, so that the legs of feet near the floor turn as in the dance, as far as both can.

    Where no foot is near, the middle of the hips is where the dance has it.
    """
    rig = proportions.rig
    middle = joints[:, [leg.hip for leg in LEGS]].mean(axis=1) * proportions.scale
    middle[:, 1] += np.mean([foot.ankle for foot in proportions.feet]) - ANKLE_HEIGHT * proportions.scale
    root = middle - world[:, 0] @ rig.offsets[[leg.hip for leg in LEGS]].mean(axis=0)
    total, weights = root * _HIPS_WEIGHT, np.full((len(root), 1), _HIPS_WEIGHT)
    for leg, ankle, near in legs:
        bones = ((0, leg.hip), (leg.hip, leg.knee), (leg.knee, leg.ankle))
        line = np.sum([world[:, above] @ rig.offsets[joint] for above, joint in bones], axis=0)
        total = total + (ankle - line) * near[:, None]
        weights = weights + near[:, None]
    return np.asarray(total / weights)


def _nearness(joints: Array, leg: Leg) -> Array:
    """[T] 1 where a foot is near the floor, 0 where it is not."""
    above = np.minimum(joints[:, leg.ankle, 1] - ANKLE_HEIGHT, joints[:, leg.toe, 1] - TOE_HEIGHT)
    return np.asarray(1 - smooth_step((above - _NEAR) / (_FAR - _NEAR)))


def _drop(hips: list[Array], ankles: list[Array], near: list[Array], legs: list[Leg], scale: float) -> Array:
    """[T] amount by which the pelvis must come down so that the legs reach, eased in time."""
    needed = np.zeros(len(hips[0]))
    for hip, ankle, weight, leg in zip(hips, ankles, near, legs, strict=True):
        line, longest = hip - ankle, (leg.thigh + leg.shank) * _STRETCH
        across = np.sum(line[:, [0, 2]] ** 2, axis=-1)
        down = line[:, 1] - np.sqrt(np.maximum(longest**2 - across, 0.0))
        needed = np.maximum(needed, np.where(across < longest**2, down, 0.0) * weight)
    return envelope(np.clip(needed, 0.0, _LOWEST_DROP * scale))


def _toes(ball: Array, turned: Array, foot: Foot) -> Array:
    """[T, 3, 3] toes bent up so that their end is not lower than in a flat foot."""
    length = float(np.linalg.norm(foot.tip))
    if not length > 0:
        return turned
    line = turned @ foot.tip
    least = foot.ankle + foot.ball[1] + foot.tip[1] - ball[:, 1]
    rise = np.clip(least / length, line[:, 1] / length, 1.0)[:, None]
    level = line * (1.0, 0.0, 1.0)
    level /= np.maximum(np.linalg.norm(level, axis=-1, keepdims=True), 1e-9)
    wanted = level * np.sqrt(1 - np.clip(rise, -1, 1) ** 2) + rise * _UP
    return np.asarray(rotation_between(line, wanted) @ turned)
