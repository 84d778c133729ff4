"""The pictures of one recording in the order of the output, upright and scaled to their panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace

from eightcount_common.motion import TimeArray
from eightcount_common.video import Picture, VideoReader
from eightcount_scoring.rendering.canvas import Planes, planes_of
from eightcount_scoring.rendering.colours import Image
from eightcount_scoring.rendering.layout import Box

_LEAD_SECONDS = 0.5
"""Pictures are read from this long before the first one shown: the nearest may lie earlier."""
_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
_HIGH_DEFINITION_LINES = 720
_BT601_TAGS, _UNTAGGED = (5, 6), 2
"""Matrix coefficients as ITU-T H.273 numbers them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of the output.

    Attributes:
        seconds: time of the picture in its recording; NaN where there is none to show.
        planes: the picture when it differs from the one before, else None.
    """

    seconds: float
    planes: Planes | None


def shown_pictures(video: VideoReader, wanted: TimeArray, box: Box, *, flipped: bool) -> Iterator[Shown]:
    """For each wanted time the nearest picture of a video.

    Args:
        video: an opened video.
        wanted: [F] seconds, never descending; NaN where nothing is to be shown.
        box: whose size the pictures get.
        flipped: mirror the pictures left to right.
    """
    known = wanted[np.isfinite(wanted)]
    start = float(known[0]) - _LEAD_SECONDS if known.size else 0.0
    pictures = video.pictures(after=start if start > 0 else None)
    last: Picture | None = None
    for picture in nearest_pictures(pictures, wanted):
        if picture is None:
            yield Shown(float("nan"), None)
        elif picture is last:
            yield Shown(picture.timestamp, None)
        else:
            last = picture
            yield Shown(picture.timestamp, to_panel(picture, box, flipped=flipped))


def nearest_pictures(pictures: Iterable[Picture], wanted: TimeArray) -> Iterator[Picture | None]:
    """The nearest picture for each of F times that never descend; none for NaN, and none without pictures."""
    following = iter(pictures)
    current = coming = next(following, None)
    for seconds in wanted.tolist():
        while current is not None and coming is not None and _is_nearer(coming, current, seconds):
            current, coming = coming, next(following, None)
        yield current if np.isfinite(seconds) else None


def _is_nearer(coming: Picture, current: Picture, seconds: float) -> bool:
    return coming is current or coming.timestamp - seconds <= seconds - current.timestamp


def to_panel(picture: Picture, box: Box, *, flipped: bool = False) -> Planes:
    """The picture upright, of the box's size, in limited-range BT.709."""
    turned = picture.rotation_degrees % 180 != 0
    width, height = (box.height, box.width) if turned else (box.width, box.height)
    sizes = ((width, height), (width // 2, height // 2), (width // 2, height // 2))
    planes = zip(planes_of(_in_output_colours(picture.frame, width, height)), sizes, strict=True)
    y, cb, cr = (_upright(_scale(plane, size), picture.rotation_degrees, flipped) for plane, size in planes)
    return y, cb, cr


def _in_output_colours(frame: VideoFrame, width: int, height: int) -> VideoFrame:
    """The frame itself when its samples are those of the output, else converted and scaled at once."""
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


def _scale(plane: Image, size: tuple[int, int]) -> Image:
    """Resized to (width, height); large steps go through whole-number averages, which are quick and do not alias."""
    height, width = plane.shape
    if (width, height) == size:
        return plane
    step = min(width // size[0], height // size[1])
    if step > 1:
        whole = plane[: height // step * step, : width // step * step]
        plane = cast("Image", cv2.resize(whole, (width // step, height // step), interpolation=cv2.INTER_AREA))
    return cast("Image", cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR))


def _upright(plane: Image, rotation_degrees: int, flipped: bool) -> Image:
    if rotation_degrees:
        plane = cast("Image", cv2.rotate(plane, _TURNS[rotation_degrees]))
    return plane[:, ::-1] if flipped else plane
