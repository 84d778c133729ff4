"""The ground: a floor of metre squares in a pool of light, and the dancer's shadow."""

from __future__ import annotations

from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.colours import Rgb, to_yuv
from eightcount_common.media.scaling import Plane, Planes
from eightcount_generator.export.video.camera import Camera

Array = NDArray[np.floating[Any]]

_DARK: Rgb = (30, 32, 38)
_BRIGHT: Rgb = (104, 110, 124)
_POOL_METRES, _GRID_METRES = 3.4, 3.0
"""Radii of the light and of the lines, as widths of a Gaussian."""
_LINE = 30
"""Brightness of a line above the floor's, of 219 steps."""
_REACH = 12
_SUBPIXEL_BITS = 4


class Floor:
    """The image without the dancer."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera
        floor = camera.floor()
        far = np.hypot(floor[..., 0], floor[..., 1])
        pool = np.exp(-((far / _POOL_METRES) ** 2))
        dark, bright = np.array(to_yuv(_DARK), np.float64), np.array(to_yuv(_BRIGHT), np.float64)
        grain = np.random.default_rng(0).uniform(-0.5, 0.5, far.shape)  # else the eye sees steps in the dark
        self._base = np.rint(dark[0] + (bright - dark)[0] * pool + grain).astype(np.uint8)
        chroma = dark[1:, None, None] + (bright - dark)[1:, None, None] * pool[::2, ::2]
        self._chroma = np.rint(chroma).astype(np.uint8)
        self._strength = np.exp(-((far / _GRID_METRES) ** 2)).astype(np.float32)
        self._lines = np.zeros(far.shape, np.uint8)
        self._middle: Array | None = None
        self._drawn = self._base.copy()

    def lay(self, planes: Planes, middle: Array) -> None:
        """Fill the planes with the floor around a [2] middle of the stage; it is redrawn only when the camera moved."""
        if self._middle is None or np.abs(self._middle - middle).max() > 1e-4:
            self._middle = middle
            self._draw(middle)
        planes[0][:] = self._drawn
        for plane, chroma in zip(planes[1:], self._chroma, strict=True):
            plane[:] = chroma

    def _draw(self, middle: Array) -> None:
        self._lines[:] = 0
        ends = _grid(middle)
        pixels, _ = self._camera.view(ends, np.broadcast_to(middle, (*ends.shape[:-1], 2)))
        fixed = np.rint((pixels - 0.5) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
        width = max(1, round(self._camera.height / 480))
        cv2.polylines(self._lines, list(fixed), False, _LINE, width, cv2.LINE_AA, _SUBPIXEL_BITS)
        visible = cv2.multiply(self._lines, self._strength, dtype=cv2.CV_8U)
        cv2.add(self._base, visible, dst=self._drawn)


def _grid(middle: Array) -> Array:
    """[N, 2, 3] ends of the lines at whole metres around a middle, none behind the camera."""
    x, z = np.floor(middle)
    steps = np.arange(-_REACH, _REACH + 1)
    near, far = middle[1] + 4.5, middle[1] - _REACH
    along = np.zeros((len(steps), 2, 3))
    along[:, :, 0], along[:, :, 2] = (x + steps)[:, None], (near, far)
    across = np.zeros((len(steps), 2, 3))
    across[:, :, 0], across[:, :, 2] = (x - _REACH, x + _REACH), (z + steps)[:, None]
    return np.concatenate([along, across[across[:, 0, 2] < near]])


_PIXELS_A_METRE = 50
_MARGIN_METRES = 0.30
"""Margin around the limbs for the soft edge of the shadow."""
_LEAN = np.array([0.16, -0.10])
"""Metres by which the shadow of one metre of height is shifted in x and z."""
_CONTACT_METRES = 0.22
"""Limbs below this height have a shadow with an edge."""
_SOFT, _HARD = 0.40, 0.50


class Shadow:
    """The dancer's shadow, drawn from above and projected onto the floor."""

    def __init__(self, camera: Camera) -> None:
        self._camera = camera

    def cast(self, plane: Plane, limbs: Array, radii: Array, middle: Array) -> None:
        """Darken a luma plane.

        Args:
            plane: [H, W].
            limbs: [L, 2, 3] metres, ends of the limbs.
            radii: [L] metres.
            middle: [2] of the stage.
        """
        flat = limbs[..., [0, 2]] + limbs[..., 1:2] * _LEAN
        low, high = flat.min(axis=(0, 1)) - _MARGIN_METRES, flat.max(axis=(0, 1)) + _MARGIN_METRES
        missing = _from_above(flat - low, limbs[..., 1], radii, high - low)
        corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
        points = np.insert(corners, 1, 0.0, axis=1)
        pixels, _ = self._camera.view(points, np.broadcast_to(middle, (4, 2)))
        left, top = np.maximum(np.floor(pixels.min(axis=0)), 0).astype(int).tolist()
        right, bottom = np.minimum(np.ceil(pixels.max(axis=0)), plane.shape[::-1]).astype(int).tolist()
        if left >= right or top >= bottom:
            return
        source = (corners - low) * _PIXELS_A_METRE
        warp = cv2.getPerspectiveTransform(source.astype(np.float32), (pixels - [left, top]).astype(np.float32))
        share = cv2.warpPerspective(missing, warp, (right - left, bottom - top))
        part = plane[top:bottom, left:right]
        cv2.multiply(part, 255 - share, dst=part, scale=1 / 255)


def _from_above(flat: Array, heights: Array, radii: Array, size: Array) -> Plane:
    """Return the missing light, of 255, on a rectangle of floor.

    Args:
        flat: [L, 2, 2] metres from its corner.
        heights: [L, 2] metres of the limbs' ends above the floor.
        radii: [L] metres.
        size: [2] metres.
    """
    columns, rows = np.ceil(size * _PIXELS_A_METRE).astype(int).tolist()
    soft, hard = np.zeros((2, rows, columns), np.uint8)
    fixed = np.rint(flat * _PIXELS_A_METRE * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    widths = np.maximum(1, np.rint(2 * radii * _PIXELS_A_METRE)).astype(int).tolist()
    lowest = heights.min(axis=1) - radii
    contact = np.rint(255 * np.clip(1 - lowest / _CONTACT_METRES, 0, 1) ** 2).astype(int).tolist()
    for line, width, dark in sorted(zip(fixed, widths, contact, strict=True), key=lambda row: row[2]):
        cv2.line(soft, line[0], line[1], 255, width, cv2.LINE_8, _SUBPIXEL_BITS)
        if dark:
            cv2.line(hard, line[0], line[1], dark, width, cv2.LINE_8, _SUBPIXEL_BITS)
    soft, hard = cv2.stackBlur(soft, (23, 23)), cv2.stackBlur(hard, (7, 7))
    return cast("Plane", cv2.addWeighted(soft, _SOFT, hard, _HARD, 0))
