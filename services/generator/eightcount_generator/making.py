"""A dance as it leaves the service: made, finished, cut into pieces of a second, and traced to where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.finishing import finished_pieces
from eightcount_generator.keeping import kept
from eightcount_generator.makers.base import Maker, TracedMaker, Wishes
from eightcount_generator.music import Music

PIECE_FRAMES = round(FRAME_RATE_HERTZ)
_MOST_FRAMES = 8 * PIECE_FRAMES
"""Of what is finished in one go. Finishing looks around a piece, so large pieces cost less; the first comes sooner
when it is small."""


@dataclass(frozen=True, slots=True)
class Borrowed:
    """A stretch of a dance that comes from a recording.

    Attributes:
        first_frame: of the stretch, in the dance.
        frames: how many.
        recording: name of the recording.
        recording_frame: the first of its frames there.
    """

    first_frame: int
    frames: int
    recording: str
    recording_frame: int


class Making:
    """One dance in the making.

    Args:
        maker: that makes it.
        music: that is danced to.
        wishes: besides the music.
        check: called for every piece that the maker makes; what it raises ends the work.
    """

    def __init__(self, maker: Maker, music: Music, wishes: Wishes, *, check: Callable[[], None]) -> None:
        self._maker, self._music, self._wishes, self._check = maker, music, wishes, check
        self.borrowed: list[Borrowed] = []
        """Where every piece that was made so far comes from, if the maker can say so."""

    def pieces(self) -> Iterator[Dance]:
        """The dance in pieces of `PIECE_FRAMES` frames, the last one shorter, each as soon as it is ready.

        In flat memory, but for `borrowed`.

        Raises:
            InvalidInputError: the maker's.
            RuntimeError: the maker broke its promise of `music.frames` frames.
        """
        frames = 0
        finished = finished_pieces(growing(self._made()))
        for piece in cut(kept(finished, self._wishes.edit) if self._wishes.edit else finished, PIECE_FRAMES):
            frames += len(piece)
            yield piece
        if frames != self._music.frames:
            raise RuntimeError(f"a dance of {self._music.frames} frames was promised, {frames} were made")

    def _made(self) -> Iterator[Dance]:
        if not isinstance(self._maker, TracedMaker):
            for dance in self._maker.make(self._music, self._wishes):
                self._check()
                yield dance
            return
        frames = 0
        for piece in self._maker.make_traced(self._music, self._wishes):
            self._check()
            self.borrowed.append(Borrowed(frames, len(piece.dance), piece.recording, piece.recording_frame))
            frames += len(piece.dance)
            yield piece.dance


def growing(pieces: Iterable[Dance]) -> Iterator[Dance]:
    """The same dance in pieces of `PIECE_FRAMES` frames or more, then twice as many, and so on to `_MOST_FRAMES`."""
    kept: list[Dance] = []
    wanted = PIECE_FRAMES
    for piece in pieces:
        kept.append(piece)
        if sum(map(len, kept)) >= wanted:
            yield Dance.joined(kept)
            kept = []
            wanted = min(2 * wanted, _MOST_FRAMES)
    if kept:
        yield Dance.joined(kept)


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
