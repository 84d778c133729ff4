"""A decoded frame as Y, U and V planes, without copying it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.video import Frame
from eightcount_pose.regions import Affine

_PLANAR = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
_BT709 = 1
_FULL_RANGE = 2
_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}
"""Share of red and of blue in the luma (ITU-R BT.601-7, BT.709-6)."""


@dataclass(frozen=True, slots=True)
class Planes:
    """The stored frame as Y, U and V, and how to read it upright.

    Attributes:
        planes: three uint8 arrays; U and V may be smaller.
        to_stored: [2, 3] map from pixels of the upright frame to pixels of the stored Y plane.
        size: width and height of the upright frame.
        to_rgb: [3, 4] map from Y, U, V in [0, 255] to RGB in [0, 1].
    """

    planes: tuple[NDArray[np.uint8], ...]
    to_stored: Affine
    size: tuple[int, int]
    to_rgb: NDArray[np.float32]


def view_planes(frame: Frame) -> Planes:
    """Return views into a frame, valid as long as the frame is."""
    stored = frame.stored
    if stored.format.name not in _PLANAR:
        stored = stored.reformat(format="yuv420p")
    views = tuple(
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in stored.planes[:3]
    )
    full_range = stored.color_range == _FULL_RANGE or stored.format.name.startswith("yuvj")
    standard = "bt709" if stored.colorspace == _BT709 else "bt601"
    rotation, width, height = frame.rotation_degrees, stored.width, stored.height
    size = (height, width) if rotation % 180 else (width, height)
    return Planes(views, _map_to_stored(rotation, width, height), size, _map_to_rgb(standard, full_range=full_range))


def _map_to_stored(rotation_degrees: int, width: int, height: int) -> Affine:
    """Return the map from upright to stored pixels of a frame that is rotated clockwise to be upright."""
    maps = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, height - 1]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, -1, width - 1], [1, 0, 0]],
    }
    return np.array(maps[rotation_degrees], dtype=np.float64)


def _map_to_rgb(standard: str, *, full_range: bool) -> NDArray[np.float32]:
    red, blue = _WEIGHTS[standard]
    green = 1 - red - blue
    luma, chroma, black = (255.0, 255.0, 0.0) if full_range else (219.0, 224.0, 16.0)
    matrix = np.array([
        [1, 0, 2 * (1 - red)],
        [1, -2 * blue * (1 - blue) / green, -2 * red * (1 - red) / green],
        [1, 2 * (1 - blue), 0],
    ]) / [luma, chroma, chroma]  # fmt: skip
    offset = -matrix @ [black, 128, 128]
    return np.column_stack([matrix, offset]).astype(np.float32)
