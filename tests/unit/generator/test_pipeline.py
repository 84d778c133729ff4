from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np
import pytest

from eightcount_common.errors import CancelledError
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.post_processor import LOOK_AHEAD_FRAMES, post_process
from eightcount_generator.models.base import GenerationOptions
from eightcount_generator.music import Music
from eightcount_generator.pipeline import PIECE_FRAMES, Generation, merge_pieces, split_pieces
from eightcount_generator.service.codec import decode_music
from tests.unit.generator.export_dances import pieces
from tests.unit.generator.stub_family import StubGenerator, music
from tests.unit.generator.synthetic_recordings import dance


def heard(seconds: float) -> Music:
    return decode_music(music(8.0), duration_seconds=seconds, longest_seconds=3600.0)


def nothing() -> None:
    pass


class Untraced:
    """A generator without sources of its pieces, which generates `short` frames too few."""

    styles = ()

    def __init__(self, whole: Dance, *, short: int = 0) -> None:
        self._whole = whole.frames(0, len(whole) - short)

    def generate(self, music: Music, options: GenerationOptions) -> Iterator[Dance]:
        return pieces(self._whole)


def test_a_dance_is_cut_into_seconds_and_finished_as_a_whole() -> None:
    whole = dance(22.5)
    made = list(Generation(Untraced(whole), heard(22.5), GenerationOptions(), check=nothing).pieces())
    assert [len(piece) for piece in made] == [PIECE_FRAMES] * 22 + [15]
    np.testing.assert_allclose(Dance.concatenate(made).joints(), post_process(whole).joints(), atol=2e-3)


def test_a_generator_that_cannot_trace_borrows_nothing() -> None:
    making = Generation(Untraced(dance(2.0)), heard(2.0), GenerationOptions(), check=nothing)
    assert sum(map(len, making.pieces())) == 60
    assert making.source_segments == []


def test_a_generator_that_breaks_its_promise_is_a_fault() -> None:
    making = Generation(Untraced(dance(2.0), short=1), heard(2.0), GenerationOptions(), check=nothing)
    with pytest.raises(RuntimeError, match="must generate 60 frames; it generated 59"):
        list(making.pieces())


def test_a_check_that_raises_ends_the_work() -> None:
    generator, calls = StubGenerator(()), []

    def check() -> None:
        calls.append(1)
        if len(calls) > 3:
            raise CancelledError("nobody waits")

    with pytest.raises(CancelledError):
        list(Generation(generator, heard(600.0), GenerationOptions(), check=check).pieces())
    assert generator.made == 4 * 50


def test_the_first_second_wants_little_more_than_the_look_ahead() -> None:
    generator = StubGenerator((), piece_frames=10)
    next(Generation(generator, heard(600.0), GenerationOptions(), check=nothing).pieces())
    assert generator.made < LOOK_AHEAD_FRAMES + 12 * PIECE_FRAMES


def test_a_long_dance_wants_no_more_memory_than_a_short_one() -> None:
    def peak(seconds: float) -> int:
        tracemalloc.reset_peak()
        for _ in Generation(StubGenerator(()), heard(seconds), GenerationOptions(), check=nothing).pieces():
            pass
        return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        peak(20.0)
        assert peak(120.0) < 1.1 * peak(30.0)
    finally:
        tracemalloc.stop()


def test_pieces_of_any_length_are_cut_anew() -> None:
    whole = dance(3.0)
    for frames in (1, 7, 30, 100):
        found = list(split_pieces(pieces(whole, frames=frames), 20))
        assert [len(piece) for piece in found] == [20, 20, 20, 20, 10]
        np.testing.assert_array_equal(Dance.concatenate(found).root, whole.root)


def test_pieces_grow() -> None:
    whole = dance(30.0)
    lengths = [len(piece) for piece in merge_pieces(pieces(whole, frames=15))]
    assert lengths == [30, 60, 120, 240, 240, 210]
    assert list(merge_pieces(iter(()))) == []
