"""The sound of a recording as random-access samples that do not stay in memory."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import soxr
from numpy.typing import NDArray

from eightcount_common.errors import UnusableMediaError
from eightcount_common.media.audio import open_audio

SampleArray = NDArray[np.float32]

RATE_HERTZ = 8000
"""Sample rate of every comparison: the part of music that survives a phone, a room and a codec lies below 4 kHz."""
MAX_DURATION_SECONDS = 6 * 3600
"""Longer recordings are rejected."""
_ITEM_BYTES = 4
_PIECE = 30 * RATE_HERTZ


@dataclass(frozen=True)
class AudioSamples:
    """Mono samples at `RATE_HERTZ` in an unlinked temporary file, closed when the object is garbage-collected.

    Attributes:
        start_seconds: time of sample 0 on the file's own time axis.
        length: number of samples.
        peak: largest absolute sample.
        descriptor: open file of little-endian float32.
        folder: folder of that file; the system's temporary folder when None.
    """

    start_seconds: float
    length: int
    peak: float
    descriptor: int
    folder: Path | None

    @property
    def duration_seconds(self) -> float:
        """Length in seconds."""
        return self.length / RATE_HERTZ

    @property
    def size_bytes(self) -> int:
        """Size of the temporary file."""
        return self.length * _ITEM_BYTES

    def read(self, start: int, count: int) -> SampleArray:
        """Read [count] samples from `start` on; zeros outside the recording."""
        samples = np.zeros(count, np.float32)
        first, stop = max(start, 0), min(start + count, self.length)
        if first < stop:
            data = os.pread(self.descriptor, (stop - first) * _ITEM_BYTES, first * _ITEM_BYTES)
            samples[first - start : stop - start] = np.frombuffer(data, np.float32)
        return samples


def decode_samples(
    file: BinaryIO, *, folder: Path | None = None, check: Callable[[], None] = lambda: None
) -> AudioSamples:
    """Decode the sound of a file.

    Args:
        file: seekable; not needed afterwards.
        folder: folder of the temporary file; the system's temporary folder when not given.
        check: called for every second of sound; may raise to stop the work.

    Raises:
        UnusableMediaError: what `open_audio` raises, or AUDIO_TOO_LONG.
    """
    with open_audio(file, rate_hertz=RATE_HERTZ) as audio:
        return _spool(audio.blocks, audio.start_seconds, folder, check)


@contextmanager
def open_samples(file: BinaryIO) -> Iterator[AudioSamples]:
    """Decode the sound of a file with `decode_samples`, as a context manager."""
    yield decode_samples(file)


@contextmanager
def samples_from_array(samples: SampleArray, *, start_seconds: float = 0.0) -> Iterator[AudioSamples]:
    """Store an array of samples at `RATE_HERTZ`."""
    yield _spool([samples.astype(np.float32)], start_seconds, None, lambda: None)


def cut_samples(recording: AudioSamples, start: float, end: float) -> AudioSamples:
    """Cut a recording to the stretch between two times after its first sample; it keeps its own time axis."""
    first, stop = round(start * RATE_HERTZ), round(end * RATE_HERTZ)
    blocks = (recording.read(at, min(_PIECE, stop - at)) for at in range(first, stop, _PIECE))
    return _spool(blocks, recording.start_seconds + first / RATE_HERTZ, recording.folder, lambda: None)


def change_speed(recording: AudioSamples, ratio: float, *, check: Callable[[], None] = lambda: None) -> AudioSamples:
    """Resample a recording as if played `ratio` times as fast, pitch included.

    A moment at time t of the recording lies at `ratio * t` of the result.
    """
    stream = soxr.ResampleStream(RATE_HERTZ / ratio, RATE_HERTZ, 1, dtype="float32")
    starts = range(0, recording.length, _PIECE)
    blocks = (
        stream.resample_chunk(recording.read(start, min(_PIECE, recording.length - start)), last=start == starts[-1])
        for start in starts
    )
    return _spool(blocks, recording.start_seconds * ratio, recording.folder, check)


def _spool(
    blocks: Iterable[SampleArray], start_seconds: float, folder: Path | None, check: Callable[[], None]
) -> AudioSamples:
    length, peak = 0, 0.0
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in blocks:
            check()
            block = np.nan_to_num(block)
            file.write(block.tobytes())
            length += len(block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            if length > MAX_DURATION_SECONDS * RATE_HERTZ:
                raise UnusableMediaError(
                    f"the sound is longer than {MAX_DURATION_SECONDS // 3600} hours", reason="AUDIO_TOO_LONG"
                )
        file.flush()
        recording = AudioSamples(start_seconds, length, peak, os.dup(file.fileno()), folder)
    weakref.finalize(recording, os.close, recording.descriptor)
    return recording
