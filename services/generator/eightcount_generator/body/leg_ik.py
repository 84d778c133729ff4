"""Two-bone inverse kinematics of a leg: moves the ankle to a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_generator.body.easing import Array
from eightcount_generator.body.rotations import rotation_between
from eightcount_generator.body.skeleton import BODY, Rig

_DOWN, _BACK = np.array([0.0, -1.0, 0.0]), np.array([0.0, 0.0, -1.0])
_STRAIGHT = 0.005
"""Sine of a bend below which the plane of the knee is taken increasingly from its axis."""
_SOFT = 0.02
"""Last share of the reach, which is only approached asymptotically."""


@dataclass(frozen=True, slots=True)
class Leg:
    """Joints and lengths of a leg, in metres.

    Attributes:
        hip, knee, ankle, toe: joints.
        rig: the skeleton; its joints are those of `BODY`.
    """

    hip: int
    knee: int
    ankle: int
    toe: int
    rig: Rig = BODY

    @property
    def thigh(self) -> float:
        """Length from hip to knee."""
        return float(np.linalg.norm(self.rig.offsets[self.knee]))

    @property
    def shank(self) -> float:
        """Length from knee to ankle."""
        return float(np.linalg.norm(self.rig.offsets[self.ankle]))

    @property
    def foot(self) -> float:
        """Length from ankle to the ball of the foot."""
        return float(np.linalg.norm(self.rig.offsets[self.toe]))


def _leg(side: str) -> Leg:
    hip, knee, ankle, toe = (BODY.index(f"{side}_{part}") for part in ("hip", "knee", "ankle", "foot"))
    return Leg(hip, knee, ankle, toe)


LEGS = tuple(_leg(side) for side in ("left", "right"))
"""Left and right leg."""


def reach(leg: Leg, wanted: Array, now: Array) -> Array:
    """Return the distance [T] from hip to ankle: `wanted` [T], but approaching the length of the leg slowly.

    A leg that already was as straight (`now` [T]) may stay so.
    """
    length = leg.thigh + leg.shank
    start, soft = length * (1 - _SOFT), length * _SOFT
    eased = np.where(wanted > start, start + soft * -np.expm1(-np.maximum(wanted - start, 0.0) / soft), wanted)
    shortest_reach = np.sqrt(leg.thigh**2 + leg.shank**2 + 2 * leg.thigh * leg.shank * np.cos(np.radians(160.0)))
    return np.clip(np.maximum(eased, np.minimum(wanted, now)), shortest_reach, length * 0.9999)


def two_bone_ik(rotations: Array, above: Array, *, leg: Leg, target: Array) -> Array:
    """Return the rotations with hip and knee changed so that the ankle reaches the target, or comes near when out of
    reach.

    The knee stays in its bending plane; the hip turns by the smallest rotation that moves the ankle there.

    Args:
        rotations: [T, 24, 3, 3] relative to the parents.
        above: [T, 3, 3] the pelvis relative to the world.
        leg: the leg.
        target: [T, 3] from the hip to the required ankle position, in metres, in the world.

    Returns:
        [T, 24, 3, 3].
    """
    changed = rotations.copy()
    shank = rotations[:, leg.knee] @ _DOWN  # seen from the thigh, which hangs down
    now = np.linalg.norm(leg.thigh * _DOWN + leg.shank * shank, axis=-1)
    wanted = reach(leg, np.linalg.norm(target, axis=-1), now)
    cosine = (wanted**2 - leg.thigh**2 - leg.shank**2) / (2 * leg.thigh * leg.shank)
    across = shank - (shank @ _DOWN)[:, None] * _DOWN + _STRAIGHT * _BACK
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-12)
    bent = cosine[:, None] * _DOWN + np.sqrt(np.maximum(1 - cosine**2, 0.0))[:, None] * across
    changed[:, leg.knee] = rotation_between(shank, bent) @ rotations[:, leg.knee]
    hip = above @ rotations[:, leg.hip]
    line = np.einsum("tij,tj->ti", hip, leg.thigh * _DOWN + leg.shank * bent)
    changed[:, leg.hip] = np.swapaxes(above, -1, -2) @ rotation_between(line, target) @ hip
    return changed
