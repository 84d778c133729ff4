"""Short takes with a step in them: every piece is placed by its own evidence, or left out."""

from __future__ import annotations

from contextlib import ExitStack

import numpy as np
import pytest
from scipy.signal import resample

from eightcount_sync.alignment import Alignment, Segment, TimeLine, Verdict
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.piecewise_map import find_unmapped
from eightcount_sync.audio.samples import samples_from_array
from tests.unit.sync.signals import Samples, noisy, song

RATE = 8000


@pytest.fixture(scope="module")
def music() -> Samples:
    return song(1, 45)


def aligned(a: Samples, b: Samples, **options) -> Alignment:
    with ExitStack() as stack:
        return align_audio(
            stack.enter_context(samples_from_array(a)), stack.enter_context(samples_from_array(b)), **options
        )


def cut(music: Samples, start: float, seconds: float) -> Samples:
    return music[round(start * RATE) : round((start + seconds) * RATE)]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def places(answer: Alignment) -> list[float]:
    return [segment.line.offset_seconds for segment in answer.segments]


STEPS = {
    "paused": ((8.0, 5.0), (15.0, 5.0)),
    "cut forward": ((3.0, 5.0), (35.0, 5.0)),
    "cut back": ((30.0, 5.0), (12.0, 5.0)),
    "a second lost": ((8.0, 5.0), (14.0, 5.0)),
    "50 ms lost": ((8.0, 5.0), (13.05, 5.0)),
    "short and long": ((20.0, 3.0), (24.0, 12.0)),
    "three pieces": ((2.0, 5.0), (9.0, 5.0), (20.0, 5.0)),
}


@pytest.mark.parametrize("step", STEPS)
def test_each_piece_is_placed(music, step):
    take = np.concatenate([cut(music, *piece) for piece in STEPS[step]])
    lengths = np.cumsum([0.0, *(seconds for _, seconds in STEPS[step])])
    answer = aligned(music, noisy(take, 2, snr_db=10.0))
    assert answer.verdict is Verdict.ALIGNED
    expected = [start - at for (start, _), at in zip(STEPS[step], lengths[:-1], strict=True)]
    assert places(answer) == pytest.approx(expected, abs=1e-3)
    assert [piece.b_end_seconds for piece in answer.segments] == pytest.approx(lengths[1:], abs=0.3)
    assert answer.offset_seconds in places(answer)


@pytest.mark.parametrize("gap", [0.02, 0.04, 0.08])
@pytest.mark.parametrize("search_speed", [False, True])
def test_inserted_silence_is_a_step_and_no_other_speed(music, gap, search_speed):
    take = np.concatenate([cut(music, 10.0, 5.0), silence(gap), cut(music, 15.0, 5.0)])
    answer = aligned(cut(music, 10.0, 10.0), noisy(take, 2, snr_db=20.0), search_speed=search_speed)
    assert answer.verdict is Verdict.ALIGNED
    assert answer.speed_ratio == 1.0
    assert places(answer) == pytest.approx([0.0, -gap], abs=1e-3)


def test_music_that_pauses_for_a_while_goes_on_in_its_place(music):
    take = np.concatenate([cut(music, 8.0, 5.0), silence(2.0), cut(music, 13.0, 5.0)])
    answer = aligned(music, noisy(take, 2, snr_db=15.0))
    assert places(answer) == pytest.approx([8.0, 6.0], abs=1e-3)


def test_a_piece_of_another_song_is_left_out(music):
    take = np.concatenate([song(7, 8), cut(music, 12.0, 8.0)])
    answer = aligned(music, noisy(take, 2, snr_db=10.0), search_speed=True)
    assert answer.verdict is Verdict.ALIGNED
    (piece,) = answer.segments
    assert piece.line.offset_seconds == pytest.approx(4.0, abs=1e-3)
    assert (piece.b_start_seconds, piece.b_end_seconds) == pytest.approx((8.0, 16.0), abs=0.5)
    assert "in parts" in answer.message


def test_the_piece_at_another_speed_has_its_own_ratio(music):
    slower = resample(cut(music, 18.0, 16.0), round(16 * RATE / 0.93)).astype(np.float32)
    answer = aligned(music, noisy(np.concatenate([cut(music, 8.0, 10.0), slower]), 2, 15.0), search_speed=True)
    assert answer.verdict is Verdict.ALIGNED
    first, second = answer.segments
    assert first.line.offset_seconds == pytest.approx(8.0, abs=1e-3)
    assert second.line.ratio == pytest.approx(0.93, rel=1e-3)
    assert second.line.to_a_seconds(15.0) == pytest.approx(18.0 + 5.0 * 0.93, abs=5e-3)


def test_two_pieces_of_another_song_are_refused(music):
    other = song(9, 30)
    take = np.concatenate([cut(other, 2.0, 6.0), cut(other, 15.0, 6.0)])
    assert aligned(music, take, search_speed=True).verdict is Verdict.NO_MATCH


def test_a_verse_that_comes_back_is_ambiguous_and_not_placed():
    verse, bridge = song(3, 12), song(4, 12)
    reference = np.concatenate([verse, bridge, verse])
    take = noisy(np.concatenate([cut(verse, 1.0, 5.0), cut(verse, 7.0, 5.0)]), 2, snr_db=20.0)
    answer = aligned(reference, take)
    assert answer.verdict is Verdict.AMBIGUOUS
    found = sorted(candidate.offset_seconds for candidate in answer.candidates)
    assert found in (pytest.approx([1.0, 25.0], abs=1e-3), pytest.approx([2.0, 26.0], abs=1e-3))


def test_a_take_is_as_sure_as_its_least_sure_piece(music):
    sure = aligned(music, noisy(cut(music, 8.0, 10.0), 2, snr_db=10.0))
    faint = np.concatenate([cut(music, 8.0, 5.0), noisy(cut(music, 20.0, 5.0), 3, snr_db=-8.0)])
    assert aligned(music, noisy(faint, 2, snr_db=10.0)).confidence <= sure.confidence


def test_what_the_segments_leave_out_is_unmapped():
    line = TimeLine(0.0)
    segments = [Segment(1.0, 2.0, line), Segment(2.0, 3.0, line), Segment(5.0, 6.0, line)]
    assert find_unmapped(segments, 8.0) == [(0.0, 1.0), (3.0, 5.0), (6.0, 8.0)]
    assert find_unmapped([], 8.0) == []
