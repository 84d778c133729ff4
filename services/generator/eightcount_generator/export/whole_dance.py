"""Collects a whole dance, for formats whose arrays are stored one after another."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.dance import Dance


def collect_pieces(pieces: Iterable[Dance]) -> Generator[int, None, Dance]:
    """Concatenate the pieces; yield the number of frames after each and return the dance. Ten minutes take 16 MB.

    Raises:
        InvalidInputError: EMPTY_DANCE; there is no frame.
    """
    parts, frames = [], 0
    for piece in pieces:
        parts.append(piece)
        frames += len(piece)
        yield frames
    if not frames:
        raise InvalidInputError("a dance without frames cannot be written", reason="EMPTY_DANCE")
    return Dance.concatenate(parts)
