"""Frames of a video sampled at a fixed rate, cropped to their central square."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.backbones.base import SIDE_PIXELS
from eightcount_classifier.features.body import MAX_SECONDS
from eightcount_common.errors import InvalidInputError

if TYPE_CHECKING:
    from eightcount_common.media.video import Frame, VideoReader

SAMPLING_HERTZ = 5.0
"""Samples per second: twenty in a window of four seconds."""
_TOLERANCE_SECONDS = 1e-3
_USUAL_RATE = 25.0


class SamplingPosition(NamedTuple):
    """Position of the sampling in a video.

    Attributes:
        origin_seconds: time of the first frame, which is sample 0.
        frame_seconds: time of the frame of the last sample.
        samples: number of samples so far.
    """

    origin_seconds: float
    frame_seconds: float
    samples: int


class SampledFrame(NamedTuple):
    """The frame shown at a sample, and the position after it."""

    frame: Frame
    position: SamplingPosition


def sample_frames(reader: VideoReader, position: SamplingPosition | None = None) -> Iterator[SampledFrame]:
    """Yield the frame that is shown at each sample time; one frame may be shown at several.

    Args:
        reader: the video.
        position: where an earlier sampling of the same video ended; the beginning if not given.

    Raises:
        InvalidInputError: TOO_LONG.
    """
    # Start just before the last sampled frame: it may be shown at further samples.
    after = None if position is None else position.frame_seconds - _TOLERANCE_SECONDS
    origin, number = (None, 0) if position is None else (position.origin_seconds, position.samples)
    shown: Frame | None = None
    for frame in reader.frames(after=after):
        if origin is None:
            origin = frame.timestamp
        _check_length(frame.timestamp - origin)
        while shown is not None and origin + number / SAMPLING_HERTZ < frame.timestamp - _TOLERANCE_SECONDS:
            number += 1
            yield SampledFrame(shown, SamplingPosition(origin, shown.timestamp, number))
        shown = frame
    if shown is None or origin is None:
        return
    end = shown.timestamp + min(1 / (reader.info.nominal_frame_rate or _USUAL_RATE), 1 / SAMPLING_HERTZ)
    while origin + number / SAMPLING_HERTZ < end - _TOLERANCE_SECONDS:
        number += 1
        yield SampledFrame(shown, SamplingPosition(origin, shown.timestamp, number))


def crop_square(frame: Frame) -> NDArray[np.uint8]:
    """Return the largest central square of the upright frame as RGB [224, 224, 3]."""
    import cv2

    upright = frame.to_rgb()
    height, width = upright.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    middle = upright[top : top + side, left : left + side]
    interpolation = cv2.INTER_AREA if side > SIDE_PIXELS else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(middle, (SIDE_PIXELS, SIDE_PIXELS), interpolation=interpolation), np.uint8)


def _check_length(seconds: float) -> None:
    if seconds > MAX_SECONDS:
        raise InvalidInputError(
            f"a video may last at most {MAX_SECONDS / 3600:.0f} hours; got {seconds:.0f} s", reason="TOO_LONG"
        )
