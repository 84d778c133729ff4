"""The sound of a file, cut to what the pictures of a movie show. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from eightcount_common.media.container import decode_frames, open_media
from eightcount_common.motion import FloatArray

_RATES_HERTZ = (44100, 48000)
"""Rates that every browser plays; other sound is resampled to the last."""
_CHANNELS = {"mono": 1, "stereo": 2}
_LEAD_SECONDS = 1.0
_JITTER_SECONDS = 0.025
"""Sound further from where its timestamp puts it than this is moved: gaps become silence."""


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """Sound in float32.

    Attributes:
        rate_hertz: samples a second.
        layout: `mono` where the recording is mono, else `stereo`.
        blocks: [C, N] pieces of 1 or 2 channels, consecutive; together as long as asked for, with silence where there
            is no sound.
    """

    rate_hertz: int
    layout: str
    blocks: Iterator[FloatArray]


@contextmanager
def open_soundtrack(file: BinaryIO, *, start_seconds: float, duration_seconds: float) -> Iterator[Soundtrack | None]:
    """The sound of a seekable media file from a time on its axis; none when it has no usable sound.

    The time axis is that of `eightcount_common.media.audio`: the timestamps of the frames; a file with only sound
    begins at 0, whatever padding its encoder declared.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO or TRUNCATED_FILE (see `open_media`).
    """
    with open_media(file) as container:
        # PyAV leaves the context out when FFmpeg has no decoder.
        stream = next((s for s in container.streams.audio if getattr(s, "codec_context", None)), None)
        if stream is None:
            yield None
            return
        rate = stream.rate if stream.rate in _RATES_HERTZ else _RATES_HERTZ[-1]
        layout = "mono" if stream.channels == 1 else "stereo"
        start = start_seconds + _axis_begin(container, stream)
        sound = _located(_frames(container, stream, start), layout, rate, start)
        yield Soundtrack(rate, layout, _continuous(sound, round(duration_seconds * rate), rate, _CHANNELS[layout]))


@dataclass(frozen=True, slots=True)
class _Located:
    """[C, N] samples and the position of the first one after the start; negative before it."""

    position: int
    samples: FloatArray


def _located(frames: Iterator[AudioFrame], layout: str, rate: int, start: float) -> Iterator[_Located]:
    """Resampled sound where its timestamps put it; one resampler as long as the sound is continuous."""
    resampler, expected, begin = AudioResampler("fltp", layout, rate), 0.0, 0
    for frame in frames:
        seconds = frame.time if frame.time is not None else expected
        if abs(seconds - expected) > _JITTER_SECONDS or not begin:
            resampler, begin = AudioResampler("fltp", layout, rate), round((seconds - start) * rate) or 1
            expected = seconds
        expected += frame.samples / frame.sample_rate
        frame.pts = None
        for piece in resampler.resample(frame):
            samples = piece.to_ndarray().astype(np.float32, copy=False)
            yield _Located(begin, samples)
            begin += samples.shape[1]


def _continuous(sound: Iterator[_Located], length: int, rate: int, channels: int) -> Iterator[FloatArray]:
    """Exactly `length` samples: what comes before or twice is left out, gaps and a missing end are silence."""
    written = 0
    for piece in sound:
        if piece.position > written:
            for silence in _silence(min(piece.position, length) - written, rate, channels):
                written += silence.shape[1]
                yield silence
        part = piece.samples[:, max(0, written - piece.position) : max(0, length - piece.position)]
        if part.shape[1]:
            written += part.shape[1]
            yield part
        if written >= length:
            return
    yield from _silence(length - written, rate, channels)


def _silence(samples: int, rate: int, channels: int) -> Iterator[FloatArray]:
    for begin in range(0, samples, rate):
        yield np.zeros((channels, min(rate, samples - begin)), np.float32)


def _axis_begin(container: InputContainer, stream: AudioStream) -> float:
    """Timestamp of the file's time 0; leaves the container at its beginning."""
    if any(not s.disposition & s.disposition.attached_pic for s in container.streams.video):
        return 0.0
    first = next(decode_frames(container, stream), None)
    container.seek(0)
    return first.time if first is not None and first.time is not None else 0.0


def _frames(container: InputContainer, stream: AudioStream, start: float) -> Iterator[AudioFrame]:
    """Decoded sound from a little before `start`."""
    if start > _LEAD_SECONDS:
        try:
            container.seek(round((start - _LEAD_SECONDS) * av.time_base), backward=True, any_frame=False)
        except av.FFmpegError:
            container.seek(0)
    yield from decode_frames(container, stream)
