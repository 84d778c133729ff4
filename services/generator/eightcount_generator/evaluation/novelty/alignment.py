"""The distance of two stretches of motion after the best alignment of position and heading on the floor."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.evaluation.joint_positions import FloatArray, IndexArray

Frames = IndexArray | np.intp | int


class Diagonal:
    """n frames of one motion beside n frames of another; the distance of any window takes constant time.

    The best shift over the floor and the best turn about the vertical of a window follow in closed form from sums over
    its frames (Kovar et al., "Motion Graphs", 2002, section 3.1), and those are differences of running sums.
    """

    def __init__(self, one: FloatArray, other: FloatArray) -> None:
        """Take motions [n, J, 3] in metres, y up."""
        origin = one[0, 0]  # small numbers keep running sums exact
        self._sums = _running_sums(_frame_sums(one - origin, other - origin))
        positions = (one - origin).reshape(len(one), -1)
        self._positions = _running_sums(np.column_stack([positions, (positions**2).sum(axis=1)]))
        self._joints = one.shape[1]

    def __len__(self) -> int:
        return len(self._sums) - 1

    def rms_metres(self, start: Frames, end: Frames) -> FloatArray:
        """Return the RMS distance of the joints over frames `start` to `end` (excluded), arrays or numbers."""
        return _rms(self._sums[end] - self._sums[start], (np.asarray(end) - start) * self._joints)

    def movement_metres(self, start: Frames, end: Frames) -> FloatArray:
        """Return the RMS distance of the joints of the first motion from their means over the window."""
        sums = self._positions[end] - self._positions[start]
        frames = np.asarray(end) - start
        around = sums[..., -1] - (sums[..., :-1] ** 2).sum(axis=-1) / frames
        return np.asarray(np.sqrt(np.maximum(around, 0.0) / (frames * self._joints)))


def aligned_rms(one: FloatArray, other: FloatArray) -> FloatArray:
    """[K] the same distance of K pairs of stretches [K, n, J, 3]."""
    return _rms(_frame_sums(one, other).sum(axis=1), np.asarray(one.shape[1] * one.shape[2]))


def movement(one: FloatArray) -> FloatArray:
    """[K] the same movement of K stretches [K, n, J, 3]."""
    return np.asarray(np.sqrt(((one - one.mean(axis=1, keepdims=True)) ** 2).sum(axis=-1).mean(axis=(1, 2))))


def _frame_sums(one: FloatArray, other: FloatArray) -> FloatArray:
    """[..., 8] sums over the joints [..., J, 3] of a frame that determine the distance of any window."""
    floor, other_floor = one[..., [0, 2]], other[..., [0, 2]]
    across = floor[..., 0] * other_floor[..., 1] - floor[..., 1] * other_floor[..., 0]
    sums = [
        (floor**2 + other_floor**2).sum(axis=(-1, -2)), (floor * other_floor).sum(axis=(-1, -2)), across.sum(axis=-1),
        ((one[..., 1] - other[..., 1]) ** 2).sum(axis=-1),
    ]  # fmt: skip
    return np.concatenate([floor.sum(axis=-2), other_floor.sum(axis=-2), np.stack(sums, axis=-1)], axis=-1)


def _rms(sums: FloatArray, count: NDArray[Any]) -> FloatArray:
    """[...] distance after the best shift and turn, from sums [..., 8] over `count` joints."""
    x, z, other_x, other_z, squares, along, across, vertical = np.moveaxis(sums, -1, 0)
    along = along - (x * other_x + z * other_z) / count
    across = across - (x * other_z - z * other_x) / count
    spread = squares - (x**2 + z**2 + other_x**2 + other_z**2) / count
    return np.asarray(np.sqrt(np.maximum(spread - 2 * np.hypot(along, across) + vertical, 0.0) / count))


def _running_sums(values: FloatArray) -> FloatArray:
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
