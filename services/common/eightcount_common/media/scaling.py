"""Scaling of frames to upright 4:2:0 planes. Needs the extra `video` (PyAV and OpenCV)."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from eightcount_common.media.video import Frame

Plane = NDArray[np.uint8]
Planes = tuple[Plane, Plane, Plane]
"""Y [H, W], Cb and Cr [H / 2, W / 2]."""

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_HIGH_DEFINITION_LINES = 720
_BT601_TAGS, _UNTAGGED = (5, 6), 2
"""Matrix coefficients as ITU-T H.273 numbers them."""


def view_planes(frame: VideoFrame) -> Planes:
    """Return the planes of a yuv420p frame, as views without the padding of rows."""
    y, cb, cr = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: plane.height, : plane.width]
        for plane in frame.planes
    )
    return y, cb, cr


def scale_frame(frame: Frame, size: tuple[int, int], *, flipped: bool = False) -> Planes:
    """Return the frame upright, scaled, in limited-range BT.709.

    Args:
        frame: in any format.
        size: width and height of the result in pixels, even.
        flipped: whether to mirror it left to right.
    """
    turned = frame.rotation_degrees % 180 != 0
    width, height = size[::-1] if turned else size
    sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
    planes = zip(view_planes(_convert_colours(frame.stored, width, height)), sizes, strict=True)
    y, cb, cr = (_rotate_upright(_resize(plane, size), frame.rotation_degrees, flipped) for plane, size in planes)
    return y, cb, cr


def _convert_colours(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """Return the frame itself when it has the colours of the output, otherwise converted and scaled."""
    full_range = frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    tagged = frame.colorspace != _UNTAGGED
    old_matrix = frame.colorspace in _BT601_TAGS if tagged else frame.height < _HIGH_DEFINITION_LINES
    if frame.format.name in ("yuv420p", "yuvj420p") and not full_range and not old_matrix:
        return frame
    return frame.reformat(
        width, height, "yuv420p",
        src_colorspace=Colorspace.ITU601 if old_matrix else Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if full_range else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
    )  # fmt: skip


def _resize(plane: Plane, size: tuple[int, int]) -> Plane:
    """Resize to (width, height); large factors use integer averages first, which are fast and do not alias."""
    height, width = plane.shape
    if (width, height) == size:
        return plane
    step = min(width // size[0], height // size[1])
    if step > 1:
        whole = plane[: height // step * step, : width // step * step]
        plane = cast("Plane", cv2.resize(whole, (width // step, height // step), interpolation=cv2.INTER_AREA))
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR))


def _rotate_upright(plane: Plane, rotation_degrees: int, flipped: bool) -> Plane:
    if rotation_degrees:
        plane = cast("Plane", cv2.rotate(plane, _TURNS[rotation_degrees]))
    return plane[:, ::-1] if flipped else plane
