"""Opening uploaded media safely, and reading the properties of a file.

FFmpeg reads many formats that point at other files or hosts (playlists, concat scripts, image sequences). An upload is
untrusted, so only self-contained formats are opened, no protocol is allowed, and the bytes come only from a file
object. Needs the extra `media` (PyAV).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, overload

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from eightcount_common.errors import TooLargeError, UnusableMediaError
from eightcount_common.media.cropping import read_stated_view
from eightcount_common.media.presentation import Presentation
from eightcount_common.media.stream_view import StreamView

SELF_CONTAINED_FORMATS = (
    "mov", "mp4", "matroska", "webm", "avi", "mpegts", "mpeg", "flv", "asf",
    "ogg", "wav", "w64", "aiff", "mp3", "flac", "aac",
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
_SIGNATURES = ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (0, b"\x1aE\xdf\xa3"), (0, b"RIFF"), (0, b"FLV\x01"))
"""(offset, bytes) at the start of containers; a file that has one and cannot be opened is truncated."""


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


@contextmanager
def open_media(file: BinaryIO) -> Iterator[InputContainer]:
    """Open a container over a seekable file object.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO (no allowed format fits) or TRUNCATED_FILE.
    """
    file.seek(0)
    head = file.read(16)
    if not head:
        raise UnusableMediaError("the file is empty", reason="EMPTY_FILE")
    file.seek(0)
    try:
        container = av.open(file, mode="r", options=dict(_OPTIONS), metadata_errors="replace")
    except av.FFmpegError as error:
        raise _unreadable_error(head) from error
    with container:
        yield container


def _unreadable_error(head: bytes) -> UnusableMediaError:
    if any(head[offset : offset + len(magic)] == magic for offset, magic in _SIGNATURES):
        return UnusableMediaError(
            "the file begins like a video, but it is truncated or damaged and cannot be read", reason="TRUNCATED_FILE"
        )
    return UnusableMediaError("the file is neither a video nor an audio file that can be read", reason="NOT_A_VIDEO")


def find_video_stream(container: InputContainer) -> VideoStream:
    """Return the first video stream of a container; cover art does not count.

    Raises:
        UnusableMediaError: NO_VIDEO_STREAM, UNSUPPORTED_CODEC, or TRUNCATED_FILE when there is no stream at all.
        TooLargeError: a side is longer than 8192 pixels.
    """
    streams = [s for s in container.streams.video if not s.disposition & s.disposition.attached_pic]
    if not container.streams:
        raise _no_frame_error()
    if not streams:
        raise UnusableMediaError("the file has no video, only audio or data", reason="NO_VIDEO_STREAM")
    stream = streams[0]
    # PyAV leaves the context out when FFmpeg has no decoder.
    if getattr(stream, "codec_context", None) is None:
        raise UnusableMediaError("the video's codec is not supported", reason="UNSUPPORTED_CODEC")
    check_size(stream.width, stream.height)
    return stream


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


def decode_first_frame(container: InputContainer, stream: VideoStream) -> VideoFrame:
    """Decode the first frame that can be decoded.

    Raises:
        UnusableMediaError: TRUNCATED_FILE when there is none.
    """
    try:
        for packet in container.demux(stream):
            try:
                frames = packet.decode()
            except av.InvalidDataError:
                continue
            for frame in frames:
                if isinstance(frame, VideoFrame):
                    check_size(frame.width, frame.height)
                    return frame
    except av.FFmpegError as error:
        raise _no_frame_error() from error
    raise _no_frame_error()


@dataclass(slots=True)
class Damage:
    """Damage found in a stream so far.

    Attributes:
        packets: number of packets that could not be decoded and were skipped.
        broken_off: whether the file ended before its stated end.
    """

    packets: int = 0
    broken_off: bool = False


@overload
def decode_frames(
    container: InputContainer, stream: VideoStream, damage: Damage | None = None
) -> Iterator[VideoFrame]: ...


@overload
def decode_frames(
    container: InputContainer, stream: AudioStream, damage: Damage | None = None
) -> Iterator[AudioFrame]: ...


def decode_frames(
    container: InputContainer, stream: VideoStream | AudioStream, damage: Damage | None = None
) -> Iterator[VideoFrame] | Iterator[AudioFrame]:
    """Yield frames from the container's current position; damaged packets are skipped, a read error ends the stream.

    Args:
        container: the file.
        stream: one of its streams.
        damage: receives the damage that is found.
    """
    damage = Damage() if damage is None else damage
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            damage.broken_off = True
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            damage.packets += 1
            continue
        yield from (frame for frame in frames if isinstance(frame, VideoFrame | AudioFrame))


def _no_frame_error() -> UnusableMediaError:
    return UnusableMediaError("the file ends before its first complete frame", reason="TRUNCATED_FILE")


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


def open_view(file: BinaryIO, container: InputContainer, stream: VideoStream, first: VideoFrame) -> StreamView:
    """Return how the frames of a stream are meant to be seen; `first` is the first of them."""
    videos = [other.index for other in container.streams.video]
    stated = read_stated_view(
        file, container.format.name, video_index=videos.index(stream.index), track_id=stream.id
    )  # fmt: skip
    return StreamView(stream, first, stated)


def probe(file: BinaryIO) -> MediaInfo:
    """Read the container and one frame of a video.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO, TRUNCATED_FILE, NO_VIDEO_STREAM or UNSUPPORTED_CODEC.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with open_media(file) as container:
        stream = find_video_stream(container)
        first = decode_first_frame(container, stream)
        return describe(container, stream, open_view(file, container, stream, first).first)
