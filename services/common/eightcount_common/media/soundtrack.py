"""The audio of a file, cut to the time range of a video that is written. Needs the extra `media` (PyAV)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.sound_frames import decode_sound, stamp_of
from eightcount_common.media.sound_streams import open_chosen_sound
from eightcount_common.motion import FloatArray

_RATES_HERTZ = (44100, 48000)
"""Sample rates that every browser plays; other audio is resampled to the last."""
_CHANNELS = {"mono": 1, "stereo": 2}
_SILENT_REASONS = frozenset({"NO_AUDIO", "UNSUPPORTED_CODEC", "ENCRYPTED_MEDIA"})
"""Reasons for which a video is written without sound."""
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
    with ExitStack() as stack:
        try:
            sound = stack.enter_context(open_chosen_sound(file))
        except UnusableMediaError as error:
            if error.reason not in _SILENT_REASONS:
                raise
            yield None
            return
        rate = sound.rate_hertz if sound.rate_hertz in _RATES_HERTZ else _RATES_HERTZ[-1]
        layout = "mono" if sound.channels == 1 else "stereo"
        frames = decode_sound(sound, start_seconds=start_seconds)
        first = next(frames, None)
        zero = sound.origin if sound.origin is not None else stamp_of(first) if first is not None else 0.0
        frames = chain([first] if first is not None else [], frames)
        pieces = _locate_segments(frames, layout, rate, start_seconds + float(zero))
        yield Soundtrack(rate, layout, _fill_gaps(pieces, round(duration_seconds * rate), rate, _CHANNELS[layout]))


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
