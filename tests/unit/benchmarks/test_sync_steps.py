"""What counts as right and wrong for a take with a step."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_sync.alignment import Alignment, Method, Segment, TimeLine, Verdict
from tests.benchmarks.sync_steps import KINDS, RATE, StepTake, TruePiece, build_take, judge

PIECES = (TruePiece(0.0, 5.0, 8.0), TruePiece(5.0, 10.0, 10.0))


def take(pieces: tuple[TruePiece, ...] = PIECES) -> StepTake:
    return StepTake("pause", "5+5", "a song", "clean", b"", b"", pieces, repeats=False, reference_seconds=40.0)


def answer(*segments: Segment, offset: float = 8.0) -> Alignment:
    return Alignment(Verdict.ALIGNED, "OK", "", Method.AUDIO, confidence=0.95, offset_seconds=offset, segments=segments)


FIRST, SECOND = Segment(0.0, 5.0, TimeLine(8.0)), Segment(5.0, 10.0, TimeLine(10.02))
FOREIGN = TruePiece(5.0, 10.0, float("nan"))


@pytest.mark.parametrize(
    ("pieces", "given", "verdict"),
    [
        (PIECES, answer(FIRST, SECOND), "right"),
        (PIECES, answer(FIRST), "right in part"),
        (PIECES, answer(), "wrong"),
        (PIECES, answer(offset=33.7), "wrong"),
        (PIECES, Alignment(Verdict.NO_MATCH, "DIFFERENT_MUSIC", "", Method.AUDIO), "refused"),
        (PIECES, Alignment(Verdict.AMBIGUOUS, "REPEATING_MUSIC", "", Method.AUDIO), "ambiguous"),
        ((PIECES[0], FOREIGN), answer(FIRST), "right"),
        ((PIECES[0], FOREIGN), answer(), "wrong"),
    ],
)
def test_a_map_is_right_where_it_places_what_the_reference_has_and_nothing_else(pieces, given, verdict):
    assert judge(take(pieces), given)[0] == verdict


def test_every_kind_of_take_is_built_with_its_truth():
    generator = np.random.default_rng(1)
    songs = {name: generator.standard_normal(75 * RATE).astype(np.float32) for name in ("one", "two")}
    noises = {"white": songs["two"]}
    built = build_take(songs, noises, list(KINDS).index("cut back"))
    first, second = built.pieces
    assert first.offset is not None
    assert second.offset is not None
    assert second.start + second.offset < first.start + first.offset
    assert built == build_take(songs, noises, list(KINDS).index("cut back"))
