"""Access to a motion in pieces and more than once, so that it does not have to be in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from eightcount_common.motion import MotionSequence

PIECE_FRAMES = 512


class MotionReader(Protocol):
    """A motion that can be read in any range of frames, such as a `MotionSequence` or a `MotionSpool`."""

    def __len__(self) -> int:
        """Number of frames."""
        ...

    def frames(self, start: int, stop: int) -> MotionSequence:
        """Read the frames start <= t < stop."""
        ...


def read_pieces(recording: MotionReader) -> Iterator[MotionSequence]:
    """Read a motion from beginning to end, piece by piece."""
    for start in range(0, len(recording), PIECE_FRAMES):
        yield recording.frames(start, min(start + PIECE_FRAMES, len(recording)))
