"""A small copy of a video, written while its frames are decoded anyway: showing it later costs a fraction."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.errors import EightcountError
from eightcount_common.media.container import MediaInfo
from eightcount_common.media.scaling import scale_frame, view_planes
from eightcount_common.media.soundtrack import Soundtrack, open_soundtrack
from eightcount_common.media.video import Frame
from eightcount_common.media.video_writer import SoundtrackWriter

_log = logging.getLogger(__name__)

MAX_WIDTH, MAX_HEIGHT = 640, 540
"""Largest size of a copy: a panel of the side by side at its default size."""
_TICKS = Fraction(1, 90_000)
_H264 = {"preset": "ultrafast", "crf": "21", "colorspace": "bt709"}
_BT709, _LIMITED_RANGE = 1, 1
_KEY_FRAME_SECONDS = 1
_USUAL_RATE = 30.0
_LONGEST_SECONDS = 86_400.0
"""The sound ends with the frames, whose end is not known before."""


def preview_size(width: int, height: int) -> tuple[int, int]:
    """Return width and height in even pixels of the copy of an upright frame; never larger than the frame."""
    share = min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height)
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


class Preview:
    """Writes the copy: upright frames, each at its time in the video, with the sound; see `write_preview`.

    An error makes the copy incomplete and is not raised: the caller asked for the motion.

    Attributes:
        complete: whether every frame so far could be written.
    """

    def __init__(self, container: OutputContainer, info: MediaInfo, soundtrack: Soundtrack | None) -> None:
        self.complete = True
        self._container = container
        self._size = preview_size(info.width, info.height)
        self._stream = _add_stream(container, self._size, info.nominal_frame_rate or _USUAL_RATE)
        self._frame = VideoFrame(*self._size, "yuv420p")
        self._planes = view_planes(self._frame)
        self._sound = SoundtrackWriter(container, soundtrack) if soundtrack else None
        self._seconds = 0.0

    def add(self, frame: Frame) -> None:
        """Append the next frame."""
        if frame.timestamp < 0:  # MP4 would move all times
            self.complete = False
        if not self.complete:
            return
        for plane, source in zip(self._planes, scale_frame(frame, self._size), strict=True):
            plane[:] = source
        self._frame.pts, self._frame.time_base = round(frame.timestamp / _TICKS), _TICKS
        self._encode(self._frame)
        self._seconds = frame.timestamp
        if self._sound:
            self._write_sound(lambda sound: sound.advance(self._seconds))

    def finish(self) -> None:
        """Write what the encoders still hold."""
        self._encode(None)
        if self._sound:
            self._write_sound(lambda sound: sound.finish(at_seconds=self._seconds))

    def _write_sound(self, write: Callable[[SoundtrackWriter], None]) -> None:
        """Write sound; from where it cannot be read on, the copy is silent."""
        try:
            if self._sound:
                write(self._sound)
        except (av.FFmpegError, EightcountError) as error:
            _log.warning("the sound of the preview ends at %.1f s: %s", self._seconds, error)
            self._sound = None

    def _encode(self, frame: VideoFrame | None) -> None:
        try:
            self._container.mux(self._stream.encode(frame))
        except av.FFmpegError as error:
            _log.warning("the preview of the video is abandoned: %s", error)
            self.complete = False


def _add_stream(container: OutputContainer, size: tuple[int, int], frame_rate: float) -> VideoStream:
    rate = Fraction(frame_rate).limit_denominator(1001)
    stream: VideoStream = container.add_stream("libx264", rate=rate, options=dict(_H264))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    context = stream.codec_context
    stream.time_base = context.time_base = _TICKS
    context.color_primaries = context.color_trc = context.colorspace = _BT709
    context.color_range = _LIMITED_RANGE
    context.thread_count = 1
    context.gop_size = max(1, round(_KEY_FRAME_SECONDS * frame_rate))
    return stream


@contextmanager
def write_preview(path: Path, info: MediaInfo, *, sound: BinaryIO | None = None) -> Iterator[Preview]:
    """Open an MP4 file, H.264 in limited-range BT.709, that is complete when the context is left without an error.

    Args:
        path: of the file.
        info: about the video.
        sound: the video once more, as frames and sound are read at different positions; None for a silent copy.
    """
    opened = open_soundtrack(sound, start_seconds=0.0, duration_seconds=_LONGEST_SECONDS) if sound else nullcontext()
    with opened as soundtrack, av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        preview = Preview(container, info, soundtrack)
        yield preview
        preview.finish()
