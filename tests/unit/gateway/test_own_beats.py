"""Beats and counts that a user gives."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import ValidationError

from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.http.schemas.beats import BeatsBody
from eightcount_gateway.kinds.own_beats import apply_own_beats

FOUND = sync_pb2.Music(
    has_beat=True, reason="OK", tempo_bpm=120.0, beats_seconds=[0.5 * beat for beat in range(40)],
    eight_count_starts=range(0, 40, 8), metre="4/4", beats_per_bar=4, counts_per_phrase=8, confidence=0.6,
)  # fmt: skip


def test_a_tempo_and_a_first_beat_fill_the_recording() -> None:
    music = apply_own_beats(FOUND, BeatsBody(bpm=90.0, first_beat_s=1.0), seconds=12.0)
    np.testing.assert_allclose(np.diff(music.beats_seconds), 60.0 / 90.0, atol=1e-5)
    assert music.beats_seconds[0] < 60.0 / 90.0
    assert music.beats_seconds[-1] > 12.0 - 60.0 / 90.0
    one = music.eight_count_starts[0]
    assert music.beats_seconds[one] % (8 * 60.0 / 90.0) == pytest.approx(1.0, abs=1e-4)
    assert music.beat_in_bar[one] == 1
    assert (music.tempo_bpm, music.confidence, music.metre) == (90.0, 1.0, "4/4")


def test_a_waltz_given_by_hand_is_counted_in_sixes() -> None:
    music = apply_own_beats(FOUND, BeatsBody(bpm=180.0, first_beat_s=0.2, beats_per_bar=3), seconds=20.0)
    assert (music.metre, music.counts_per_phrase) == ("3/4", 6)
    assert set(np.diff(music.eight_count_starts)) == {6}


def test_taps_are_continued_to_both_ends() -> None:
    music = apply_own_beats(FOUND, BeatsBody(taps_s=[4.0, 4.6, 5.21, 5.8]), seconds=10.0)
    assert {4.0, 4.6, 5.21, 5.8} <= set(music.beats_seconds)
    assert music.beats_seconds[0] < 0.6
    assert music.beats_seconds[-1] > 9.3
    assert 4.0 in {music.beats_seconds[start] for start in music.eight_count_starts}


def test_only_the_place_of_the_one_is_corrected() -> None:
    music = apply_own_beats(FOUND, BeatsBody(first_beat_s=1.52, first_count=1))
    assert list(music.beats_seconds) == list(FOUND.beats_seconds)
    assert music.eight_count_starts[0] == 3
    assert music.beat_in_bar[3] == 1


def test_the_first_beat_may_have_another_count() -> None:
    music = apply_own_beats(FOUND, BeatsBody(first_beat_s=0.0, first_count=7))
    assert music.eight_count_starts[0] == 2


def test_music_without_a_beat_gets_one() -> None:
    silent = sync_pb2.Music(reason="NO_STEADY_BEAT")
    music = apply_own_beats(silent, BeatsBody(bpm=100.0, first_beat_s=0.0), seconds=30.0)
    assert (music.has_beat, music.reason, len(music.beats_seconds)) == (True, "OK", 50)


def test_without_own_beats_nothing_changes() -> None:
    assert apply_own_beats(FOUND, None) == FOUND


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"bpm": 19.0, "first_beat_s": 0.0}, "greater than or equal to 20"),
        ({"bpm": 401.0, "first_beat_s": 0.0}, "less than or equal to 400"),
        ({"bpm": 100.0}, "needs a first beat"),
        ({"bpm": 100.0, "first_beat_s": 0.0, "taps_s": [1, 2, 3, 4]}, "not both"),
        ({"taps_s": [1, 2, 3]}, "at least 4 taps"),
        ({"taps_s": [1, 2, 2.05, 3]}, "apart"),
        ({"beats_per_bar": 3, "first_count": 7}, "counts go to 6"),
        ({"first_count": 2}, "give bpm"),
    ],
)
def test_impossible_beats_are_refused_with_the_reason(fields: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        BeatsBody.model_validate(fields)
