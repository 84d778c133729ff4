"""The networks' inputs, cut straight out of a decoded frame's YUV planes.

Only the pixels that a network will see are converted to RGB: at 1080p that saves about as much time as decoding takes.
"""

from __future__ import annotations

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from eightcount_common.motion import FloatArray
from eightcount_pose.decoding.planes import Planes
from eightcount_pose.engines.base import CROP_SIDE, DETECTOR_SIDE
from eightcount_pose.regions import Affine, Region

_SAMPLING = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
_BLACK = (16, 128, 128)

Box = tuple[NDArray[np.floating], NDArray[np.floating]]
"""Top left and bottom right corner [2] in pixels of the upright frame."""


def cut_frame(planes: Planes) -> tuple[FloatArray, Affine]:
    """Return the whole frame as the detector's input, and the map from its pixels back to the frame's.

    The input is [1, 224, 224, 3] in [-1, 1], black around the frame.
    """
    width, height = planes.size
    return cut_part(planes, Region(width / 2, height / 2, float(max(width, height)), 0.0))


def cut_part(planes: Planes, part: Region) -> tuple[FloatArray, Affine]:
    """Return an upright square of the frame as the detector's input, as `cut_frame` does the whole."""
    to_frame = part.map_to_frame(DETECTOR_SIDE)
    return _cut(planes, to_frame, DETECTOR_SIDE, cv2.BORDER_CONSTANT)[None] * 2 - 1, to_frame


def hide_box(image: FloatArray, to_frame: Affine, box: Box) -> None:
    """Paint a box grey in the detector's input."""
    low, high = ((corner - to_frame[:, 2]) / np.diag(to_frame) for corner in box)
    left, top = np.clip(np.floor(low), 0, DETECTOR_SIDE).astype(int)
    right, bottom = np.clip(np.ceil(high), 0, DETECTOR_SIDE).astype(int)
    image[:, top:bottom, left:right] = 0


def cut_region(planes: Planes, region: Region) -> FloatArray:
    """Return a region as the landmark network's input.

    The input is [1, 256, 256, 3] in [0, 1]; beyond the frame its edge pixels are repeated.
    """
    return _cut(planes, region.map_to_frame(CROP_SIDE), CROP_SIDE, cv2.BORDER_REPLICATE)[None]


def _cut(planes: Planes, to_frame: Affine, side: int, border: int) -> FloatArray:
    to_luma = _compose(planes.to_stored, to_frame)
    luma_height, luma_width = planes.planes[0].shape
    layers: list[MatLike] = []
    for plane, black in zip(planes.planes, _BLACK, strict=True):
        # Whole steps: half the width of 961 is 480.5, and the plane has 481.
        scale = np.array([[1 / round(luma_width / plane.shape[1])], [1 / round(luma_height / plane.shape[0])]])
        to_plane = to_luma * scale
        if layers:
            to_plane[:, 2] += planes.chroma_offset
        layers.append(
            cv2.warpAffine(plane, to_plane, (side, side), flags=_SAMPLING, borderMode=border, borderValue=(black,))
        )
    rgb = cv2.transform(cv2.merge(layers).astype(np.float32), planes.to_rgb)
    return np.clip(rgb, 0, 1).astype(np.float32, copy=False)


def _compose(outer: Affine, inner: Affine) -> Affine:
    """Return the map that applies `inner`, then `outer`."""
    linear = outer[:, :2] @ inner[:, :2]
    return np.column_stack([linear, outer[:, :2] @ inner[:, 2] + outer[:, 2]])
