"""A video as the models of frames see it: what the backbone makes of its pictures, five a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.backbones.base import FEATURES, Backbone
from eightcount_classifier.pictures import PICTURES_HERTZ, Moment, Place, moments, square_of
from eightcount_classifier.windows import HOP_SECONDS, WINDOW_SECONDS, Windows

HalfArray = NDArray[np.float16]
PART_MOMENTS = 150
"""Moments of a part: half a minute, which is what is lost when the work is cut short."""
_AT_ONCE = 8
"""Pictures that are looked at together; more are no quicker and take 70 MB each."""
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class FrameFeatures:
    """A video, or a stretch of one.

    Attributes:
        start_seconds: time of the first picture.
        features: [F, 2048] at `PICTURES_HERTZ`; half precision, which is a thousandth of their value.
        backbone: sha256 of the backbone's weights.
    """

    start_seconds: float
    features: HalfArray
    backbone: str

    def __len__(self) -> int:
        return len(self.features)

    @property
    def seconds(self) -> float:
        """How long it is."""
        return len(self) / PICTURES_HERTZ

    def part(self, start: int, stop: int) -> FrameFeatures:
        """The frames start <= t < stop, as views."""
        return replace(
            self, start_seconds=self.start_seconds + start / PICTURES_HERTZ, features=self.features[start:stop]
        )


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """Features of consecutive moments.

    Attributes:
        features: [F, 2048].
        place: where the video was left; none of a video without pictures.
        total: moments of the whole video as its container states it; 0 when not stated.
        is_last: whether nothing follows.
    """

    features: HalfArray
    place: Place
    total: int
    is_last: bool


def frame_windows(data: FrameFeatures) -> Windows:
    """Four seconds, a second apart, as for poses: twenty pictures each; a shorter video has none.

    Whether the dancer is in the picture is not known: all windows are judged.
    """
    length, hop = round(WINDOW_SECONDS * PICTURES_HERTZ), round(HOP_SECONDS * PICTURES_HERTZ)
    starts = np.arange(0, len(data) - length + 1, hop, dtype=np.intp)
    return Windows(starts, length, np.ones(len(starts), bool), PICTURES_HERTZ)


def extract(
    file: BinaryIO, backbone: Backbone, *, place: Place | None = None, check: Callable[[], None] = lambda: None
) -> Iterator[FeaturePart]:
    """Features of a video part by part, in flat memory.

    Args:
        file: the video.
        backbone: what looks at the pictures.
        place: where the last part of an earlier run ended; from the beginning when not given.
        check: may raise to stop the work.

    Raises:
        UnusableMediaError: see `open_video`.
        TooLargeError: see `open_video`.
        InvalidInputError: the video is too long.
        BackboneError: the network cannot be built.
    """
    from eightcount_common.media.video import open_video

    with open_video(file) as reader:
        total = round((reader.info.duration_seconds or 0.0) * PICTURES_HERTZ)
        collector = _Collector(backbone, place)
        for moment in moments(reader, place):
            check()
            collector.add(moment)
            if collector.count == PART_MOMENTS:
                yield collector.taken(total, is_last=False)
        yield collector.taken(total, is_last=True)


class _Collector:
    """Gathers moments; a picture that is shown at several is looked at once, and many are looked at together."""

    def __init__(self, backbone: Backbone, place: Place | None) -> None:
        self._backbone = backbone
        self._place = place or Place(0.0, 0.0, 0)
        self._squares: list[NDArray[np.uint8]] = []
        self._found: list[HalfArray] = []
        self._which: list[int] = []
        self._distinct = 0

    @property
    def count(self) -> int:
        """Moments since the last part was taken."""
        return len(self._which)

    def add(self, moment: Moment) -> None:
        if not self._which or moment.place.shown_seconds != self._place.shown_seconds:
            self._squares.append(square_of(moment.picture))
            self._distinct += 1
            if len(self._squares) == _AT_ONCE:
                self._look()
        self._which.append(self._distinct - 1)
        self._place = moment.place

    def taken(self, total: int, *, is_last: bool) -> FeaturePart:
        self._look()
        found = np.concatenate([np.zeros((0, FEATURES), np.float16), *self._found])
        part = FeaturePart(found[np.array(self._which, np.intp)], self._place, total, is_last)
        self._found, self._which, self._distinct = [], [], 0
        return part

    def _look(self) -> None:
        if self._squares:
            found = self._backbone.features(np.stack(self._squares))
            self._found.append(np.clip(found, -_LARGEST, _LARGEST).astype(np.float16))
            self._squares = []
