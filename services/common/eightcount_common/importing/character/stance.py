"""The stance of a character: the pose in which it stands, and its directions of up and ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import Bvh
from eightcount_common.importing.character.parts import Parts, middle
from eightcount_common.importing.joint_names import SIDES

Array = NDArray[np.float64]

_UPRIGHT = 0.77
"""Minimum cosine (40 degrees) between trunk, legs and an axis of the file, for a standing body."""
_SQUARE = 0.5
"""Maximum cosine (60 degrees) between the line of the hips and the body's vertical."""
_ON_AXIS = 0.94
"""Minimum cosine (20 degrees) at which the forward direction is snapped to an axis of the file."""
_BACKWARDS = -0.5


@dataclass(frozen=True, slots=True)
class Stance:
    """A pose in which the character stands, of J joints.

    Attributes:
        at_rest: whether it is the rest pose, in which no joint is rotated; otherwise it is the file's first frame.
        positions: [J, 3] positions in the file's unit and axes.
        turned: [J, 3, 3] rotations of the joints in the world; identity at rest.
        body: [3, 3] left, up and ahead of the body as it stands there, as columns.
        world: [3, 3] left, up and ahead of the world that the file moves in, as columns.
    """

    at_rest: bool
    positions: Array
    turned: Array
    body: Array
    world: Array


def find_stance(bvh: Bvh, parts: Parts) -> Stance:
    """Return the rest pose if the character stands in it, otherwise the first frame.

    A file whose rest pose lies on its back while its frames stand is taken to be upright, like its frames.

    Raises:
        InvalidInputError: SKELETON_UNUSABLE; it stands in neither, or left and right are swapped.
    """
    resting = _rest_positions(bvh)
    positions, turned = bvh.pose(0)
    identity = np.broadcast_to(np.eye(3), turned.shape)
    rest_axes, frame_axes = _axes(resting, parts.limbs), _axes(positions, parts.limbs)
    if rest_axes is None:
        if frame_axes is None:
            raise InvalidInputError(
                "the skeleton stands upright neither at rest nor in its first frame: legs below the trunk, "
                "along an axis of the file, are required",
                reason="SKELETON_UNUSABLE",
            )
        _check_feet(positions, parts.limbs, frame_axes)
        return Stance(False, positions, turned, frame_axes, _snap_to_axes(frame_axes))
    _check_feet(resting, parts.limbs, rest_axes)
    body = _snap_to_axes(rest_axes)
    leans = frame_axes is not None and _up(frame_axes) @ _up(rest_axes) < _UPRIGHT
    world = _snap_to_axes(frame_axes) if leans and frame_axes is not None else body
    return Stance(True, resting, np.array(identity), body, world)


def _rest_positions(bvh: Bvh) -> Array:
    positions = np.zeros_like(bvh.offsets)
    for joint, parent in enumerate(bvh.parents):
        positions[joint] = bvh.offsets[joint] + (positions[parent] if parent >= 0 else 0.0)
    return positions


def _axes(positions: Array, limbs: Mapping[str, int]) -> Array | None:
    """Return [3, 3] left, up (an axis of the file) and ahead as columns; None when the body does not stand."""
    hips, shoulders, ankles = (middle(positions, limbs, part) for part in ("hip", "shoulder", "ankle"))
    across = sum(
        (positions[limbs[f"left_{part}"]] - positions[limbs[f"right_{part}"]] for part in ("hip", "shoulder")), 0.0
    )
    whole, trunk, legs = _unit(shoulders - ankles), _unit(shoulders - hips), _unit(hips - ankles)
    largest = int(np.abs(whole).argmax())
    up = np.sign(whole[largest]) * np.eye(3)[largest]
    if min(whole @ up, trunk @ up, legs @ up) < _UPRIGHT or abs(_unit(np.asarray(across)) @ up) > _SQUARE:
        return None
    left = across - (across @ up) * up
    if not np.linalg.norm(left) > 0:
        return None
    left = _unit(np.asarray(left))
    return np.stack([left, up, np.cross(left, up)], axis=1)


def _snap_to_axes(axes: Array) -> Array:
    """Snap left and ahead to axes of the file when they are nearly aligned."""
    ahead = axes[:, 2]
    largest = int(np.abs(ahead).argmax())
    if abs(ahead[largest]) < _ON_AXIS:
        return axes
    ahead = np.sign(ahead[largest]) * np.eye(3)[largest]
    up = _up(axes)
    return np.stack([np.cross(up, ahead), up, ahead], axis=1)


def _check_feet(positions: Array, limbs: Mapping[str, int], axes: Array) -> None:
    feet = [
        positions[limbs[f"{side}_foot"]] - positions[limbs[f"{side}_ankle"]]
        for side in SIDES
        if f"{side}_foot" in limbs
    ]
    if feet and all(_unit(foot) @ axes[:, 2] < _BACKWARDS for foot in feet):
        raise InvalidInputError(
            "the skeleton's feet point backwards: its left and right are swapped, or its axes are left-handed",
            reason="SKELETON_UNUSABLE",
        )


def _up(axes: Array) -> Array:
    return np.asarray(axes[:, 1])


def _unit(vector: Array) -> Array:
    return vector / max(float(np.linalg.norm(vector)), 1e-12)
