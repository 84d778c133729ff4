"""A 4:2:0 picture that is drawn on plane by plane: no colour conversion between decoder and encoder."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
from av.video.frame import VideoFrame

from eightcount_common.motion import FloatArray
from eightcount_scoring.rendering.colours import Image, Rgb, to_planes, to_yuv
from eightcount_scoring.rendering.layout import Box

Planes = tuple[Image, Image, Image]
"""Y [H, W], Cb and Cr [H / 2, W / 2]."""

_SHIFT = 4
_SUBPIXELS = 1 << _SHIFT
_SCALES = (1.0, 0.5, 0.5)
"""Resolution of Y, Cb and Cr."""


def planes_of(frame: VideoFrame) -> Planes:
    """The planes of a yuv420p frame, as views without the padding of rows."""
    y, cb, cr = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    )
    return y, cb, cr


class Canvas:
    """One output picture, drawn over and over again.

    Attributes:
        frame: what the encoder takes.
    """

    def __init__(self, width: int, height: int, ground: Rgb) -> None:
        self.frame = VideoFrame(width, height, "yuv420p")
        self._planes = planes_of(self.frame)
        self.fill(Box(0, 0, width, height), ground)

    def stamp(self, index: int, frame_rate: Fraction) -> VideoFrame:
        """The frame as picture number `index`."""
        self.frame.pts = index
        self.frame.time_base = 1 / frame_rate
        return self.frame

    def part(self, box: Box) -> Planes:
        """Views of a rectangle; even positions and sizes."""
        rows, columns = slice(box.y, box.y + box.height), slice(box.x, box.x + box.width)
        half_rows = slice(rows.start // 2, rows.stop // 2)
        half_columns = slice(columns.start // 2, columns.stop // 2)
        y, cb, cr = self._planes
        return y[rows, columns], cb[half_rows, half_columns], cr[half_rows, half_columns]

    def fill(self, box: Box, colour: Rgb) -> None:
        """One colour."""
        for plane, value in zip(self.part(box), to_yuv(colour), strict=True):
            plane[:] = value

    def place(self, box: Box, planes: Planes) -> None:
        """A picture of the box's size."""
        for plane, source in zip(self.part(box), planes, strict=True):
            plane[:] = source

    def place_rgb(self, box: Box, image: Image) -> None:
        """A picture of the box's size in RGB."""
        self.place(box, to_planes(image))

    def dim(self, box: Box) -> None:
        """Darkens what is there, to say that nothing is known of this moment."""
        y, cb, cr = self.part(box)
        y[:] = y // 3 + 11
        for chroma in (cb, cr):
            chroma[:] = chroma // 3 + 85


def draw_lines(planes: Planes, lines: FloatArray, colour: Rgb, *, thickness: float) -> None:
    """Anti-aliased lines.

    Args:
        planes: what is drawn on.
        lines: [N, 2, 2] ends of the lines, x and y in pixels of Y.
        colour: of the lines.
        thickness: in pixels of Y.
    """
    for plane, value, scale in zip(planes, to_yuv(colour), _SCALES, strict=True):
        ends = np.round(lines * (scale * _SUBPIXELS)).astype(np.int32)
        cv2.polylines(plane, list(ends), False, value, _width(thickness * scale), _line(scale), _SHIFT)


def draw_discs(planes: Planes, centres: FloatArray, colour: Rgb, *, radius: float) -> None:
    """Anti-aliased filled circles.

    Args:
        planes: what is drawn on.
        centres: [N, 2] x and y in pixels of Y.
        colour: of the discs.
        radius: in pixels of Y.
    """
    for plane, value, scale in zip(planes, to_yuv(colour), _SCALES, strict=True):
        size = round(radius * scale * _SUBPIXELS)
        for x, y in np.round(centres * (scale * _SUBPIXELS)).astype(np.int32).tolist():
            cv2.circle(plane, (x, y), size, value, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def draw_ring(planes: Planes, centre: FloatArray, colour: Rgb, *, radius: float, thickness: float) -> None:
    """An anti-aliased circle around [2] a point in pixels of Y; radius and thickness likewise."""
    for plane, value, scale in zip(planes, to_yuv(colour), _SCALES, strict=True):
        x, y = np.round(centre * (scale * _SUBPIXELS)).astype(np.int32).tolist()
        size = round(radius * scale * _SUBPIXELS)
        cv2.circle(plane, (x, y), size, value, _width(thickness * scale), _line(scale), _SHIFT)


def _line(scale: float) -> int:
    """Edges are smoothed in Y; the eye does not see steps in the colour, and they are drawn in half the time."""
    return cv2.LINE_AA if scale == 1 else cv2.LINE_8


def _width(pixels: float) -> int:
    return max(1, round(pixels))
