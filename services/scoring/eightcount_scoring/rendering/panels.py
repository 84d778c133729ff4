"""The pictures of one recording in the order of the output, upright and scaled to their panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from eightcount_common.media.scaling import Planes, scale_frame
from eightcount_common.media.video import Frame, VideoReader
from eightcount_common.motion import TimeArray
from eightcount_scoring.rendering.layout import Box

_LEAD_SECONDS = 0.5
"""Pictures are read from this long before the first one shown: the nearest may lie earlier."""


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
    pictures = video.frames(after=start if start > 0 else None)
    last: Frame | None = None
    for picture in nearest_pictures(pictures, wanted):
        if picture is None:
            yield Shown(float("nan"), None)
        elif picture is last:
            yield Shown(picture.timestamp, None)
        else:
            last = picture
            yield Shown(picture.timestamp, scale_frame(picture, (box.width, box.height), flipped=flipped))


def nearest_pictures(pictures: Iterable[Frame], wanted: TimeArray) -> Iterator[Frame | None]:
    """The nearest picture for each of F times that never descend; none for NaN, and none without pictures."""
    following = iter(pictures)
    current = coming = next(following, None)
    for seconds in wanted.tolist():
        while current is not None and coming is not None and _is_nearer(coming, current, seconds):
            current, coming = coming, next(following, None)
        yield current if np.isfinite(seconds) else None


def _is_nearer(coming: Frame, current: Frame, seconds: float) -> bool:
    return coming is current or coming.timestamp - seconds <= seconds - current.timestamp
