"""A motion as scoring reads it: in pieces and more than once, so that it need not lie in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from eightcount_common.motion import MotionSequence

PIECE_FRAMES = 512


class MotionReader(Protocol):
    """A motion of which any frames can be had; a `MotionSequence` is one."""

    def __len__(self) -> int:
        """Number of frames."""
        ...

    def frames(self, start: int, stop: int) -> MotionSequence:
        """The frames start <= t < stop."""
        ...


def read_pieces(recording: MotionReader) -> Iterator[MotionSequence]:
    """The recording from its beginning to its end."""
    for start in range(0, len(recording), PIECE_FRAMES):
        yield recording.frames(start, min(start + PIECE_FRAMES, len(recording)))
