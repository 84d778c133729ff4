"""The mannequin as triangles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.rotations import rotation_between
from eightcount_generator.body.skeleton import BODY, Rig
from eightcount_generator.export.mannequin import Limb

Array = NDArray[np.floating[Any]]

_AROUND, _RINGS = 20, 6
"""Vertices around a limb, and rings of each of its round ends."""


@dataclass(frozen=True, slots=True)
class Mesh:
    """V vertices and F triangles.

    Attributes:
        positions: [V, 3] metres in the rest pose, the pelvis at the origin.
        normals: [V, 3] unit vectors, outwards.
        joints: [V] joint that each vertex moves with.
        triangles: [F, 3] vertices, counter-clockwise seen from outside.
    """

    positions: Array
    normals: Array
    joints: NDArray[np.int_]
    triangles: NDArray[np.int_]


def build_mesh(limbs: Sequence[Limb], *, rig: Rig = BODY) -> Mesh:
    """Build the surfaces of limbs on the joints of a rig."""
    parts = [_limb(limb, rig) for limb in limbs]
    first = np.cumsum([0, *(len(part.positions) for part in parts[:-1])])
    return Mesh(
        np.concatenate([part.positions for part in parts]),
        np.concatenate([part.normals for part in parts]),
        np.concatenate([part.joints for part in parts]),
        np.concatenate([part.triangles + start for part, start in zip(parts, first, strict=True)]),
    )


def _limb(limb: Limb, rig: Rig) -> Mesh:
    start, end = np.array(limb.start), np.array(limb.end)
    length = float(np.linalg.norm(end - start))
    joint = rig.index(limb.joint)
    heights, radii, slopes = _profile(limb, length)
    angles = np.linspace(0, 2 * np.pi, _AROUND, endpoint=False)
    around = np.stack([np.cos(angles), np.zeros(_AROUND), -np.sin(angles)], axis=-1)
    upwards = np.array([0.0, 1.0, 0.0])
    positions = radii[:, None, None] * around + heights[:, None, None] * upwards
    normals = np.cos(slopes)[:, None, None] * around + np.sin(slopes)[:, None, None] * upwards
    turn = rotation_between(upwards, end - start)
    return Mesh(
        positions.reshape(-1, 3) @ turn.T + start + rig.rest[joint],
        normals.reshape(-1, 3) @ turn.T,
        np.full(positions.shape[0] * _AROUND, joint),
        _triangles(len(heights)),
    )


def _profile(limb: Limb, length: float) -> tuple[Array, Array, Array]:
    """Return height along the axis, distance from it and slope of the normal, from pole to pole.

    The common tangent of the balls leaves both at the same slope.
    """
    tangent = np.arcsin((limb.start_radius - limb.end_radius) / length)
    pole = np.pi / 2 - 1e-3  # a pole's corners do not quite meet, so that each triangle has an area
    lower, upper = np.linspace(-pole, tangent, _RINGS + 1), np.linspace(tangent, pole, _RINGS + 1)
    slopes = np.concatenate([lower, upper])
    radius = np.repeat([limb.start_radius, limb.end_radius], _RINGS + 1)
    centre = np.repeat([0.0, length], _RINGS + 1)
    return centre + radius * np.sin(slopes), radius * np.cos(slopes), slopes


def _triangles(rings: int) -> NDArray[np.int_]:
    """Return two triangles for each field between rings."""
    corner = np.arange(_AROUND)
    beside = (corner + 1) % _AROUND
    ring = np.arange(rings - 1)[:, None] * _AROUND
    low, low_beside, high, high_beside = ring + corner, ring + beside, ring + corner + _AROUND, ring + beside + _AROUND
    return np.stack([low, low_beside, high_beside, low, high_beside, high], axis=-1).reshape(-1, 3)
