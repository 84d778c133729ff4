"""Draws limbs from the camera's view: shaded, antialiased, with hidden surfaces removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.colours import Rgb, to_yuv
from eightcount_common.media.scaling import Planes

Array = NDArray[np.floating[Any]]

_LIGHT = (-0.42, -0.62)
"""Direction of light and sky together; x right, y down (the part towards the camera, 0.66, is in the kernel)."""
_FAR = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class ProjectedLimbs:
    """L limbs in one frame.

    Attributes:
        centres: [L, 2, 2] pixels of both balls, x and y.
        nearness: [L, 2] metres towards the camera.
        radii: [L, 2] pixels.
        scale: [L] pixels per metre at the limb.
    """

    centres: Array
    nearness: Array
    radii: Array
    scale: Array


class Painter:
    """Draws limbs of given colours onto planes [H, W] and [H / 2, W / 2]."""

    def __init__(self, colours: Sequence[Rgb], planes: Planes) -> None:
        from eightcount_generator.export.video.kernel import lay_limbs  # compiles, two seconds

        self._lay = lay_limbs
        self._planes = planes
        self._black = np.array(to_yuv((0, 0, 0)), np.float32)
        self._colours = np.array([to_yuv(colour) for colour in colours], np.float32) - self._black
        self._nearest = np.empty(planes[0].shape, np.float32)

    def paint(self, seen: ProjectedLimbs) -> None:
        """Draw all limbs, the far ones first; where limbs intersect, the nearer surface is visible."""
        height, width = self._planes[0].shape
        boxes = _boxes(seen, width, height)
        rows = slice(boxes[:, 1].min(), boxes[:, 3].max())
        columns = slice(boxes[:, 0].min(), boxes[:, 2].max())
        self._nearest[rows, columns] = _FAR
        order = np.argsort(seen.nearness.sum(axis=1))
        self._lay(*self._planes, self._nearest, order, boxes, _forms(seen), self._colours, self._black)


def _forms(seen: ProjectedLimbs) -> NDArray[np.float32]:
    """[L, 13] parameters of the limbs for the kernel, in its order."""
    way = seen.centres[:, 1] - seen.centres[:, 0]
    across = np.hypot(way[:, 0], way[:, 1])
    unit = np.where(across[:, None] > 1e-3, way / np.maximum(across, 1e-3)[:, None], [1.0, 0.0])
    towards = (seen.nearness[:, 1] - seen.nearness[:, 0]) * seen.scale
    length = np.maximum(np.hypot(across, towards), 1e-3)
    columns = (
        seen.centres[:, 0, 0] - 0.5,
        seen.centres[:, 0, 1] - 0.5,
        unit[:, 0],
        unit[:, 1],
        length,
        length / np.maximum(across, 0.02 * length),
        towards / length,
        seen.radii[:, 0],
        (seen.radii[:, 1] - seen.radii[:, 0]) / length,
        seen.nearness[:, 0],
        1 / seen.scale,
        unit @ _LIGHT,
        unit @ (_LIGHT[1], -_LIGHT[0]),
    )
    return np.stack(columns, axis=1).astype(np.float32)


def _boxes(seen: ProjectedLimbs, width: int, height: int) -> NDArray[np.int64]:
    """[L, 4] left, top, right, bottom of each limb within the image."""
    low = np.floor((seen.centres - seen.radii[..., None]).min(axis=1) - 1)
    high = np.ceil((seen.centres + seen.radii[..., None]).max(axis=1) + 1)
    return np.clip(np.concatenate([low, high], axis=1).astype(np.int64), 0, [width, height, width, height])
