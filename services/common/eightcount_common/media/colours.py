"""Conversion of colours from RGB to the planes of video: BT.709, limited range. Needs the extra `video`."""

from __future__ import annotations

from functools import cache
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = tuple[int, int, int]
Image = NDArray[np.uint8]

_RED, _BLUE = 0.2126, 0.0722
_LUMA = np.array([_RED, 1 - _RED - _BLUE, _BLUE])
_MATRIX = np.vstack(
    [
        _LUMA * 219 / 255,
        (np.array([0, 0, 1]) - _LUMA) / (2 * (1 - _BLUE)) * 224 / 255,
        (np.array([1, 0, 0]) - _LUMA) / (2 * (1 - _RED)) * 224 / 255,
    ]
)
_MATRIX_WITH_OFFSET = np.column_stack([_MATRIX, [16.0, 128.0, 128.0]])
"""[3, 4] from RGB and 1 to Y, Cb, Cr (ITU-R BT.709-6, section 3, 8 bit)."""


@cache
def to_yuv(colour: Rgb) -> tuple[int, int, int]:
    """Return Y, Cb, Cr of one colour."""
    y, cb, cr = _MATRIX_WITH_OFFSET @ np.array([*colour, 1.0])
    return round(y), round(cb), round(cr)


def to_planes(image: Image) -> tuple[Image, Image, Image]:
    """Convert [H, W, 3] RGB, H and W even, to Y [H, W], Cb and Cr [H / 2, W / 2]."""
    yuv = cast("Image", cv2.transform(image, _MATRIX_WITH_OFFSET))
    size = image.shape[1] // 2, image.shape[0] // 2
    half = cast("Image", cv2.resize(yuv, size, interpolation=cv2.INTER_AREA))
    return yuv[..., 0], half[..., 1], half[..., 2]
