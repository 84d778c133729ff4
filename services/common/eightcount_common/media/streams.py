"""The choice of the video and of the sound in a file: by disposition, length and size, and by what is audible.

The one place where streams are chosen, so that every service reads the same ones. Needs the extra `media` (PyAV).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from typing import BinaryIO, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import check_size, open_media
from eightcount_common.media.encryption import find_protected_kinds, is_protected
from eightcount_common.media.part_opener import PartOpener, find_parts
from eightcount_common.media.parts import ONE_RECORDING, Part, PartFile, Parts
from eightcount_common.media.time_axis import OpenPart, find_origin

_NO_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_SCANNED_PACKETS = 2000
_FREQUENT_SHARE = 0.2
"""A track with fewer frames than this share of the track with the most is a slide show or a row of thumbnails."""
_LONG_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """An open file whose video was chosen.

    Attributes:
        part: the file, or the first of the recordings that were joined into it; its others are the sounds of the file,
            which share the video's clock.
        origin: the stamp in seconds that is time 0.
        joined: the parts of the file.
        later: opens its parts from the second on; None in a file of one recording.
    """

    part: OpenPart
    origin: Fraction
    joined: Parts = ONE_RECORDING
    later: PartOpener | None = None

    @property
    def container(self) -> InputContainer:
        """The file at its beginning."""
        return self.part.container

    @property
    def stream(self) -> VideoStream:
        """The video."""
        assert isinstance(self.part.stream, VideoStream)  # noqa: S101 - it was chosen among videos
        return self.part.stream


@contextmanager
def open_chosen_video(file: BinaryIO) -> Iterator[OpenVideo]:
    """Open a seekable file and choose its video.

    Raises:
        UnusableMediaError: what `open_media` and `choose_video` raise.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with ExitStack() as stack:
        video = _open_video(stack, file)
        joined = find_parts(file, video.container, video.stream)
        if joined.parts:
            stack.close()
            later = PartOpener(file, joined.parts, _open_video_part, first=1)
            stack.callback(later.close)
            first = joined.parts[0]
            video = replace(_open_video(stack, cast("BinaryIO", PartFile(file, first)), first.video_id), later=later)
        yield replace(video, joined=joined)


def _open_video(stack: ExitStack, file: BinaryIO, video_id: int | None = None) -> OpenVideo:
    container = stack.enter_context(open_media(file))
    index, read_ahead = _find_video_index(container, list_videos(container), video_id)
    if read_ahead:
        container = reopen(stack, file)
    video = container.streams[index]
    assert isinstance(video, VideoStream)  # noqa: S101 - the index is a video's
    require_usable_video(file, container, video)
    sounds = list_sounds_beside(container, video)
    return OpenVideo(OpenPart(file, container, video, sounds), find_origin(container, video, sounds))


def _open_video_part(stack: ExitStack, file: BinaryIO, part: Part) -> OpenPart:
    """Open a part whose video need not be decodable, and may be absent."""
    container = stack.enter_context(open_media(file))
    index, read_ahead = find_any_video(container, part.video_id)
    if read_ahead:
        container = reopen(stack, file)
    video = None if index is None else container.streams[index]
    sounds = list_sounds_beside(container, video if isinstance(video, VideoStream) else None)
    return OpenPart(file, container, video, sounds)


def reopen(stack: ExitStack, file: BinaryIO) -> InputContainer:
    """Close what the stack holds, and return the container at its beginning."""
    stack.close()
    return stack.enter_context(open_media(file))


def _find_video_index(
    container: InputContainer, candidates: Sequence[VideoStream], video_id: int | None = None
) -> tuple[int, bool]:
    """Return the index of the video, and whether packets were read to find it."""
    candidates = [stream for stream in candidates if stream.id == video_id] or candidates
    if len(candidates) == 1:
        return candidates[0].index, False
    return choose_video(container, candidates).index, True


