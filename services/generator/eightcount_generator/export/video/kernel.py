"""The inner loop of the painter, compiled on first use; importing this module imports the compiler."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Plane = NDArray[np.uint8]

_NONE, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_LIGHT_FRONT = np.float32(0.66)
_CURVE = np.float32(1.6), np.float32(0.6)
_SHADE, _LIT = np.float32(0.36), np.float32(0.70)
"""Share of its colour that a surface has in the shade, and the share that the light adds."""
_PER_SEAM = np.float32(1 / 0.012)
"""Limbs blend into each other over 12 mm."""


@njit(nogil=True, fastmath=True, cache=True)
def lay_limbs(
    y_plane: Plane,
    cb_plane: Plane,
    cr_plane: Plane,
    nearest: Floats,
    order: NDArray[np.int64],
    boxes: NDArray[np.int64],
    forms: Floats,
    colours: Floats,
    black: Floats,
) -> None:
    """Draw limbs and update the depth of each pixel.

    A parallel ray meets a limb at the ball along its axis that is nearest to the camera: first that ball is found, then
    the point on it.

    Args:
        y_plane: [H, W].
        cb_plane: [H / 2, W / 2].
        cr_plane: [H / 2, W / 2].
        nearest: [H, W] metres towards the camera of what is drawn there.
        order: [L] indices of the limbs, the far ones first.
        boxes: [L, 4] left, top, right, bottom.
        forms: [L, 13] of `painter`.
        colours: [L, 3] Y, Cb, Cr in full light, relative to black.
        black: Y, Cb, Cr.
    """
    for limb in order:
        ax, ay, ux, uy, length, per_cosine, sine, radius, growth, nearness, metres, lit_along, lit_beside = forms[limb]
        luma, blue, red = colours[limb]
        cosine = _ONE / per_cosine
        widest = max(radius, radius + growth * length) + _ONE
        for row in range(boxes[limb, 1], boxes[limb, 3]):
            for column in range(boxes[limb, 0], boxes[limb, 2]):
                x, y = np.float32(column) - ax, np.float32(row) - ay
                beside = y * ux - x * uy
                if abs(beside) > widest:
                    continue
                along, beside_squared = x * ux + y * uy, beside * beside
                ball = radius + growth * _clamp(along * per_cosine, length)
                bulge = math.sqrt(max(ball * ball - beside_squared, _NONE))
                at = _clamp((along + bulge * sine) * per_cosine, length)
                ball = radius + growth * at
                offset = along - at * cosine
                inside = ball * ball - offset * offset - beside_squared
                if inside < _NONE:  # a limb that points at the camera: its larger ball looks out behind the other
                    at = _NONE if growth < _NONE else length
                    ball = radius + growth * at
                    offset = along - at * cosine
                    inside = ball * ball - offset * offset - beside_squared
                per_ball = _ONE / ball
                front = math.sqrt(max(inside, _NONE))
                near = nearness + (at * sine + front) * metres
                cover = _clamp(inside * per_ball * _HALF + _HALF, _ONE)
                alpha = cover * _clamp((near - nearest[row, column]) * _PER_SEAM + _HALF, _ONE)
                if alpha <= _NONE:
                    continue
                if alpha > _HALF:
                    nearest[row, column] = near
                facing = (offset * lit_along + beside * lit_beside + front * _LIGHT_FRONT) * per_ball
                light = max(facing * _HALF + _HALF, _NONE)
                light = light * light * (_CURVE[0] - _CURVE[1] * light) * _LIT + _SHADE
                y_plane[row, column] = _mix(y_plane[row, column], light * luma + black[0], alpha)
                if (row | column) & 1 == 0:
                    r, c = row >> 1, column >> 1
                    cb_plane[r, c] = _mix(cb_plane[r, c], light * blue + black[1], alpha)
                    cr_plane[r, c] = _mix(cr_plane[r, c], light * red + black[2], alpha)


@njit(nogil=True, fastmath=True, cache=True)
def _clamp(value: Any, high: Any) -> Any:
    """Clamp a value to 0..`high`."""
    return min(max(value, _NONE), high)


@njit(nogil=True, fastmath=True, cache=True)
def _mix(before: Any, value: Any, alpha: Any) -> Any:
    """Blend a value over an 8-bit one."""
    there = np.float32(before)
    return np.uint8(there + (value - there) * alpha + _HALF)
