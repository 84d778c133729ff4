"""The choice of the video and of the sound in a file: by disposition, length and size, and by what is audible.

The one place where streams are chosen, so that every service reads the same ones. Needs the extra `media` (PyAV).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import BinaryIO

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.channels import Mix, SoundMeter, choose_mix, measure_sound
from eightcount_common.media.container import check_size, open_media
from eightcount_common.media.encryption import find_protected_kinds, is_protected
from eightcount_common.media.time_axis import find_origin

_NO_VIDEO = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
_ASIDE = (
    Disposition.comment | Disposition.visual_impaired | Disposition.descriptions | Disposition.clean_effects
    | Disposition.lyrics
)  # fmt: skip
_ASIDE_TITLE = re.compile(r"comment|kommentar|descri|audiodeskription|narrat|director", re.IGNORECASE)
"""Titles of tracks in which somebody talks about the video."""
_SCANNED_PACKETS = 2000
_FREQUENT_SHARE = 0.2
"""A track with fewer frames than this share of the track with the most is a slide show or a row of thumbnails."""
_LONG_SHARE = 0.9
_LOUDER_DECIBELS = 30.0
"""A track this much quieter than another one is background noise."""


@dataclass(frozen=True, slots=True)
class OpenVideo:
    """An open file whose video was chosen.

    Attributes:
        container: at its beginning.
        stream: of the video.
        clocks: the sounds of the file, which share the video's clock.
        origin: the stamp in seconds that is time 0.
    """

    container: InputContainer
    stream: VideoStream
    clocks: tuple[AudioStream, ...]
    origin: Fraction


@dataclass(frozen=True, slots=True)
class OpenSound:
    """An open file whose sound was chosen.

    Attributes:
        container: at its beginning.
        stream: of the sound.
        clocks: the streams that share its clock.
        origin: the stamp in seconds that is time 0; None when the sound itself begins at 0, in a file without a video.
        mix: how its channels become one.
    """

    container: InputContainer
    stream: AudioStream
    clocks: tuple[Stream, ...]
    origin: Fraction | None
    mix: Mix


@contextmanager
def open_chosen_video(file: BinaryIO) -> Iterator[OpenVideo]:
    """Open a seekable file and choose its video.

    Raises:
        UnusableMediaError: what `open_media` and `choose_video` raise.
        TooLargeError: a side is longer than 8192 pixels.
    """
    with ExitStack() as stack:
        container = stack.enter_context(open_media(file))
        index, read_ahead = _find_video_index(container, list_videos(container))
        if read_ahead:
            container = _reopen(stack, file)
        video = container.streams[index]
        assert isinstance(video, VideoStream)  # noqa: S101 - the index is a video's
        require_usable_video(file, container, video)
        sounds = list_sounds_beside(container, video)
        yield OpenVideo(container, video, sounds, find_origin(container, video, sounds))


def _reopen(stack: ExitStack, file: BinaryIO) -> InputContainer:
    """Close what the stack holds, and return the container at its beginning."""
    stack.close()
    return stack.enter_context(open_media(file))


def _find_video_index(container: InputContainer, candidates: Sequence[VideoStream]) -> tuple[int, bool]:
    """Return the index of the video, and whether packets were read to find it."""
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
    if is_protected(video) or _is_marked(file, container, "video"):
        raise UnusableMediaError("the video is encrypted (DRM) and cannot be decoded", reason="ENCRYPTED_MEDIA")
    # PyAV leaves the context out when FFmpeg has no decoder.
    if getattr(video, "codec_context", None) is None:
        raise UnusableMediaError("the video's codec is not supported", reason="UNSUPPORTED_CODEC")
    check_size(video.width, video.height)


def _is_marked(file: BinaryIO, container: InputContainer, kind: str) -> bool:
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


@contextmanager
def open_chosen_sound(file: BinaryIO) -> Iterator[OpenSound]:
    """Open a seekable file and choose its sound.

    Raises:
        UnusableMediaError: what `open_media` raises, NO_AUDIO, UNSUPPORTED_CODEC or ENCRYPTED_MEDIA.
    """
    with ExitStack() as stack:
        container = stack.enter_context(open_media(file))
        video_index, read_ahead = _find_any_video(container)
        if read_ahead:
            container = _reopen(stack, file)
        index, mix, read_ahead = _choose_sound(container, _list_sounds(file, container, video_index))
        if read_ahead:
            container = _reopen(stack, file)
        video = None if video_index is None else container.streams[video_index]
        stream = container.streams[index]
        assert isinstance(stream, AudioStream)  # noqa: S101 - the index is a sound's
        clocks = list_sounds_beside(container, video if isinstance(video, VideoStream) else None)
        origin = None if video is None else find_origin(container, video, clocks)
        others = clocks if video is None or getattr(video, "codec_context", None) is None else (video, *clocks)
        yield OpenSound(container, stream, others, origin, mix)


def has_usable_sound(file: BinaryIO) -> bool:
    """Whether a file has a sound that can be decoded, audible or not."""
    try:
        with ExitStack() as stack:
            container = stack.enter_context(open_media(file))
            return bool(_list_sounds(file, container, _find_any_video(container)[0]))
    except UnusableMediaError:
        return False


def _find_any_video(container: InputContainer) -> tuple[int | None, bool]:
    """Return the index of the video, whether it can be decoded or not, and whether packets were read to find it.

    The index is None in a file of sound alone.
    """
    try:
        candidates = list_videos(container)
    except UnusableMediaError:
        return None, False
    return _find_video_index(container, candidates)


def _choose_sound(container: InputContainer, candidates: Sequence[AudioStream]) -> tuple[int, Mix, bool]:
    """Return the first sound, in the file's own order, in which anything is audible, how it becomes mono, and whether
    packets were read to find out.
    """
    first = min(candidates, key=_order)
    if len(candidates) == 1 and first.channels == 1:
        return first.index, Mix(), False
    meters = {stream.index: SoundMeter() for stream in candidates}
    measure_sound(container, candidates, meters, enough=first.index)
    loudest = max(meter.decibels for meter in meters.values())

    def rank(stream: AudioStream) -> tuple[bool, tuple[bool, bool, int]]:
        meter = meters[stream.index]
        return not meter.audible or meter.decibels < loudest - _LOUDER_DECIBELS, _order(stream)

    index = min(candidates, key=rank).index
    return index, choose_mix(meters[index]), True


def _list_sounds(file: BinaryIO, container: InputContainer, video_index: int | None) -> list[AudioStream]:
    """Return the sounds that can be decoded.

    Raises:
        UnusableMediaError: NO_AUDIO, UNSUPPORTED_CODEC or ENCRYPTED_MEDIA.
    """
    if not container.streams.audio:
        raise UnusableMediaError("the file has no audio", reason="NO_AUDIO")
    if all(map(is_protected, container.streams.audio)) or _is_marked(file, container, "audio"):
        raise UnusableMediaError("the sound is encrypted (DRM) and cannot be decoded", reason="ENCRYPTED_MEDIA")
    video = None if video_index is None else container.streams[video_index]
    beside = list_sounds_beside(container, video if isinstance(video, VideoStream) else None)
    sounds = [stream for stream in beside if not is_protected(stream)]
    if not sounds:
        raise UnusableMediaError("the audio codec is not supported", reason="UNSUPPORTED_CODEC")
    return sounds


def _order(stream: AudioStream) -> tuple[bool, bool, int]:
    """Return the order in which the file itself offers its sounds: those about the video last, the default first."""
    return is_aside(stream), not stream.disposition & Disposition.default, stream.index


def is_aside(stream: AudioStream) -> bool:
    """Whether a sound is about the video: a commentary, or a description for the blind."""
    title = f"{stream.metadata.get('title', '')} {stream.metadata.get('handler_name', '')}"
    return bool(stream.disposition & _ASIDE) or _ASIDE_TITLE.search(title) is not None
