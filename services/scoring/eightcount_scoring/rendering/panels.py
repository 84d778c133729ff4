"""The frames of one recording in the order of the output, upright and scaled to their panel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from eightcount_common.media.scaling import Planes, scale_frame
from eightcount_common.media.video import Frame, VideoReader
from eightcount_common.motion import TimeArray
from eightcount_scoring.rendering.layout import Box

_LEAD_SECONDS = 0.5
"""Frames are read from this long before the first one shown, as the nearest may be earlier."""
_LONGEST_EARLY_SECONDS = 0.125
"""A frame is shown at most this long before its time: where repeated frames are left out, the one before is held."""


@dataclass(frozen=True, slots=True)
class PanelFrame:
    """The frame of a panel in one frame of the output.

    Attributes:
        seconds: time of the frame in its recording; NaN where there is none to show.
        planes: the image if it differs from the previous one, otherwise None.
    """

    seconds: float
    planes: Planes | None


def panel_frames(video: VideoReader, wanted: TimeArray, box: Box, *, flipped: bool) -> Iterator[PanelFrame]:
    """Yield the nearest frame of a video for each time.

    Args:
        video: an open video.
        wanted: [F] seconds, never descending; NaN where nothing is to be shown.
        box: the box to whose size the frames are scaled.
        flipped: mirror the frames left to right.
    """
    known = wanted[np.isfinite(wanted)]
    start = float(known[0]) - _LEAD_SECONDS if known.size else 0.0
    frames = video.frames(after=start if start > 0 else None)
    last: Frame | None = None
    for frame in nearest_frames(frames, wanted):
        if frame is None:
            yield PanelFrame(float("nan"), None)
        elif frame is last:
            yield PanelFrame(frame.timestamp, None)
        else:
            last = frame
            yield PanelFrame(frame.timestamp, scale_frame(frame, (box.width, box.height), flipped=flipped))


def nearest_frames(frames: Iterable[Frame], wanted: TimeArray) -> Iterator[Frame | None]:
    """Yield the nearest frame for each of F times that never descend; None for NaN, and None without frames."""
    following = iter(frames)
    current = coming = next(following, None)
    for seconds in wanted.tolist():
        while current is not None and coming is not None and _is_nearer(coming, current, seconds):
            current, coming = coming, next(following, None)
        yield current if np.isfinite(seconds) else None


def _is_nearer(coming: Frame, current: Frame, seconds: float) -> bool:
    early = min(seconds - current.timestamp, _LONGEST_EARLY_SECONDS)
    return coming is current or coming.timestamp - seconds <= early
