"""Audio of any container and codec as mono samples on the time axis of the file's frames, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.channels import Mix
from eightcount_common.media.sound_frames import decode_sound, stamp_of
from eightcount_common.media.sound_streams import open_chosen_sound

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
    """Open the sound of a seekable file, as `open_chosen_sound` chooses it, and resample it to mono at `rate_hertz`.

    Raises:
        UnusableMediaError: what `open_chosen_sound` raises, NO_AUDIO, or DAMAGED_AUDIO while blocks are read.
    """
    with open_chosen_sound(file) as sound:
        frames = _require_frames(decode_sound(sound))
        first = next(frames, None)
        if first is None:
            raise UnusableMediaError("the audio stream of the file is empty", reason="NO_AUDIO")
        start = 0.0 if sound.origin is None else stamp_of(first) - float(sound.origin)
        mono = _Mono(rate_hertz, sound.mix)
        yield AudioStream(rate_hertz, start, _resample(first, frames, mono, start, start - stamp_of(first)))


def _require_frames(frames: Iterator[AudioFrame]) -> Iterator[AudioFrame]:
    """Yield frames; a stream without one is an error."""
    decoded = False
    for frame in frames:
        decoded = True
        yield frame
    if not decoded:
        raise UnusableMediaError("the audio of the file cannot be decoded", reason="DAMAGED_AUDIO")


def _resample(
    first: AudioFrame, rest: Iterator[AudioFrame], mono: _Mono, start: float, axis_shift: float
) -> Iterator[FloatSamples]:
    """Yield mono blocks; where the timestamps run ahead of the count of samples, zeros fill the gap.

    Timestamps that jump back, or further ahead than `LONGEST_GAP_SECONDS`, are ignored: the audio continues.
    """
    rate_hertz = mono.rate_hertz
    expected, written = start, 0
    frame: AudioFrame | None = first
    while frame is not None:
        stamp = stamp_of(frame) + axis_shift if frame.pts is not None else expected
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

    def __init__(self, rate_hertz: int, mix: Mix) -> None:
        self.rate_hertz = rate_hertz
        self._weights = None if mix.weights is None else np.array(mix.weights, np.float32)
        self._kind: tuple[str, str, int] | None = None
        self._layout: AudioLayout | None = None
        self._reset()

    def _reset(self) -> None:
        self._gathered = AudioFifo()
        weights, layout = self._weights, self._layout
        self._apart = weights is not None and layout is not None and layout.nb_channels == len(weights)
        self._resampler = AudioResampler(
            format="fltp" if self._apart else "flt", layout=layout if self._apart else "mono", rate=self.rate_hertz
        )

    def push(self, frame: AudioFrame) -> list[FloatSamples]:
        """Return the blocks that a frame completes. A stream may change its rate or channels midway."""
        kind = frame.format.name, frame.layout.name, frame.sample_rate
        before: list[FloatSamples] = []
        if kind != self._kind:
            before = self.flush()
            self._kind, self._layout = kind, frame.layout
            self._reset()
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
        return [self._combine(np.asarray(piece.to_ndarray(), np.float32)) for piece in self._resampler.resample(frame)]

    def _combine(self, samples: FloatSamples) -> FloatSamples:
        if self._apart and self._weights is not None:
            return np.asarray(self._weights @ samples, np.float32)
        return np.asarray(samples[0])


def _silence(samples: int, rate_hertz: int) -> Iterator[FloatSamples]:
    for begin in range(0, samples, rate_hertz):
        yield np.zeros(min(rate_hertz, samples - begin), np.float32)
