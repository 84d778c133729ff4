"""Scaling of frames to upright 4:2:0 planes. Needs the extra `video` (PyAV and OpenCV)."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from eightcount_common.media.formats import Plane, Planes, crop_planes, describe_colours, view_planes
from eightcount_common.media.presentation import Orientation, Presentation, Size
from eightcount_common.media.video import Frame

__all__ = ["Plane", "Planes", "scale_frame", "view_planes"]

_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_HIGH_DEFINITION_LINES = 720
_BLACK = (16, 128, 128)
_COLORSPACES = {
    "bt601": Colorspace.ITU601, "bt709": Colorspace.ITU709, "bt2020": Colorspace.BT2020,
    "smpte240m": Colorspace.SMPTE240M,
}  # fmt: skip


def scale_frame(frame: Frame, size: tuple[int, int], *, flipped: bool = False) -> Planes:
    """Return the frame as it is meant to be seen, scaled, in limited-range BT.709.

    Args:
        frame: in any format.
        size: width and height of the result in pixels, even.
        flipped: whether to mirror it left to right.
    """
    view = frame.view
    left, top, width, height = _place_content(view, Size(*size))
    inner = Size(height, width) if view.orientation.is_turned else Size(width, height)
    half = Size(inner.width // 2, inner.height // 2)
    source = view_planes(_convert_colours(frame.plain, view, inner))
    if source[0].shape == view.stored[::-1]:  # otherwise it was scaled as a whole, without a crop
        source = crop_planes(source, view.crop).planes
    planes = zip(source, (inner, half, half), strict=True)
    y, cb, cr = (_make_upright(_resize(plane, size), view.orientation, flipped) for plane, size in planes)
    if (width, height) == size:
        return y, cb, cr
    if flipped:
        left = size[0] - width - left
    return _add_bars((y, cb, cr), Size(*size), left, top)


def _place_content(view: Presentation, size: Size) -> tuple[int, int, int, int]:
    """Return left, top, width and height of the plain in an image of `size`, in even pixels."""
    if view.canvas is None:
        return 0, 0, *size
    across, down = size.width / view.size.width, size.height / view.size.height
    left, top, width, height = view.content
    even = [2 * round(value / 2) for value in (left * across, top * down, width * across, height * down)]
    inner = max(2, min(even[2], size.width)), max(2, min(even[3], size.height))
    return min(even[0], size.width - inner[0]), min(even[1], size.height - inner[1]), *inner


def _convert_colours(plain: VideoFrame, view: Presentation, inner: Size) -> VideoFrame:
    """Return the plain itself when it has the colours of the output, otherwise converted, and scaled if whole."""
    colours = describe_colours(plain)
    matrix = colours.matrix or ("bt601" if plain.height < _HIGH_DEFINITION_LINES else "bt709")
    if plain.format.name in ("yuv420p", "yuvj420p") and not colours.full_range and matrix == "bt709":
        return plain
    whole = view.cropped_size == (plain.width, plain.height)
    width, height = inner if whole else view.stored
    return plain.reformat(
        width, height, "yuv420p",
        src_colorspace=_COLORSPACES[matrix],
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if colours.full_range else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
    )  # fmt: skip


def _resize(plane: Plane, size: Size) -> Plane:
    """Resize; large factors use integer averages first, which are fast and do not alias."""
    height, width = plane.shape
    if (width, height) == size:
        return plane
    step = min(width // size.width, height // size.height)
    if step > 1:
        whole = plane[: height // step * step, : width // step * step]
        plane = cast("Plane", cv2.resize(whole, (width // step, height // step), interpolation=cv2.INTER_AREA))
    return cast("Plane", cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR))


def _make_upright(plane: Plane, orientation: Orientation, flipped: bool) -> Plane:
    if orientation.rotation_degrees:
        plane = cast("Plane", cv2.rotate(plane, _TURNS[orientation.rotation_degrees]))
    return plane[:, ::-1] if flipped != orientation.mirrored else plane


def _add_bars(planes: Planes, size: Size, left: int, top: int) -> Planes:
    """Return the planes amid black, so that the image has the size."""
    framed = []
    for plane, black, step in zip(planes, _BLACK, (1, 2, 2), strict=True):
        image = np.full((size.height // step, size.width // step), black, np.uint8)
        rows, columns = top // step, left // step
        image[rows : rows + plane.shape[0], columns : columns + plane.shape[1]] = plane
        framed.append(image)
    return framed[0], framed[1], framed[2]
