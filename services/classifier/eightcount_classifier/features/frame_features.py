"""Image features of a video: the output of a backbone for five frames per second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.backbones.base import FEATURES, Backbone
from eightcount_classifier.features.frame_sampling import (
    SAMPLING_HERTZ,
    SampledFrame,
    SamplingPosition,
    crop_square,
    sample_frames,
)
from eightcount_classifier.features.windows import HOP_SECONDS, WINDOW_SECONDS, Windows

HalfArray = NDArray[np.float16]
PART_SAMPLES = 150
"""Samples of a part: half a minute, which is what an interruption loses."""
_BATCH_SIZE = 8
"""Images of a batch; larger batches are no faster and take 70 MB per image."""
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class FrameFeatures:
    """Image features of a video, or of a part of one.

    Attributes:
        start_seconds: time of the first frame.
        features: [F, 2048] at `SAMPLING_HERTZ`; half precision, a relative error of a thousandth.
        backbone: sha256 of the backbone's weights.
    """

    start_seconds: float
    features: HalfArray
    backbone: str

    def __len__(self) -> int:
        return len(self.features)

    @property
    def seconds(self) -> float:
        """Duration in seconds."""
        return len(self) / SAMPLING_HERTZ

    def part(self, start: int, stop: int) -> FrameFeatures:
        """Return the samples start <= t < stop, as views."""
        return replace(
            self, start_seconds=self.start_seconds + start / SAMPLING_HERTZ, features=self.features[start:stop]
        )


@dataclass(frozen=True, slots=True)
class FeaturePart:
    """Features of consecutive samples.

    Attributes:
        features: [F, 2048].
        position: position in the video after this part; all zero for a video without frames.
        total: samples of the whole video by the duration in its container; 0 if not stated.
        is_last: whether this is the last part.
    """

    features: HalfArray
    position: SamplingPosition
    total: int
    is_last: bool


def cut_frame_windows(data: FrameFeatures) -> Windows:
    """Return windows of four seconds, one second apart, with twenty samples each; a shorter video has none.

    Whether the dancer is in the image is unknown: every window is classified.
    """
    length, hop = round(WINDOW_SECONDS * SAMPLING_HERTZ), round(HOP_SECONDS * SAMPLING_HERTZ)
    starts = np.arange(0, len(data) - length + 1, hop, dtype=np.intp)
    return Windows(starts, length, np.ones(len(starts), bool), SAMPLING_HERTZ)


def extract_features(
    file: BinaryIO,
    backbone: Backbone,
    *,
    position: SamplingPosition | None = None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[FeaturePart]:
    """Yield the features of a video part by part, in constant memory.

    Args:
        file: the video.
        backbone: network that maps images to features.
        position: where the last part of an earlier run ended; the beginning if not given.
        check: may raise to stop the work.

    Raises:
        UnusableMediaError: see `open_video`.
        TooLargeError: see `open_video`.
        InvalidInputError: TOO_LONG.
        BackboneError: the network cannot be built.
    """
    from eightcount_common.media.video import open_video

    with open_video(file) as reader:
        total = round((reader.info.duration_seconds or 0.0) * SAMPLING_HERTZ)
        collector = _Collector(backbone, position)
        for sample in sample_frames(reader, position):
            check()
            collector.add(sample)
            if collector.count == PART_SAMPLES:
                yield collector.take_part(total, is_last=False)
        yield collector.take_part(total, is_last=True)


class _Collector:
    """Collects samples; a frame shown at several samples runs through the backbone once, and frames run in batches."""

    def __init__(self, backbone: Backbone, position: SamplingPosition | None) -> None:
        self._backbone = backbone
        self._position = position or SamplingPosition(0.0, 0.0, 0)
        self._squares: list[NDArray[np.uint8]] = []
        self._found: list[HalfArray] = []
        self._which: list[int] = []
        self._distinct = 0

    @property
    def count(self) -> int:
        """Samples since the last part was taken."""
        return len(self._which)

    def add(self, sample: SampledFrame) -> None:
        if not self._which or sample.position.frame_seconds != self._position.frame_seconds:
            self._squares.append(crop_square(sample.frame))
            self._distinct += 1
            if len(self._squares) == _BATCH_SIZE:
                self._run_backbone()
        self._which.append(self._distinct - 1)
        self._position = sample.position

    def take_part(self, total: int, *, is_last: bool) -> FeaturePart:
        self._run_backbone()
        found = np.concatenate([np.zeros((0, FEATURES), np.float16), *self._found])
        part = FeaturePart(found[np.array(self._which, np.intp)], self._position, total, is_last)
        self._found, self._which, self._distinct = [], [], 0
        return part

    def _run_backbone(self) -> None:
        if self._squares:
            found = self._backbone.features(np.stack(self._squares))
            self._found.append(np.clip(found, -_LARGEST, _LARGEST).astype(np.float16))
            self._squares = []
