"""A recording's sound as random-access samples that do not stay in memory."""

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

Samples = NDArray[np.float32]

RATE_HERTZ = 8000
"""Rate of every comparison: what a phone, a room and a codec leave of music lies below 4 kHz."""
LONGEST_SECONDS = 6 * 3600
"""Longer recordings are refused."""
_ITEM_BYTES = 4
_PIECE = 30 * RATE_HERTZ


@dataclass(frozen=True)
class Recording:
    """Mono samples at `RATE_HERTZ` in an unlinked temporary file, closed when nobody holds the recording any more.

    Attributes:
        start_seconds: time of sample 0 on the file's own time axis.
        length: number of samples.
        peak: largest absolute sample.
        descriptor: open file of little-endian float32.
        folder: where that file lies; the system's own place when None.
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

    def read(self, start: int, count: int) -> Samples:
        """[count] samples from `start` on; zeros where the recording has none."""
        samples = np.zeros(count, np.float32)
        first, stop = max(start, 0), min(start + count, self.length)
        if first < stop:
            data = os.pread(self.descriptor, (stop - first) * _ITEM_BYTES, first * _ITEM_BYTES)
            samples[first - start : stop - start] = np.frombuffer(data, np.float32)
        return samples


def read_recording(
    file: BinaryIO, *, folder: Path | None = None, check: Callable[[], None] = lambda: None
) -> Recording:
    """Decodes a file's sound; `check` is called for every second of it and may raise to stop.

    Args:
        file: seekable; not needed afterwards.
        folder: where the temporary file is made; the system's own place when not given.
        check: see above.

    Raises:
        UnusableMediaError: what `open_audio` raises, or AUDIO_TOO_LONG.
    """
    with open_audio(file, rate_hertz=RATE_HERTZ) as audio:
        return _spool(audio.blocks, audio.start_seconds, folder, check)


@contextmanager
def open_recording(file: BinaryIO) -> Iterator[Recording]:
    """What `read_recording` reads."""
    yield read_recording(file)


@contextmanager
def recording_of(samples: Samples, *, start_seconds: float = 0.0) -> Iterator[Recording]:
    """A recording from samples at `RATE_HERTZ`."""
    yield _spool([samples.astype(np.float32)], start_seconds, None, lambda: None)


def resampled(recording: Recording, ratio: float, *, check: Callable[[], None] = lambda: None) -> Recording:
    """The recording played `ratio` times as fast, pitch and all; its time is `ratio` times the recording's."""
    stream = soxr.ResampleStream(RATE_HERTZ / ratio, RATE_HERTZ, 1, dtype="float32")
    starts = range(0, recording.length, _PIECE)
    blocks = (
        stream.resample_chunk(recording.read(start, min(_PIECE, recording.length - start)), last=start == starts[-1])
        for start in starts
    )
    return _spool(blocks, recording.start_seconds * ratio, recording.folder, check)


def _spool(
    blocks: Iterable[Samples], start_seconds: float, folder: Path | None, check: Callable[[], None]
) -> Recording:
    length, peak = 0, 0.0
    with tempfile.TemporaryFile(dir=folder) as file:
        for block in blocks:
            check()
            block = np.nan_to_num(block)
            file.write(block.tobytes())
            length += len(block)
            peak = max(peak, float(np.abs(block).max(initial=0.0)))
            if length > LONGEST_SECONDS * RATE_HERTZ:
                raise UnusableMediaError(
                    f"the sound is longer than {LONGEST_SECONDS // 3600} hours", reason="AUDIO_TOO_LONG"
                )
        file.flush()
        recording = Recording(start_seconds, length, peak, os.dup(file.fileno()), folder)
    weakref.finalize(recording, os.close, recording.descriptor)
    return recording
