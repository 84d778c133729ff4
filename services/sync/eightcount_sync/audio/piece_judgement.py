"""Judges the pieces of a take: certain, fitting in several places, or no evidence at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eightcount_sync.audio.confidence import PieceEvidence, piece_confidence
from eightcount_sync.audio.pieces import Piece

MIN_AGREEMENT = 5.0
"""Least agreement of a piece's windows."""
MIN_HEIGHT = 10.0
"""Least height of a piece's correlation above chance, in standard deviations."""
EQUALLY_GOOD = 0.85
"""A place with this share of the piece's height explains it equally well."""
MIN_CONFIDENCE = 0.5
CROWD, CROWD_SHARE, CROWD_COHERENCE = 3, 0.6, 0.2
"""When at least `CROWD` places have this share of so low a coherence, they only share a beat."""
NEAR_SECONDS = 0.25
NEAR_CONFIDENCE = 0.9
"""A piece that fits in several places belongs to the one next to its neighbour's line, with no more confidence than
this."""

MUCH_LOWER = 0.8
"""A piece whose loud cells agree less than this share of another piece's, in one recording, may lack the reference's
sound; then its confidence has the same limit."""


@dataclass(frozen=True, slots=True)
class JudgedPieces:
    """The outcome.

    Attributes:
        accepted: pieces with their confidences, in the order of their times.
        repeated: the longest of those that fit in several places.
        refused: the other pieces whose windows agree along a line.
    """

    accepted: tuple[tuple[Piece, float], ...]
    repeated: Piece | None
    refused: tuple[Piece, ...]


def piece_evidence(piece: Piece, *, with_rival: bool = True) -> PieceEvidence:
    """Return the evidence for a piece."""
    rival = piece.standing.share if with_rival else 0.0
    return PieceEvidence(piece.agreement, piece.coherence, rival, piece.loud.mean)


def judge_pieces(pieces: Sequence[Piece]) -> JudgedPieces:
    """Judge each piece by its own evidence; a repeated one also by its neighbours."""
    present = [
        piece
        for piece in pieces
        if piece.agreement >= MIN_AGREEMENT
        and piece.standing.height >= MIN_HEIGHT
        and piece_confidence(piece_evidence(piece, with_rival=False)) >= MIN_CONFIDENCE
    ]
    clearest = max((piece.loud.mean for piece in present), default=0.0)
    alone = {
        number: _certainty(piece, clearest)
        for number, piece in enumerate(present)
        if piece.standing.share < EQUALLY_GOOD
    }
    sure = {number: certainty for number, certainty in alone.items() if certainty >= MIN_CONFIDENCE}
    for number, piece in enumerate(present):
        beside = [n for n in (number - 1, number + 1) if n in sure and _are_near(present[n], piece)]
        if number not in sure and beside:
            sure[number] = min(NEAR_CONFIDENCE, *(sure[n] for n in beside))
    repeated = [piece for number, piece in enumerate(present) if number not in alone and not _is_crowded(piece)]
    return JudgedPieces(
        tuple((present[number], sure[number]) for number in sorted(sure)),
        max(repeated, key=lambda piece: piece.seconds, default=None),
        tuple(piece for number, piece in enumerate(present) if number not in sure),
    )


def _certainty(piece: Piece, clearest: float) -> float:
    """Return the confidence in a piece; what lacks the reference's sound may belong to another passage."""
    certainty = piece_confidence(piece_evidence(piece))
    may_lack = piece.loud.is_uneven or piece.loud.mean < MUCH_LOWER * clearest
    return min(certainty, NEAR_CONFIDENCE) if may_lack else certainty


def _is_crowded(piece: Piece) -> bool:
    """Whether the places that fit are chance matches of a shared beat rather than repetitions within one song."""
    alike = sum(rival.height >= CROWD_SHARE * piece.standing.height for rival in piece.standing.rivals)
    return piece.coherence < CROWD_COHERENCE and alike >= CROWD


def _are_near(one: Piece, other: Piece) -> bool:
    at = min(one.end, other.end)
    return abs(one.line.to_a_seconds(at) - other.line.to_a_seconds(at)) <= NEAR_SECONDS