def list_videos(container: InputContainer) -> list[VideoStream]:
    """Return the streams that may be the video: neither cover images nor thumbnails.

    Raises:
        UnusableMediaError: STILL_IMAGE, NO_VIDEO_STREAM, or TRUNCATED_FILE when there is no stream at all.
    """
    if not container.streams:
        raise UnusableMediaError("the file ends before its first complete frame", reason="TRUNCATED_FILE")
    videos = [stream for stream in container.streams.video if not stream.disposition & _NO_VIDEO]
    # A fragmented file states the number of frames before its first fragment.
    moving = [stream for stream in videos if stream.frames != 1 or len(stream.index_entries) > 1]
    if moving:
        return moving
    if container.streams.video and not container.streams.audio:
        raise UnusableMediaError("the file is a single image, not a video", reason="STILL_IMAGE")
    raise UnusableMediaError("the file has no video, only audio or data", reason="NO_VIDEO_STREAM")


def choose_video(container: InputContainer, candidates: Sequence[VideoStream]) -> VideoStream:
    """Return the video among several streams; reads packets, so that the container is no longer at its beginning.

    Decodable streams come before others, then those with a frame rate of a video, then the long ones, then the one
    that the file marks as its default, then the larger frame.
    """
    frames = _count_frames(container, candidates)
    most = max(frames.values(), default=0)
    lengths = {stream.index: _length_seconds(stream) for stream in candidates}
    longest = max(lengths.values())

    def rank(stream: VideoStream) -> tuple[bool, bool, bool, bool, int, int]:
        decodable = getattr(stream, "codec_context", None) is not None
        return (
            decodable and not is_protected(stream),
            frames[stream.index] >= max(2, _FREQUENT_SHARE * most),
            lengths[stream.index] >= _LONG_SHARE * longest,
            bool(stream.disposition & Disposition.default),
            stream.width * stream.height if decodable else 0,
            -stream.index,
        )

    return max(candidates, key=rank)


def _count_frames(container: InputContainer, streams: Sequence[VideoStream]) -> dict[int, int]:
    """Return the numbers of frames: stated, or counted in the first packets."""
    if all(stream.frames for stream in streams):
        return {stream.index: stream.frames for stream in streams}
    counts = dict.fromkeys((stream.index for stream in streams), 0)
    try:
        for packet in islice(container.demux(*streams), _SCANNED_PACKETS):
            if packet.size and packet.stream_index in counts:
                counts[packet.stream_index] += 1
    except (av.FFmpegError, IndexError):  # IndexError: a stream that appears in mid-file
        pass
    return counts


def _length_seconds(stream: Stream) -> float:
    if stream.duration is None or stream.time_base is None:
        return 0.0
    return float(stream.duration * stream.time_base)


def require_usable_video(file: BinaryIO, container: InputContainer, video: VideoStream) -> None:
    """Check that a video can be decoded.

    Raises:
        UnusableMediaError: ENCRYPTED_MEDIA or UNSUPPORTED_CODEC.
        TooLargeError: a side is longer than 8192 pixels.
    """
    if is_protected(video) or is_marked(file, container, "video"):
        raise UnusableMediaError("the video is encrypted (DRM) and cannot be decoded", reason="ENCRYPTED_MEDIA")
    # PyAV leaves the context out when FFmpeg has no decoder.
    if getattr(video, "codec_context", None) is None:
        raise UnusableMediaError("the video's codec is not supported", reason="UNSUPPORTED_CODEC")
    check_size(video.width, video.height)


def is_marked(file: BinaryIO, container: InputContainer, kind: str) -> bool:
    """Whether the container marks its "video" or its "audio" as encrypted."""
    position = file.tell()
    try:
        return kind in find_protected_kinds(file, container.format.name)
    finally:
        file.seek(position)


def list_sounds_beside(container: InputContainer, video: VideoStream | None) -> tuple[AudioStream, ...]:
    """Return the sounds that belong to a video: all of them, or in a broadcast of several programs the program's."""
    sounds = tuple(stream for stream in container.streams.audio if getattr(stream, "codec_context", None) is not None)
    if video is None or container.format.name != "mpegts" or len(container.streams.video) < 2:
        return sounds
    own = container.streams.best("audio", related=video)
    return (own,) if isinstance(own, AudioStream) and own in sounds else sounds


def find_any_video(container: InputContainer, video_id: int | None = None) -> tuple[int | None, bool]:
    """Return the index of the video, whether it can be decoded or not, and whether packets were read to find it.

    The index is None in a file of sound alone.
    """
    try:
        candidates = list_videos(container)
    except UnusableMediaError:
        return None, False
    return _find_video_index(container, candidates, video_id)
