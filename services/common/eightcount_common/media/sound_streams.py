"""The choice of the sound in a file: by disposition and title, and by what is audible. Needs the extra `media`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import BinaryIO

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.channels import Mix, SoundMeter, choose_mix, measure_sound
from eightcount_common.media.container import open_media
from eightcount_common.media.encryption import is_protected
from eightcount_common.media.part_opener import PartOpener, find_parts
from eightcount_common.media.parts import Part, Parts
from eightcount_common.media.streams import find_any_video, is_marked, list_sounds_beside, reopen
from eightcount_common.media.time_axis import OpenPart, find_origin

_ASIDE = (
    Disposition.comment | Disposition.visual_impaired | Disposition.descriptions | Disposition.clean_effects
    | Disposition.lyrics
)  # fmt: skip
_ASIDE_TITLE = re.compile(r"comment|kommentar|descri|audiodeskription|narrat|director", re.IGNORECASE)
"""Titles of tracks in which somebody talks about the video."""
_LOUDER_DECIBELS = 30.0
"""A track this much quieter than another one is background noise."""


@dataclass(frozen=True, slots=True)
class OpenSound:
    """An open file whose sound was chosen.

    Attributes:
        part: the file, or the first of the recordings that were joined into it.
        rate_hertz, channels: of the sound.
        origin: the stamp in seconds that is time 0; None when the sound itself begins at 0, in a file without a video.
        mix: how its channels become one.
        later: opens the parts of the file from the second on; None in a file of one recording.
    """

    part: OpenPart
    rate_hertz: int
    channels: int
    origin: Fraction | None
    mix: Mix
    later: Iterator[OpenPart] | None = None


@contextmanager
def open_chosen_sound(file: BinaryIO) -> Iterator[OpenSound]:
    """Open a seekable file and choose its sound.

    Raises:
        UnusableMediaError: what `open_media` raises, NO_AUDIO, UNSUPPORTED_CODEC or ENCRYPTED_MEDIA.
    """
    with ExitStack() as stack:
        container = stack.enter_context(open_media(file))
        video_index, read_ahead = find_any_video(container)
        joined = find_parts(file, container, None if video_index is None else container.streams[video_index])
        if read_ahead or joined.parts:
            container = reopen(stack, file)
        if joined.parts:
            yield _open_joined_sound(stack, file, joined)
            return
        index, mix, read_ahead = _choose_sound(container, _list_sounds(file, container, video_index))
        if read_ahead:
            container = reopen(stack, file)
        part = _build_sound_part(file, container, index, video_index)
        sound = part.stream
        assert isinstance(sound, AudioStream)  # noqa: S101 - the index is a sound's
        yield OpenSound(part, sound.rate, sound.channels, _find_sound_origin(part, video_index), mix)


def _open_joined_sound(stack: ExitStack, file: BinaryIO, joined: Parts) -> OpenSound:
    """Open the sound of several recordings; some of them may have none."""
    mixes: dict[Part, Mix] = {}

    def read(own: ExitStack, view: BinaryIO, part: Part) -> OpenPart:
        opened, mixes[part] = _open_sound_part(own, view, part)
        return opened

    search = PartOpener(file, joined.parts, read)
    stack.callback(search.close)
    chosen = next(((part.stream, part.number) for part in search if isinstance(part.stream, AudioStream)), None)
    if chosen is None:
        raise UnusableMediaError("the file has no audio", reason="NO_AUDIO")
    sound, number = chosen
    rate, channels, mix = sound.rate, sound.channels, mixes[joined.parts[number]]
    search.close()
    later = PartOpener(file, joined.parts, read)
    stack.callback(later.close)
    parts = iter(later)
    first = next(parts)
    video = next((other for other in first.others if isinstance(other, VideoStream)), None)
    origin = (
        None if video is None else find_origin(first.container, video, [s for s in first.streams if s is not video])
    )
    return OpenSound(first, rate, channels, origin, mix, parts)


def _open_sound_part(stack: ExitStack, file: BinaryIO, part: Part) -> tuple[OpenPart, Mix]:
    """Open a part, whose sound may be absent."""
    container = stack.enter_context(open_media(file))
    video_index, read_ahead = find_any_video(container, part.video_id)
    if read_ahead:
        container = reopen(stack, file)
    try:
        index, mix, read_ahead = _choose_sound(container, _list_sounds(file, container, video_index))
    except UnusableMediaError:
        return _build_sound_part(file, container, None, video_index), Mix()
    if read_ahead:
        container = reopen(stack, file)
    return _build_sound_part(file, container, index, video_index), mix


def _build_sound_part(
    file: BinaryIO, container: InputContainer, index: int | None, video_index: int | None
) -> OpenPart:
    video = None if video_index is None else container.streams[video_index]
    clocks = list_sounds_beside(container, video if isinstance(video, VideoStream) else None)
    others = clocks if video is None or getattr(video, "codec_context", None) is None else (video, *clocks)
    return OpenPart(file, container, None if index is None else container.streams[index], others)


def _find_sound_origin(part: OpenPart, video_index: int | None) -> Fraction | None:
    if video_index is None:
        return None
    sounds = [stream for stream in part.streams if stream.index != video_index]
    return find_origin(part.container, part.container.streams[video_index], sounds)


def has_usable_sound(file: BinaryIO) -> bool:
    """Whether a file has a sound that can be decoded, audible or not."""
    try:
        with ExitStack() as stack:
            container = stack.enter_context(open_media(file))
            return bool(_list_sounds(file, container, find_any_video(container)[0]))
    except UnusableMediaError:
        return False


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
    if all(map(is_protected, container.streams.audio)) or is_marked(file, container, "audio"):
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
