"""Motion beats, their scores, and what chance scores."""

import math

import numpy as np
import pytest

from eightcount_generator.evaluation.beats import beat_alignment
from eightcount_generator.evaluation.beats.chance import chance_level
from tests.unit.generator.metric_motions import standing

STEP = math.exp(-0.5)
"""Score of a beat that is three frames off."""


def swinging(frames, period_frames):
    """A body that swings to and fro and stands still every half period, first a third of a frame after frame 0."""
    way = np.cos(2 * np.pi * (np.arange(frames) - 1 / 3) / period_frames)
    return standing(frames) + way[:, None, None] * np.array([0.3, 0.0, 0.0])


def test_a_body_that_turns_back_beats_there_by_both_definitions():
    joints = swinging(301, 60)
    turns = (np.arange(30, 300, 30) + 1 / 3) / 60
    of_mint = beat_alignment.mint_seconds(beat_alignment.mint_beats(beat_alignment.mint_envelope(joints)))
    smooth = beat_alignment.bailando_smooth(beat_alignment.bailando_speed(joints))
    of_bailando = beat_alignment.bailando_seconds(beat_alignment.bailando_beats(smooth))
    assert of_mint == pytest.approx(turns, abs=0.5 / 60)
    assert of_bailando == pytest.approx(turns, abs=0.5 / 60)


def test_a_body_that_stands_has_no_beats():
    assert not len(beat_alignment.mint_beats(beat_alignment.mint_envelope(standing(90))))
    assert not len(
        beat_alignment.bailando_beats(beat_alignment.bailando_smooth(beat_alignment.bailando_speed(standing(90))))
    )


def test_mint_finds_no_beat_at_the_start_or_within_ten_frames_of_a_slower_one():
    envelope = np.array([0.0] + [2.0] * 9 + [1.0] + [2.0] * 9 + [1.5] + [2.0] * 15)
    assert beat_alignment.mint_beats(envelope).tolist() == []
    later = np.concatenate([np.full(12, 2.0), [1.0], np.full(12, 2.0)])
    assert beat_alignment.mint_beats(later).tolist() == [12]


def test_mint_asks_every_motion_beat():
    assert beat_alignment.mint_score(np.array([10, 23, 400]), np.array([10, 20, 30])) == pytest.approx(
        (1 + STEP + 0) / 3
    )


def test_bailando_asks_every_music_beat_before_the_last_frame():
    score = beat_alignment.bailando_score(np.array([10, 23]), np.array([10, 20, 59]), frames=60)
    assert score == pytest.approx((1 + STEP) / 2)


def test_scores_without_beats():
    none, some = np.array([], np.intp), np.array([5])
    assert beat_alignment.mint_score(none, some) == 0.0
    assert math.isnan(beat_alignment.mint_score(some, none))
    assert math.isnan(beat_alignment.bailando_score(none, some, frames=60))
    assert math.isnan(beat_alignment.bailando_score(some, np.array([59]), frames=60))


def test_f_is_one_for_the_same_beats_and_nought_for_others():
    music = np.arange(0.0, 10.0, 0.5)
    assert beat_alignment.f_measure(music + 0.04, music) == 1.0
    assert beat_alignment.f_measure(music + 0.06, music) == 0.0
    assert beat_alignment.f_measure(music, music[:0]) == 0.0
    assert beat_alignment.f_measure(music[:0], music[:0]) == 0.0


def test_a_beat_fifty_milliseconds_off_still_counts():
    assert beat_alignment.f_measure(np.array([1.05]), np.array([1.0])) == 1.0


def test_a_beat_has_one_partner():
    assert beat_alignment.f_measure(np.array([0.98, 1.0, 1.02]), np.array([1.0])) == pytest.approx(2 / 4)
    assert beat_alignment.f_measure(np.array([1.0, 1.04]), np.array([0.99, 1.0])) == 1.0


def test_f_counts_both_sides():
    music = np.arange(0.0, 10.0, 0.5)
    assert beat_alignment.f_measure(music[::2], music) == pytest.approx(2 * 10 / 30)
    often = np.sort(np.concatenate([music, music + 0.25]))
    assert beat_alignment.f_measure(often, music) == pytest.approx(2 * 20 / 60)


def test_chance_of_random_beats_is_the_share_of_time_near_music():
    music = np.arange(0.25, 60.0, 0.5)
    found = chance_level(
        lambda seconds: np.mean(np.abs(seconds[:, None] - music).min(axis=1) <= 0.05), np.arange(0.2, 60, 0.6), 60.0,
        random=np.random.default_rng(0), draws=500,
    )  # fmt: skip
    assert found.random == pytest.approx(0.1 / 0.5, abs=0.01)
    assert found.shifted == pytest.approx(0.1 / 0.5, abs=0.01)


def test_who_keeps_the_tempo_without_hearing_the_music_does_better_than_random_beats():
    music = np.arange(0.25, 30.0, 0.5)
    found = chance_level(
        lambda seconds: beat_alignment.f_measure(seconds, music),
        music,
        30.0,
        random=np.random.default_rng(0),
        draws=1000,
    )
    assert found.shifted == pytest.approx(0.2, abs=0.01)
    assert found.random < found.shifted - 0.01


def test_the_same_seed_gives_the_same_chance():
    found = [chance_level(np.sum, np.arange(5.0), 10.0, random=np.random.default_rng(3), draws=5) for _ in range(2)]
    assert found[0] == found[1]
