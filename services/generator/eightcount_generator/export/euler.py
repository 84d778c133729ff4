"""Converts rotations to Euler angles that are continuous from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


def to_zxy(matrices: Array, *, before: Array | None = None) -> Array:
    """Return angles about z, then about the turned x, then about the turned y: R = Rz Rx Ry.

    A rotation has two such triples, and each angle any number of full turns; those nearest to the previous frame are
    used, so that curves are smooth and a body that spins counts its turns.

    Args:
        matrices: [T, J, 3, 3].
        before: [J, 3] degrees of the frame before the first, if there is one.

    Returns:
        [T, J, 3] degrees about z, x, y.
    """
    angles = _principal_angles(matrices.astype(np.float64))
    first = angles[:1] if before is None else np.radians(before)[None]
    track = np.concatenate([first, angles])
    other = _alternative_angles(track[1:])
    other_is_nearer = _angular_distance(other, track[:-1]) < _angular_distance(track[1:], track[:-1])
    swapped = np.logical_xor.accumulate(other_is_nearer, axis=0)  # being the other one is symmetric
    track[1:] = np.where(swapped[..., None], other, track[1:])
    return np.degrees(np.unwrap(track, axis=0)[1:])


def to_ordered(matrices: Array, orders: Sequence[str], *, before: Array | None = None) -> Array:
    """Return angles as `to_zxy`, for joints with any order of axes.

    The axes of any order can be renamed z, x and y; where that mirrors the space, all angles change their sign.

    Args:
        matrices: [T, J, 3, 3].
        orders: for each joint three different letters out of XYZ, such as "XYZ" for R = Rx Ry Rz.
        before: [J, 3] degrees of the frame before the first, if there is one.

    Returns:
        [T, J, 3] degrees about the axes in their order.
    """
    axes = np.array([["XYZ".index(letter) for letter in order] for order in orders])
    renamed = axes[:, [1, 2, 0]]  # what is called x, y and z now
    sign = np.where((axes[:, 1] - axes[:, 0]) % 3 == 1, 1.0, -1.0)[:, None]
    joint = np.arange(len(orders))[:, None, None]
    turned = matrices[:, joint, renamed[:, :, None], renamed[:, None, :]]
    return np.asarray(sign * to_zxy(turned, before=None if before is None else sign * before))


def _principal_angles(matrices: Array) -> Array:
    """[..., 3] radians, x within a quarter turn; at gimbal lock, y is zero."""
    z = np.arctan2(-matrices[..., 0, 1], matrices[..., 1, 1])
    cosine = np.hypot(matrices[..., 0, 1], matrices[..., 1, 1])
    x = np.arctan2(matrices[..., 2, 1], cosine)
    y = np.arctan2(-matrices[..., 2, 0], matrices[..., 2, 2])
    at_pole = cosine < 1e-6
    z = np.where(at_pole, np.arctan2(matrices[..., 1, 0], matrices[..., 0, 0]), z)
    return np.stack([z, x, np.where(at_pole, 0.0, y)], axis=-1)


def _alternative_angles(angles: Array) -> Array:
    """Return the other triple of the same rotations."""
    return np.stack([angles[..., 0] + np.pi, np.pi - angles[..., 1], angles[..., 2] + np.pi], axis=-1)


def _angular_distance(angles: Array, others: Array) -> Array:
    """[...] distances of triples, full turns ignored."""
    difference = angles - others
    return np.asarray(np.abs(difference - 2 * np.pi * np.round(difference / (2 * np.pi))).sum(axis=-1))
