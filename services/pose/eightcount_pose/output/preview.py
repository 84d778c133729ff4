"""A small copy of a video, written while its frames are decoded anyway: showing it later costs a fraction."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.media.container import MediaInfo
from eightcount_common.media.scaling import scale_frame, view_planes
from eightcount_common.media.video import Frame

_log = logging.getLogger(__name__)

MAX_WIDTH, MAX_HEIGHT = 640, 540
"""Largest size of a copy: a panel of the side by side at its default size."""
_TICKS = Fraction(1, 90_000)
_H264 = {"preset": "ultrafast", "crf": "21", "colorspace": "bt709"}
_BT709, _LIMITED_RANGE = 1, 1
_KEY_FRAME_SECONDS = 1
_USUAL_RATE = 30.0


def preview_size(width: int, height: int) -> tuple[int, int]:
    """Return width and height in even pixels of the copy of an upright frame; never larger than the frame."""
    share = min(1.0, MAX_WIDTH / width, MAX_HEIGHT / height)
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


class Preview:
    """Writes the copy: upright frames without sound, each at its time in the video; see `write_preview`.

    An error makes the copy incomplete and is not raised: the caller asked for the motion.

    Attributes:
        complete: whether every frame so far could be written.
    """

    def __init__(self, container: OutputContainer, info: MediaInfo) -> None:
        self.complete = True
        self._container = container
        self._size = preview_size(info.width, info.height)
        self._stream = _add_stream(container, self._size, info.nominal_frame_rate or _USUAL_RATE)
        self._frame = VideoFrame(*self._size, "yuv420p")
        self._planes = view_planes(self._frame)

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

    def finish(self) -> None:
        """Write the frames that the encoder still holds."""
        self._encode(None)

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
def write_preview(path: Path, info: MediaInfo) -> Iterator[Preview]:
    """Open an MP4 file, H.264 in limited-range BT.709, that is complete when the context is left without an error."""
    with av.open(path, "w", format="mp4", options={"movflags": "+faststart"}) as container:
        preview = Preview(container, info)
        yield preview
        preview.finish()
