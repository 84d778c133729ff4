"""The sound of any container and codec as mono samples on the container's own time axis, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media import decoded_frames, open_media

FloatSamples = NDArray[np.float32]

GAP_SECONDS = 0.025
"""A timestamp this far from the count of samples is a gap or a jump, less is the rounding of the container."""
LONGEST_GAP_SECONDS = 4 * 3600.0
"""A longer gap is a damaged timestamp and is not filled."""


@dataclass(frozen=True, slots=True)
class AudioStream:
    """The sound of an open file; `blocks` can be consumed once.

    Attributes:
        rate_hertz: rate of the samples.
        start_seconds: time of the first sample. In a file with pictures it is on the axis of their timestamps, so a
            delayed sound track starts late; a file of sound only starts at 0, whatever padding its encoder declared.
        blocks: mono float32 pieces, consecutive on the time axis: gaps of the container are filled with zeros.
    """

    rate_hertz: int
    start_seconds: float
    blocks: Iterator[FloatSamples]


@contextmanager
def open_audio(file: BinaryIO, *, rate_hertz: int) -> Iterator[AudioStream]:
    """Opens the first sound stream of a seekable file and resamples it to mono at `rate_hertz`.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO or TRUNCATED_FILE (see `open_media`), NO_AUDIO, UNSUPPORTED_CODEC,
            or (while blocks are read) DAMAGED_AUDIO.
    """
    with open_media(file) as container:
        stream = find_audio_stream(container)
        frames = _frames(container, stream)
        first = next(frames, None)
        if first is None:
            raise UnusableMediaError("the file has a sound stream without any sound", reason="NO_AUDIO")
        start = _seconds(first) if _has_pictures(container) else 0.0
        axis_shift = start - _seconds(first)
        yield AudioStream(rate_hertz, start, _resample(first, frames, rate_hertz, start, axis_shift))


def find_audio_stream(container: InputContainer) -> AvAudioStream:
    """The first sound stream.

    Raises:
        UnusableMediaError: NO_AUDIO or UNSUPPORTED_CODEC.
    """
    if not container.streams.audio:
        raise UnusableMediaError("the file has no sound", reason="NO_AUDIO")
    stream = container.streams.audio[0]
    # PyAV leaves the context out when FFmpeg has no decoder.
    if getattr(stream, "codec_context", None) is None:
        raise UnusableMediaError("the sound's codec is not supported", reason="UNSUPPORTED_CODEC")
    return stream


def _has_pictures(container: InputContainer) -> bool:
    """Whether there is a moving picture; cover art does not count."""
    return any(not s.disposition & s.disposition.attached_pic for s in container.streams.video)


def _frames(container: InputContainer, stream: AvAudioStream) -> Iterator[AudioFrame]:
    """Decoded frames; a stream that never decodes is an error."""
    decoded = False
    for frame in decoded_frames(container, stream):
        decoded = True
        yield frame
    if not decoded:
        raise UnusableMediaError("the sound of the file cannot be decoded", reason="DAMAGED_AUDIO")


def _seconds(frame: AudioFrame) -> float:
    return frame.time if frame.time is not None else 0.0


def _resample(
    first: AudioFrame, rest: Iterator[AudioFrame], rate_hertz: int, start: float, axis_shift: float
) -> Iterator[FloatSamples]:
    """Mono blocks; where the timestamps run ahead of the count of samples, zeros fill the gap.

    Timestamps that jump back, or further ahead than `LONGEST_GAP_SECONDS`, are not believed: the sound goes on.
    """
    resampler = _resampler(rate_hertz)
    expected, written = start, 0
    frame: AudioFrame | None = first
    while frame is not None:
        stamp = _seconds(frame) + axis_shift if frame.pts is not None else expected
        gap = stamp - expected
        if GAP_SECONDS < gap < LONGEST_GAP_SECONDS:
            missing = round((stamp - start) * rate_hertz) - written
            for piece in (*_drain(resampler), *_silence(missing, rate_hertz)):
                written += len(piece)
                yield piece
            resampler = _resampler(rate_hertz)
            expected = stamp
        elif abs(gap) > GAP_SECONDS:
            axis_shift -= gap
        expected += frame.samples / frame.sample_rate
        frame.pts = None
        for resampled in resampler.resample(frame):
            piece = resampled.to_ndarray()[0]
            written += len(piece)
            yield piece
        frame = next(rest, None)
    yield from _drain(resampler)


def _resampler(rate_hertz: int) -> AudioResampler:
    """Gives blocks of a second: many codecs have a hundred frames in that time, and each would cost on its way."""
    return AudioResampler(format="flt", layout="mono", rate=rate_hertz, frame_size=rate_hertz)


def _silence(samples: int, rate_hertz: int) -> Iterator[FloatSamples]:
    for begin in range(0, samples, rate_hertz):
        yield np.zeros(min(rate_hertz, samples - begin), np.float32)


def _drain(resampler: AudioResampler) -> list[FloatSamples]:
    return [frame.to_ndarray()[0] for frame in resampler.resample(None)]
