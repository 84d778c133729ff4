"""Audio of any container and codec as mono samples on the container's own time axis, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream as AvAudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.container import decode_frames, open_media

FloatSamples = NDArray[np.float32]

GAP_SECONDS = 0.025
"""A timestamp this far from the count of samples is a gap or a jump; a smaller difference is rounding."""
LONGEST_GAP_SECONDS = 4 * 3600.0
"""A longer gap is caused by a damaged timestamp and is not filled."""


@dataclass(frozen=True, slots=True)
class AudioStream:
    """Audio of an open file; `blocks` can be consumed once.

    Attributes:
        rate_hertz: rate of the samples.
        start_seconds: time of the first sample. In a file with video it is on the axis of the frames' timestamps, so a
            delayed sound track starts late; a file with only audio starts at 0, whatever padding its encoder declared.
        blocks: mono float32 pieces, consecutive on the time axis: gaps of the container are filled with zeros.
    """

    rate_hertz: int
    start_seconds: float
    blocks: Iterator[FloatSamples]


@contextmanager
def open_audio(file: BinaryIO, *, rate_hertz: int) -> Iterator[AudioStream]:
    """Open the first audio stream of a seekable file and resample it to mono at `rate_hertz`.

    Raises:
        UnusableMediaError: EMPTY_FILE, NOT_A_VIDEO or TRUNCATED_FILE (see `open_media`), NO_AUDIO, UNSUPPORTED_CODEC,
            or DAMAGED_AUDIO while blocks are read.
    """
    with open_media(file) as container:
        stream = find_audio_stream(container)
        frames = _decode_audio(container, stream)
        first = next(frames, None)
        if first is None:
            raise UnusableMediaError("the audio stream of the file is empty", reason="NO_AUDIO")
        start = _seconds(first) if _has_video(container) else 0.0
        axis_shift = start - _seconds(first)
        yield AudioStream(rate_hertz, start, _resample(first, frames, rate_hertz, start, axis_shift))


def find_audio_stream(container: InputContainer) -> AvAudioStream:
    """Return the first audio stream.

    Raises:
        UnusableMediaError: NO_AUDIO or UNSUPPORTED_CODEC.
    """
    if not container.streams.audio:
        raise UnusableMediaError("the file has no audio", reason="NO_AUDIO")
    stream = container.streams.audio[0]
    # PyAV leaves the context out when FFmpeg has no decoder.
    if getattr(stream, "codec_context", None) is None:
        raise UnusableMediaError("the audio codec is not supported", reason="UNSUPPORTED_CODEC")
    return stream


def _has_video(container: InputContainer) -> bool:
    """Whether there is a video stream; cover art does not count."""
    return any(not s.disposition & s.disposition.attached_pic for s in container.streams.video)


def _decode_audio(container: InputContainer, stream: AvAudioStream) -> Iterator[AudioFrame]:
    """Yield decoded frames; a stream without a decodable frame is an error."""
    decoded = False
    for frame in decode_frames(container, stream):
        decoded = True
        yield frame
    if not decoded:
        raise UnusableMediaError("the audio of the file cannot be decoded", reason="DAMAGED_AUDIO")


def _seconds(frame: AudioFrame) -> float:
    return frame.time if frame.time is not None else 0.0


def _resample(
    first: AudioFrame, rest: Iterator[AudioFrame], rate_hertz: int, start: float, axis_shift: float
) -> Iterator[FloatSamples]:
    """Yield mono blocks; where the timestamps run ahead of the count of samples, zeros fill the gap.

    Timestamps that jump back, or further ahead than `LONGEST_GAP_SECONDS`, are ignored: the audio continues.
    """
    mono = _Mono(rate_hertz)
    expected, written = start, 0
    frame: AudioFrame | None = first
    while frame is not None:
        stamp = _seconds(frame) + axis_shift if frame.pts is not None else expected
        gap = stamp - expected
        pieces: list[FloatSamples] = []
        if GAP_SECONDS < gap < LONGEST_GAP_SECONDS:
            missing = round((stamp - start) * rate_hertz) - written
            before = mono.flush()
            missing -= sum(map(len, before))
            pieces = [*before, *_silence(missing, rate_hertz)]
            expected = stamp
        elif abs(gap) > GAP_SECONDS:
            axis_shift -= gap
        expected += frame.samples / frame.sample_rate
        for piece in (*pieces, *mono.push(frame)):
            written += len(piece)
            yield piece
        frame = next(rest, None)
    yield from mono.flush()


class _Mono:
    """Collects frames, of which many codecs have a hundred a second, into mono blocks of about a second."""

    def __init__(self, rate_hertz: int) -> None:
        self._rate_hertz = rate_hertz
        self._kind: tuple[str, str, int] | None = None
        self._reset()

    def _reset(self) -> None:
        self._gathered = AudioFifo()
        self._resampler = AudioResampler(format="flt", layout="mono", rate=self._rate_hertz)

    def push(self, frame: AudioFrame) -> list[FloatSamples]:
        """Return the blocks that a frame completes. A stream may change its rate or channels midway."""
        kind = frame.format.name, frame.layout.name, frame.sample_rate
        before = self.flush() if kind != self._kind else []
        self._kind = kind
        frame.pts = None
        self._gathered.write(frame)
        if self._gathered.samples < frame.sample_rate:
            return before
        return [*before, *self._resample_frame(self._gathered.read())]

    def flush(self) -> list[FloatSamples]:
        """Return the remaining samples."""
        rest = self._gathered.read() if self._gathered.samples else None
        blocks = [*(self._resample_frame(rest) if rest is not None else ()), *self._resample_frame(None)]
        self._reset()
        return blocks

    def _resample_frame(self, frame: AudioFrame | None) -> list[FloatSamples]:
        return [piece.to_ndarray()[0] for piece in self._resampler.resample(frame)]


def _silence(samples: int, rate_hertz: int) -> Iterator[FloatSamples]:
    for begin in range(0, samples, rate_hertz):
        yield np.zeros(min(rate_hertz, samples - begin), np.float32)
