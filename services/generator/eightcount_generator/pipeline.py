"""The pipeline of a dance: generation, post-processing, restored kept parts, pieces of one second."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.post_processing.post_processor import post_process_pieces
from eightcount_generator.edit_mask import restore_kept_parts
from eightcount_generator.models.base import AttributedGenerator, DanceGenerator, GenerationOptions
from eightcount_generator.music import Music

PIECE_FRAMES = round(FRAME_RATE_HERTZ)
_MAX_FRAMES = 8 * PIECE_FRAMES
"""Maximum frames that are post-processed together. Post-processing needs the context of a piece, so large pieces cost
less; a small first piece is ready sooner.
"""


@dataclass(frozen=True, slots=True)
class SourceSegment:
    """A segment of a dance that was copied from a recording.

    Attributes:
        first_frame: first frame of the segment in the dance.
        frames: its length.
        recording: name of the recording.
        recording_frame: the first copied frame of the recording.
    """

    first_frame: int
    frames: int
    recording: str
    recording_frame: int


class Generation:
    """The generation of one dance.

    Args:
        generator: the generator.
        music: the music to dance to.
        options: the other options.
        check: called for every piece of the generator; may raise to stop the work.
    """

    def __init__(
        self, generator: DanceGenerator, music: Music, options: GenerationOptions, *, check: Callable[[], None]
    ) -> None:
        self._generator, self._music, self._options, self._check = generator, music, options, check
        self.source_segments: list[SourceSegment] = []
        """Sources of the pieces generated so far, if the generator knows them."""

    def pieces(self) -> Iterator[Dance]:
        """Yield the dance in pieces of `PIECE_FRAMES` frames, the last one shorter, each as soon as it is ready.

        In constant memory, except for `source_segments`.

        Raises:
            InvalidInputError: as the generator.
            RuntimeError: the generator did not generate `music.frames` frames.
        """
        frames = 0
        finished = post_process_pieces(merge_pieces(self._generate()))
        for piece in split_pieces(
            restore_kept_parts(finished, self._options.edit) if self._options.edit else finished, PIECE_FRAMES
        ):
            frames += len(piece)
            yield piece
        if frames != self._music.frames:
            raise RuntimeError(f"the generator must generate {self._music.frames} frames; it generated {frames}")

    def _generate(self) -> Iterator[Dance]:
        if not isinstance(self._generator, AttributedGenerator):
            for dance in self._generator.generate(self._music, self._options):
                self._check()
                yield dance
            return
        frames = 0
        for piece in self._generator.generate_attributed(self._music, self._options):
            self._check()
            self.source_segments.append(SourceSegment(frames, len(piece.dance), piece.recording, piece.recording_frame))
            frames += len(piece.dance)
            yield piece.dance


def merge_pieces(pieces: Iterable[Dance]) -> Iterator[Dance]:
    """Merge pieces to `PIECE_FRAMES` frames or more, then twice as many, and so on up to `_MAX_FRAMES`."""
    pending: list[Dance] = []
    size = PIECE_FRAMES
    for piece in pieces:
        pending.append(piece)
        if sum(map(len, pending)) >= size:
            yield Dance.concatenate(pending)
            pending = []
            size = min(2 * size, _MAX_FRAMES)
    if pending:
        yield Dance.concatenate(pending)


def split_pieces(pieces: Iterable[Dance], frames: int) -> Iterator[Dance]:
    """Split pieces to a number of frames, the last one shorter."""
    pending: Dance | None = None
    for piece in pieces:
        pending = piece if pending is None else Dance.concatenate([pending, piece])
        whole = len(pending) // frames * frames
        for start in range(0, whole, frames):
            yield pending.frames(start, start + frames)
        pending = pending.frames(whole, len(pending))
    if pending is not None and len(pending):
        yield pending
