"""The audio of a file, cut to the time range of a video that is written. Needs the extra `media` (PyAV)."""

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
"""Sample rates that every browser plays; other audio is resampled to the last."""
_CHANNELS = {"mono": 1, "stereo": 2}
_LEAD_SECONDS = 1.0
_JITTER_SECONDS = 0.025
"""Audio that lies further than this from its timestamp is moved there: gaps become silence."""


@dataclass(frozen=True, slots=True)
class Soundtrack:
    """Audio in float32.

    Attributes:
        rate_hertz: samples per second.
        layout: `mono` where the recording is mono, else `stereo`.
        blocks: consecutive [C, N] pieces of 1 or 2 channels; together as long as requested, with silence where there
            is no audio.
    """

    rate_hertz: int
    layout: str
    blocks: Iterator[FloatArray]


@contextmanager
def open_soundtrack(file: BinaryIO, *, start_seconds: float, duration_seconds: float) -> Iterator[Soundtrack | None]:
    """Open the audio of a seekable media file from a time on its axis; None when it has no usable audio.

    The time axis is that of `eightcount_common.media.audio`: the timestamps of the frames; a file with only audio
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
        start = start_seconds + _axis_start(container, stream)
        sound = _locate_segments(_decode_from(container, stream, start), layout, rate, start)
        yield Soundtrack(rate, layout, _fill_gaps(sound, round(duration_seconds * rate), rate, _CHANNELS[layout]))


@dataclass(frozen=True, slots=True)
class _Segment:
    """[C, N] samples, and the position of the first relative to the start (negative before it)."""

    position: int
    samples: FloatArray


def _locate_segments(frames: Iterator[AudioFrame], layout: str, rate: int, start: float) -> Iterator[_Segment]:
    """Yield resampled audio at the positions of its timestamps, with one resampler while the audio is continuous."""
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
            yield _Segment(begin, samples)
            begin += samples.shape[1]


def _fill_gaps(sound: Iterator[_Segment], length: int, rate: int, channels: int) -> Iterator[FloatArray]:
    """Yield exactly `length` samples: earlier and repeated samples are left out, gaps and a missing end are silence."""
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


def _axis_start(container: InputContainer, stream: AudioStream) -> float:
    """Return the timestamp of the file's time 0, and rewind the container."""
    if any(not s.disposition & s.disposition.attached_pic for s in container.streams.video):
        return 0.0
    first = next(decode_frames(container, stream), None)
    container.seek(0)
    return first.time if first is not None and first.time is not None else 0.0


def _decode_from(container: InputContainer, stream: AudioStream, start: float) -> Iterator[AudioFrame]:
    """Yield decoded audio from a little before `start`."""
    if start > _LEAD_SECONDS:
        try:
            container.seek(round((start - _LEAD_SECONDS) * av.time_base), backward=True, any_frame=False)
        except av.FFmpegError:
            container.seek(0)
    yield from decode_frames(container, stream)
