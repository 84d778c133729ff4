"""Detection of interlaced frames that are not marked as such: combs where something moves between the two fields.

Three weaves of the rows are compared, as FFmpeg's idet does: the frame as it is, and its rows of either parity among
those of the frame before. Progressive frames have combs in the two mixed weaves only. In interlaced ones, the frame and
the mixture of the two fields that are neighbours in time have about the same, and the other mixture has more. Stripes
that are there have combs in all three alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Literal, NamedTuple

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

FieldOrder = Literal["tff", "bff"]
"""Whether the rows from the first on (top field) or from the second on are shown first."""
Luma = NDArray[np.int16]

_CONTRAST = 16
"""Least difference of brightness (of 255) between the rows of a comb, and between frames where something moves."""
_SMOOTH_SHARE = 0.5
"""In a comb, rows of the same field are nearer to one another than this share of the contrast."""
_MIN_MOVING_SHARE = 0.001
_MIN_COMBED_SHARE = 0.05
_MIN_COMBED_FRAMES = 1 / 3
_ORDER_RATIO = 1.2
_SAMPLES, _MIN_SAMPLES = 6, 3
_EVERY, _LONGEST = 3, 90
_COLUMNS = 480


class Combs(NamedTuple):
    """Numbers of pixels between two frames.

    Attributes:
        moving: that change.
        own: with a comb in the later frame.
        top_first: with a comb in the mixture that is closest in time when the top field is first.
        bottom_first: the same when the bottom field is first.
    """

    moving: int
    own: int
    top_first: int
    bottom_first: int


def find_unmarked_field_order(frames: Iterable[VideoFrame]) -> FieldOrder | None:
    """Return the order of the fields of a video whose first frames have combs; None for any other.

    None, too, when frames are marked as interlaced, or when hardly anything moves in the first 90.
    """
    found: list[FieldOrder | None] = []
    before: VideoFrame | None = None
    for number, frame in enumerate(islice(frames, _LONGEST)):
        if frame.interlaced_frame:
            return None
        if number % _EVERY == _EVERY - 1 and before is not None and _is_comparable(before, frame):
            combs = count_combs(_read_luma(before), _read_luma(frame))
            if combs.moving >= _MIN_MOVING_SHARE * frame.height * min(frame.width, _COLUMNS):
                found.append(judge_combs(combs))
        if len(found) == _SAMPLES:
            break
        before = frame
    return _agree(found)


def _agree(found: list[FieldOrder | None]) -> FieldOrder | None:
    top, bottom = found.count("tff"), found.count("bff")
    if len(found) < _MIN_SAMPLES or max(top, bottom) < _MIN_COMBED_FRAMES * len(found) or min(top, bottom):
        return None
    return "tff" if top else "bff"


def judge_combs(combs: Combs) -> FieldOrder | None:
    """Return the order of the fields of one frame; None when it is no interlaced one."""
    low, high = sorted((combs.top_first, combs.bottom_first))
    if combs.own < _MIN_COMBED_SHARE * combs.moving or high < _ORDER_RATIO * low:
        return None
    return "tff" if combs.top_first < combs.bottom_first else "bff"


def count_combs(before: Luma, frame: Luma) -> Combs:
    """Return the combs of two consecutive frames [H, W]."""
    moving = np.abs(frame - before) > _CONTRAST
    mixed = frame.copy()
    mixed[1::2] = before[1::2]  # the top field with the bottom field before it
    other = frame.copy()
    other[::2] = before[::2]
    return Combs(int(moving.sum()), *(int(_has_comb(rows, moving).sum()) for rows in (frame, mixed, other)))


def _has_comb(rows: Luma, moving: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return [H - 2, W] whether a row differs from both neighbours alike, where something moves."""
    above, below = rows[1:-1] - rows[:-2], rows[1:-1] - rows[2:]
    contrast = np.minimum(np.abs(above), np.abs(below))
    alike = np.abs(rows[:-2] - rows[2:]) < _SMOOTH_SHARE * contrast
    near = moving[1:-1] | moving[:-2] | moving[2:]
    return np.asarray((np.sign(above) == np.sign(below)) & (contrast > _CONTRAST) & alike & near)


def _is_comparable(before: VideoFrame, frame: VideoFrame) -> bool:
    return (before.width, before.height, before.format.name) == (frame.width, frame.height, frame.format.name)


def _read_luma(frame: VideoFrame) -> Luma:
    grey = frame if frame.format.name == "gray" else frame.reformat(format="gray")
    plane = grey.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
    return rows[:, :: max(1, frame.width // _COLUMNS)].astype(np.int16)
