"""The frames of a video in order, each at the time that the container states. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from eightcount_common.media.container import (
    Damage,
    MediaInfo,
    check_size,
    decode_first_frame,
    decode_frames,
    describe,
    find_video_stream,
    open_media,
    open_view,
)
from eightcount_common.media.deinterlacing import deinterlace
from eightcount_common.media.formats import simplify_frame
from eightcount_common.media.presentation import Presentation, Size

DECODER_THREADS = 2
"""The codec decodes ahead in its own threads while the caller computes; more threads only cost memory."""
_EARLY_END_FRACTION = 0.97
_TURNS = {0: 0, 90: 3, 180: 2, 270: 1}
"""Clockwise degrees -> quarter turns of `numpy.rot90`, which turns counter-clockwise."""


@dataclass(frozen=True)
class Frame:
    """One decoded frame.

    Attributes:
        timestamp: presentation time in seconds, as the container states it.
        stored: the frame as it is stored, whole images instead of fields.
        view: how it is meant to be seen.
    """

    timestamp: float
    stored: VideoFrame
    view: Presentation

    @cached_property
    def plain(self) -> VideoFrame:
        """The stored frame as 8-bit planar YUV."""
        return simplify_frame(self.stored)

    def to_rgb(self) -> NDArray[np.uint8]:
        """Return [height, width, 3] RGB as it is meant to be seen, contiguous."""
        left, top, width, height = (round(value) for value in self.view.content)
        shown = self._stored_rgb(Size(width, height))
        if self.view.orientation.mirrored:
            shown = shown[:, ::-1]
        if shown.shape[:2] != self.view.size[::-1]:
            image = np.zeros((self.view.size.height, self.view.size.width, 3), np.uint8)
            image[top : top + height, left : left + width] = shown
            return image
        return np.ascontiguousarray(shown).astype(np.uint8, copy=False)

    def _stored_rgb(self, shown: Size) -> NDArray[np.generic]:
        """Return the cropped image, rotated, as [height, width, 3] RGB of the size in which it is shown."""
        view = self.view
        width, height = shown[::-1] if view.orientation.is_turned else shown
        across, down = width / view.cropped_size.width, height / view.cropped_size.height
        scaled = round(view.stored.width * across), round(view.stored.height * down)
        pixels = self.plain.to_ndarray(format="rgb24", width=scaled[0], height=scaled[1])
        left, top = round(view.crop.left * across), round(view.crop.top * down)
        return np.rot90(pixels[top : top + height, left : left + width], _TURNS[view.orientation.rotation_degrees])


class VideoReader:
    """Reads the frames of an open video; see `open_video`.

    Attributes:
        info: properties that the container states.
    """

    def __init__(self, file: BinaryIO, container: InputContainer, *, quick: bool = False) -> None:
        self._container = container
        self._stream: VideoStream = find_video_stream(container)
        self._stream.thread_type = "AUTO"
        self._stream.codec_context.thread_count = 1 if quick else DECODER_THREADS
        if quick:
            self._stream.codec_context.options = {"skip_loop_filter": "noref"}
        first = decode_first_frame(container, self._stream)
        self._view = open_view(file, container, self._stream, first)
        self.info: MediaInfo = describe(container, self._stream, self._view.first)
        self._damage = Damage()
        self._last = -np.inf
        self._decoded = 0

    @property
    def damaged(self) -> int:
        """Number of packets that could not be decoded so far."""
        return self._damage.packets

    @property
    def ended_early(self) -> bool:
        """Whether the frames ended before the stated duration; valid after the last frame."""
        if self._damage.broken_off:
            return True
        start = float((self._stream.start_time or 0) * (self._stream.time_base or 0))
        interval = 1 / self.info.nominal_frame_rate if self.info.nominal_frame_rate else 0.04
        covered = self._last - start + interval
        stated = max(self.info.duration_seconds or 0.0, self._stream.frames * interval if self._decoded else 0)
        return bool(stated - covered > max(0.5, (1 - _EARLY_END_FRACTION) * stated))

    def frames(self, *, after: float | None = None) -> Iterator[Frame]:
        """Yield frames with strictly ascending times; only those later than `after` seconds when it is given.

        Damaged packets are skipped and counted. A frame whose time does not ascend is dropped; one without a time
        follows its predecessor by the nominal interval.
        """
        self._last = -np.inf
        self._decoded = 0
        for frame in self._frames_before(after):
            timestamp = self._frame_time(frame)
            check_size(frame.width, frame.height)
            view = self._view.present(frame)  # of every frame: what a key frame states holds for those after it
            if timestamp <= self._last:
                continue
            self._last = timestamp
            self._decoded += 1
            if after is None or timestamp > after:
                yield Frame(timestamp, frame, view)

    def _frame_time(self, frame: VideoFrame) -> float:
        if frame.pts is not None and frame.time_base is not None:
            return float(frame.pts * frame.time_base)
        return max(self._last, -1 / (self.info.nominal_frame_rate or 25)) + 1 / (self.info.nominal_frame_rate or 25)

    def _frames_before(self, after: float | None) -> Iterator[VideoFrame]:
        """Yield frames from a safe point before `after`, so that decoding gives the same frames as from the start."""
        if after is not None and (start := self._seek_before(after)) is not None:
            yield from start
            return
        self._container.seek(0, backward=True, any_frame=False)
        yield from self._frames()

    def _seek_before(self, after: float) -> Iterator[VideoFrame] | None:
        """Start two key frames earlier, so that frames that depend on the previous group (open GOP) are complete."""
        key_frame = self._seek(after)
        if key_frame is None or self._seek(key_frame - 1e-3) is None:
            return None
        frames = self._frames()
        first = next(frames, None)
        if first is None or first.pts is None or not first.key_frame or self._frame_time(first) > after:
            return None
        return _chain(first, frames)

    def _seek(self, seconds: float) -> float | None:
        """Seek to the key frame at or before `seconds` and return its time; None when the container cannot."""
        base = self._stream.time_base
        if base is None or seconds <= 0:
            return None
        try:
            self._container.seek(int(seconds / base), stream=self._stream, backward=True, any_frame=False)
            packet = next(self._container.demux(self._stream))
        except (av.FFmpegError, StopIteration):
            return None
        if packet.pts is None or packet.pts * base > seconds:
            return None
        self._container.seek(packet.pts, stream=self._stream, backward=True, any_frame=False)
        return float(packet.pts * base)

    def _frames(self) -> Iterator[VideoFrame]:
        return deinterlace(decode_frames(self._container, self._stream, self._damage))


def _chain(first: VideoFrame, rest: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    yield first
    yield from rest


@contextmanager
def open_video(file: BinaryIO, *, quick: bool = False) -> Iterator[VideoReader]:
    """Open a reader over a seekable file object.

    Args:
        file: the video.
        quick: minimise the work for frames that are shown scaled down: the codec uses no threads of its own and no
            deblocking of frames from which no other is predicted.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO, TRUNCATED_FILE, NO_VIDEO_STREAM or UNSUPPORTED_CODEC.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with open_media(file) as container:
        yield VideoReader(file, container, quick=quick)
