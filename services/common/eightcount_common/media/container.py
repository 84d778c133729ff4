"""Opening uploaded media safely, and reading the properties of a file.

FFmpeg reads many formats that point at other files or hosts (playlists, concat scripts, image sequences). An upload is
untrusted, so only self-contained formats are opened, no protocol is allowed, and the bytes come only from a file
object. Needs the extra `media` (PyAV).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.errors import TooLargeError, UnusableMediaError
from eightcount_common.media.cropping import read_stated_view
from eightcount_common.media.presentation import Presentation, Size
from eightcount_common.media.stream_view import StreamView
from eightcount_common.media.unreadable import build_unreadable_error, has_image_brand, read_head

SELF_CONTAINED_FORMATS = (
    "mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "flv", "asf",
    "ogg", "wav", "w64", "aiff", "mp3", "flac", "aac", "gif",
)  # fmt: skip
"""FFmpeg demuxers that never open another file."""
MAX_SIDE_PIXELS = 8192
"""Maximum side of a frame that is decoded."""
_OPTIONS = {
    "format_whitelist": ",".join(SELF_CONTAINED_FORMATS),
    "protocol_whitelist": "none",
    "max_probe_packets": "16",
}
"""`max_probe_packets` limits the packets read to guess an unnamed audio codec; FFmpeg's default is 2,500."""


_ESTIMATED_DURATION = ("mpegts", "mpeg")
"""Formats without a stated duration: FFmpeg takes it from the last stamps, which may belong to another clock."""


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """Properties of a video as its container states them.

    Attributes:
        container: FFmpeg's name of the format, for example "mov,mp4,m4a,3gp,3g2,mj2".
        video_codec: for example "h264".
        audio_codec: None when there is no audio.
        width, height: square pixels of the upright frame as it is meant to be seen: cropped, with the pixels' aspect
            and the rotation applied.
        rotation_degrees: clockwise rotation that makes the stored frame upright: 0, 90, 180 or 270.
        nominal_frame_rate: frames per second; None when not stated.
        duration_seconds: None when not stated.
        frame_count: as stated, otherwise duration times rate; None when neither is known.
        view: how the first frame is meant to be seen.
    """

    container: str
    video_codec: str
    audio_codec: str | None
    width: int
    height: int
    rotation_degrees: int
    nominal_frame_rate: float | None
    duration_seconds: float | None
    frame_count: int | None
    view: Presentation

    @property
    def certain_duration_seconds(self) -> float | None:
        """The duration, where the container states one; None where it can only be estimated."""
        return None if self.container in _ESTIMATED_DURATION else self.duration_seconds


@contextmanager
def open_media(file: BinaryIO) -> Iterator[InputContainer]:
    """Open a container over a seekable file object.

    Raises:
        UnusableMediaError: EMPTY_FILE, or what `build_unreadable_error` says of a file that no allowed format fits.
    """
    head = read_head(file)
    if not head:
        raise UnusableMediaError("the file is empty", reason="EMPTY_FILE")
    if has_image_brand(head):
        raise build_unreadable_error(head)
    try:
        container = av.open(file, mode="r", options=dict(_OPTIONS), metadata_errors="replace")
    except av.FFmpegError as error:
        raise build_unreadable_error(head) from error
    with container:
        yield container


def check_size(width: int, height: int) -> None:
    """Refuse frames that would take too much memory.

    Raises:
        TooLargeError: a side is longer than 8192 pixels.
    """
    if max(width, height) > MAX_SIDE_PIXELS:
        raise TooLargeError(
            f"a frame may have at most {MAX_SIDE_PIXELS} pixels on a side; got {width} x {height}",
            reason="FRAME_TOO_LARGE",
        )


def describe(container: InputContainer, stream: VideoStream, view: Presentation) -> MediaInfo:
    """Return the properties that the container states, of a stream that is meant to be seen in this way."""
    rate = float(stream.average_rate or stream.guessed_rate or 0)
    if stream.duration is not None and stream.time_base is not None:
        duration = float(stream.duration * stream.time_base)
    else:
        duration = (container.duration or 0) / av.time_base
    audio = next((s.codec_context for s in container.streams.audio if getattr(s, "codec_context", None)), None)
    return MediaInfo(
        container=container.format.name,
        video_codec=stream.codec_context.name,
        audio_codec=audio.name if audio else None,
        width=view.size.width,
        height=view.size.height,
        rotation_degrees=view.orientation.rotation_degrees,
        nominal_frame_rate=rate or None,
        duration_seconds=duration or None,
        frame_count=stream.frames or round(duration * rate) or None,
        view=view,
    )


def open_view(
    file: BinaryIO, container: InputContainer, stream: VideoStream, first: VideoFrame, *, canvas: Size | None = None
) -> StreamView:
    """Return how the frames of a stream are meant to be seen; `first` is the first of them.

    They are fitted into `canvas`, or into the size of the first frame.
    """
    videos = [other.index for other in container.streams.video]
    stated = read_stated_view(
        file, container.format.name, video_index=videos.index(stream.index), track_id=stream.id
    )  # fmt: skip
    return StreamView(stream, first, stated, canvas)
