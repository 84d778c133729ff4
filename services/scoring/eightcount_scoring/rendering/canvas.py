"""A 4:2:0 image that is drawn on plane by plane: no colour conversion between decoder and encoder."""

from __future__ import annotations

import math
from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from eightcount_common.media.colours import Image, Rgb, to_planes, to_yuv
from eightcount_common.media.scaling import Planes, view_planes
from eightcount_common.motion import FloatArray
from eightcount_scoring.rendering.layout import Box

Points = NDArray[np.int32]
"""Coordinates in sixteenths of a pixel of Y."""

_FRACTION_BITS = (4, 5, 5)
"""Y, Cb and Cr: coordinates are sixteenths of a pixel of Y, which are 32nds of a pixel of the halved planes."""
_SUBPIXELS = 1 << _FRACTION_BITS[0]
_LINE_TYPES = (cv2.LINE_AA, cv2.LINE_8, cv2.LINE_8)
"""Edges are anti-aliased in Y only: the eye does not see steps in colour, and drawing takes half the time."""


class Canvas:
    """One output image that is drawn on again for every frame.

    Attributes:
        frame: the video frame for the encoder.
    """

    def __init__(self, width: int, height: int, blank_image: Rgb) -> None:
        self.frame = VideoFrame(width, height, "yuv420p")
        self._planes = view_planes(self.frame)
        self.fill(Box(0, 0, width, height), blank_image)

    def stamp(self, index: int, frame_rate: Fraction) -> VideoFrame:
        """Return the frame, numbered `index`."""
        self.frame.pts = index
        self.frame.time_base = 1 / frame_rate
        return self.frame

    def view(self, box: Box) -> Planes:
        """Return views of a rectangle, whose position and size must be even."""
        rows, columns = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        half_rows = slice(rows.start // 2, rows.stop // 2)
        half_columns = slice(columns.start // 2, columns.stop // 2)
        y, cb, cr = self._planes
        return y[rows, columns], cb[half_rows, half_columns], cr[half_rows, half_columns]

    def fill(self, box: Box, colour: Rgb) -> None:
        """Fill a rectangle with one colour."""
        for plane, value in zip(self.view(box), to_yuv(colour), strict=True):
            plane[:] = value

    def paste(self, box: Box, planes: Planes) -> None:
        """Copy an image of the box's size."""
        for plane, source in zip(self.view(box), planes, strict=True):
            plane[:] = source

    def paste_rgb(self, box: Box, image: Image) -> None:
        """Copy an RGB image of the box's size."""
        self.paste(box, to_planes(image))

    def dim(self, box: Box) -> None:
        """Darken a rectangle, to show that the recording has no such moment."""
        y, cb, cr = self.view(box)
        y[:] = y // 3 + 11
        for chroma in (cb, cr):
            chroma[:] = chroma // 3 + 85


def subpixels(points: FloatArray) -> Points:
    """Convert points in pixels of Y for the functions below."""
    return np.rint(points * _SUBPIXELS).astype(np.int32)


def draw_lines(planes: Planes, lines: Points, colour: Rgb, *, thickness: float) -> None:
    """Draw anti-aliased lines with round ends.

    Args:
        planes: the planes to draw on.
        lines: [N, 2, 2] ends of the lines, x and y from `subpixels`.
        colour: colour of the lines.
        thickness: in pixels of Y.
    """
    ends = list(lines)
    for plane, value, bits, kind in zip(planes, to_yuv(colour), _FRACTION_BITS, _LINE_TYPES, strict=True):
        cv2.polylines(plane, ends, False, value, _width(thickness, bits), kind, bits)


def draw_discs(planes: Planes, centres: Points, colour: Rgb, *, radius: float) -> None:
    """Draw anti-aliased filled circles.

    Args:
        planes: the planes to draw on.
        centres: [N, 2] x and y from `subpixels`.
        colour: colour of the discs.
        radius: in pixels of Y.
    """
    size = round(radius * _SUBPIXELS)
    for x, y in centres.tolist():
        for plane, value, bits in zip(planes, to_yuv(colour), _FRACTION_BITS, strict=True):
            cv2.circle(plane, (x, y), size, value, cv2.FILLED, cv2.LINE_AA, bits)


def draw_ring(planes: Planes, centre: Points, colour: Rgb, *, radius: float, thickness: float) -> None:
    """Draw an anti-aliased circle around a point [2] from `subpixels`; radius and thickness in pixels of Y."""
    x, y = centre.tolist()
    size = round(radius * _SUBPIXELS)
    for plane, value, bits, kind in zip(planes, to_yuv(colour), _FRACTION_BITS, _LINE_TYPES, strict=True):
        cv2.circle(plane, (x, y), size, value, _width(thickness, bits), kind, bits)


def _width(thickness: float, bits: int) -> int:
    """Convert a thickness from pixels of Y to whole pixels of a plane, rounded up so that the line keeps its colour."""
    return max(1, math.ceil(round(thickness) * _SUBPIXELS / (1 << bits)))
