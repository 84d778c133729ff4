"""The pictures of a video that are looked at: the middle square of what is shown at each moment of a fixed rate."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.backbones.base import SIDE_PIXELS
from eightcount_classifier.body import LONGEST_SECONDS
from eightcount_common.errors import InvalidInputError

if TYPE_CHECKING:
    from eightcount_common.media.video import Frame, VideoReader

PICTURES_HERTZ = 5.0
"""Moments a second: twenty in a window of four seconds."""
_TOLERANCE_SECONDS = 1e-3
_USUAL_RATE = 25.0


class Place(NamedTuple):
    """Where in a video one stands.

    Attributes:
        origin_seconds: time of the first picture, which is moment 0.
        shown_seconds: time of the picture that was shown at the last moment.
        moments: that were looked at.
    """

    origin_seconds: float
    shown_seconds: float
    moments: int


class Moment(NamedTuple):
    """What is shown at a moment, and where one stands after it."""

    picture: Frame
    place: Place


def moments(reader: VideoReader, place: Place | None = None) -> Iterator[Moment]:
    """What is shown at each moment; one picture may be shown at several.

    Args:
        reader: the video.
        place: where an earlier look at the same video ended; from its beginning when not given.

    Raises:
        InvalidInputError: the video is too long.
    """
    # From just before the picture that was shown last: it may be shown still.
    after = None if place is None else place.shown_seconds - _TOLERANCE_SECONDS
    origin, number = (None, 0) if place is None else (place.origin_seconds, place.moments)
    shown: Frame | None = None
    for picture in reader.frames(after=after):
        if origin is None:
            origin = picture.timestamp
        _check_length(picture.timestamp - origin)
        while shown is not None and origin + number / PICTURES_HERTZ < picture.timestamp - _TOLERANCE_SECONDS:
            number += 1
            yield Moment(shown, Place(origin, shown.timestamp, number))
        shown = picture
    if shown is None or origin is None:
        return
    end = shown.timestamp + min(1 / (reader.info.nominal_frame_rate or _USUAL_RATE), 1 / PICTURES_HERTZ)
    while origin + number / PICTURES_HERTZ < end - _TOLERANCE_SECONDS:
        number += 1
        yield Moment(shown, Place(origin, shown.timestamp, number))


def square_of(picture: Frame) -> NDArray[np.uint8]:
    """[224, 224, 3] RGB: the largest square in the middle of the upright picture."""
    import cv2

    upright = picture.rgb()
    height, width = upright.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = upright[top : top + side, left : left + side]
    how = cv2.INTER_AREA if side > SIDE_PIXELS else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(middle, (SIDE_PIXELS, SIDE_PIXELS), interpolation=how), np.uint8)


def _check_length(seconds: float) -> None:
    if seconds > LONGEST_SECONDS:
        raise InvalidInputError(
            f"video: at most {LONGEST_SECONDS / 3600:.0f} hours can be judged, got {seconds:.0f} s", reason="TOO_LONG"
        )
