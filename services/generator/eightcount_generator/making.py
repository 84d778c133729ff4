"""A dance as it leaves the service: made, finished, and cut into pieces of a second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.finishing import finished_pieces
from eightcount_generator.makers.base import Maker, Wishes
from eightcount_generator.music import Music

PIECE_FRAMES = round(FRAME_RATE_HERTZ)


def make(maker: Maker, music: Music, wishes: Wishes, *, check: Callable[[], None]) -> Iterator[Dance]:
    """The dance in pieces of `PIECE_FRAMES` frames, the last one shorter, as soon as each is ready; in flat memory.

    Args:
        maker: that makes it.
        music: that is danced to.
        wishes: besides the music.
        check: called for every piece that the maker makes; what it raises ends the work.

    Raises:
        InvalidInputError: the maker's.
        RuntimeError: the maker broke its promise of `music.frames` frames.
    """
    frames = 0
    for piece in cut(finished_pieces(_checked(maker.make(music, wishes), check)), PIECE_FRAMES):
        frames += len(piece)
        yield piece
    if frames != music.frames:
        raise RuntimeError(f"a dance of {music.frames} frames was promised, {frames} were made")


def cut(pieces: Iterable[Dance], frames: int) -> Iterator[Dance]:
    """The same dance in pieces of so many frames, the last one shorter."""
    kept: Dance | None = None
    for piece in pieces:
        kept = piece if kept is None else Dance.joined([kept, piece])
        whole = len(kept) // frames * frames
        for start in range(0, whole, frames):
            yield kept.frames(start, start + frames)
        kept = kept.frames(whole, len(kept))
    if kept is not None and len(kept):
        yield kept


def _checked(pieces: Iterable[Dance], check: Callable[[], None]) -> Iterator[Dance]:
    for piece in pieces:
        check()
        yield piece
