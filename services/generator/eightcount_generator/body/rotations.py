"""Rotation matrices [..., 3, 3] and conversions from and to other representations.

Six numbers are the first two columns of the matrix: a continuous representation, which networks learn best (Zhou et
al., "On the Continuity of Rotation Representations in Neural Networks", 2019).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

Array = NDArray[np.floating[Any]]


def to_six(matrices: Array) -> Array:
    """[..., 3, 3] -> [..., 6]: first column, then second."""
    return np.concatenate([matrices[..., 0], matrices[..., 1]], axis=-1)


def from_six(six: Array) -> Array:
    """[..., 6] -> [..., 3, 3] by Gram-Schmidt; the input need not be orthonormal. Zero columns are replaced by axes."""
    first = _unit(six[..., :3], np.array([1.0, 0.0, 0.0]))
    second = six[..., 3:] - np.sum(first * six[..., 3:], axis=-1, keepdims=True) * first
    second = _unit(second, np.cross(np.array([0.0, 0.0, 1.0]), first))
    return np.stack([first, second, np.cross(first, second)], axis=-1)


def from_axis_angle(vectors: Array) -> Array:
    """[..., 3] axis times angle in radians -> [..., 3, 3]."""
    return _reshape(Rotation.from_rotvec(vectors.reshape(-1, 3)).as_matrix(), vectors.shape[:-1], (3, 3))


def to_axis_angle(matrices: Array) -> Array:
    """[..., 3, 3] -> [..., 3] axis times angle in radians, in [0, pi]."""
    found = Rotation.from_quat(to_quaternions(matrices).reshape(-1, 4)).as_rotvec()
    return _reshape(found, matrices.shape[:-2], (3,))


def to_quaternions(matrices: Array) -> Array:
    """[..., 3, 3] -> [..., 4] as x, y, z, w with w >= 0, from the largest component (Shepperd, 1978)."""
    m = matrices
    a, b, c = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    xy, xz, yz = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    xw, yw, zw = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    products = np.stack(
        [1 + a - b - c, xy, xz, xw, xy, 1 - a + b - c, yz, yw, xz, yz, 1 - a - b + c, zw, xw, yw, zw, 1 + a + b + c],
        axis=-1,
    ).reshape(*m.shape[:-2], 4, 4)  # four times the quaternion times itself
    largest = np.einsum("...ii->...i", products).argmax(axis=-1)
    found = np.take_along_axis(products, largest[..., None, None], axis=-2)[..., 0, :]
    found = found / np.linalg.norm(found, axis=-1, keepdims=True)
    return np.asarray(np.where(found[..., 3:] < 0, -found, found))


def from_quaternions(quaternions: Array) -> Array:
    """[..., 4] as x, y, z, w, of any length but zero -> [..., 3, 3]."""
    return _reshape(Rotation.from_quat(quaternions.reshape(-1, 4)).as_matrix(), quaternions.shape[:-1], (3, 3))


def about_y(angles_rad: Array) -> Array:
    """[...] -> [..., 3, 3] rotation about y: to the left, seen from above, for positive angles."""
    zero = np.zeros_like(angles_rad)
    cosine, sine = np.cos(angles_rad), np.sin(angles_rad)
    rows = [cosine, zero, sine, zero, zero + 1, zero, -sine, zero, cosine]
    return np.stack(rows, axis=-1).reshape(*angles_rad.shape, 3, 3)


def rotation_between(start: Array, end: Array) -> Array:
    """[..., 3, 3] the smallest rotation that turns the direction `start` [..., 3] to `end`."""
    start, end = np.broadcast_arrays(_unit(start, np.zeros(3)), _unit(end, np.zeros(3)))
    axis = np.cross(start, end)
    sine = np.linalg.norm(axis, axis=-1, keepdims=True)
    cosine = np.sum(start * end, axis=-1, keepdims=True)
    fallback = np.cross(start, np.where(np.abs(start[..., :1]) < 0.9, [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]))  # a half turn
    axis = np.where(sine > 1e-9, axis, np.where(cosine < 0, fallback, 0.0))
    return from_axis_angle(_unit(axis, np.zeros(3)) * np.arctan2(sine, cosine))


def slerp(start: Array, end: Array, fraction: Array | float) -> Array:
    """[..., 3, 3] between `start` and `end` on the shortest path (Shoemake, 1985); fraction 0 to 1, [...]."""
    turn = to_axis_angle(np.swapaxes(start, -1, -2) @ end)
    return start @ from_axis_angle(turn * np.asarray(fraction)[..., None])


def _unit(vectors: Array, fallback: Array) -> Array:
    """Normalise vectors; those of no length become `fallback`."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.where(length > 1e-9, vectors / np.maximum(length, 1e-9), fallback)


def _reshape(values: Array, before: tuple[int, ...], after: tuple[int, ...]) -> Array:
    return values.reshape(*before, *after)
