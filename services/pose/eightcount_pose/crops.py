"""Cutting the networks' inputs straight out of a decoded picture's YUV planes.

Only the pixels that a network will see are turned into RGB: at 1080p that saves about as much time as decoding takes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.video import Frame
from eightcount_common.motion import FloatArray
from eightcount_pose.engine import CROP_SIDE, DETECTOR_SIDE
from eightcount_pose.regions import Affine, Region

_PLANAR = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
_BT709 = 1
_FULL_RANGE = 2
_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_BLACK = (16, 128, 128)
_WEIGHTS = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}
"""Share of red and of blue in the luma (ITU-R BT.601-7, BT.709-6)."""


Box = tuple[NDArray[np.floating], NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Planes:
    """The stored picture as Y, U and V, and how to read it upright.

    Attributes:
        planes: three uint8 arrays; U and V may be smaller.
        to_stored: [2, 3] map from pixels of the upright picture to pixels of the stored Y plane.
        size: width and height of the upright picture.
        to_rgb: [3, 4] map from Y, U, V in [0, 255] to RGB in [0, 1].
    """

    planes: tuple[NDArray[np.uint8], ...]
    to_stored: Affine
    size: tuple[int, int]
    to_rgb: NDArray[np.float32]


def planes_of(picture: Frame) -> Planes:
    """Views into a picture, valid as long as it is."""
    frame = picture.stored
    if frame.format.name not in _PLANAR:
        frame = frame.reformat(format="yuv420p")
    views = tuple(
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes[:3]
    )
    full_range = frame.color_range == _FULL_RANGE or frame.format.name.startswith("yuvj")
    standard = "bt709" if frame.colorspace == _BT709 else "bt601"
    rotation, width, height = picture.rotation_degrees, frame.width, frame.height
    size = (height, width) if rotation % 180 else (width, height)
    return Planes(views, _to_stored(rotation, width, height), size, _to_rgb(standard, full_range=full_range))


def cut_whole(planes: Planes) -> tuple[FloatArray, Affine]:
    """The whole picture for the detector [1, 224, 224, 3] in [-1, 1], black around it, and the map back to it."""
    width, height = planes.size
    whole = Region(width / 2, height / 2, float(max(width, height)), 0.0)
    to_picture = whole.to_picture(DETECTOR_SIDE)
    return _cut(planes, to_picture, DETECTOR_SIDE, cv2.BORDER_CONSTANT)[None] * 2 - 1, to_picture


def hide(picture: FloatArray, to_picture: Affine, box: Box) -> None:
    """Paints the box (top left, bottom right in pixels of the upright picture) grey in the detector's input."""
    low, high = ((corner - to_picture[:, 2]) / np.diag(to_picture) for corner in box)
    left, top = np.clip(np.floor(low), 0, DETECTOR_SIDE).astype(int)
    right, bottom = np.clip(np.ceil(high), 0, DETECTOR_SIDE).astype(int)
    picture[:, top:bottom, left:right] = 0


def cut_region(planes: Planes, region: Region) -> FloatArray:
    """The region for the landmark network, [1, 256, 256, 3] in [0, 1]; edge pixels go on beyond the picture."""
    return _cut(planes, region.to_picture(CROP_SIDE), CROP_SIDE, cv2.BORDER_REPLICATE)[None]


def _cut(planes: Planes, to_picture: Affine, side: int, border: int) -> FloatArray:
    to_luma = _compose(planes.to_stored, to_picture)
    luma_height, luma_width = planes.planes[0].shape
    layers = []
    for plane, black in zip(planes.planes, _BLACK, strict=True):
        scale = np.array([[plane.shape[1] / luma_width], [plane.shape[0] / luma_height]])
        layers.append(
            cv2.warpAffine(
                plane, to_luma * scale, (side, side), flags=_SAMPLING, borderMode=border, borderValue=(black,)
            )
        )
    rgb = cv2.transform(cv2.merge(layers).astype(np.float32), planes.to_rgb)
    return np.clip(rgb, 0, 1).astype(np.float32, copy=False)


def _compose(outer: Affine, inner: Affine) -> Affine:
    """The map that applies `inner`, then `outer`."""
    linear = outer[:, :2] @ inner[:, :2]
    return np.column_stack([linear, outer[:, :2] @ inner[:, 2] + outer[:, 2]])


def _to_stored(rotation_degrees: int, width: int, height: int) -> Affine:
    """Upright pixel -> stored pixel, for a stored picture that is turned clockwise to be upright."""
    maps = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, height - 1]],
        180: [[-1, 0, width - 1], [0, -1, height - 1]],
        270: [[0, -1, width - 1], [1, 0, 0]],
    }
    return np.array(maps[rotation_degrees], dtype=np.float64)


def _to_rgb(standard: str, *, full_range: bool) -> NDArray[np.float32]:
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
