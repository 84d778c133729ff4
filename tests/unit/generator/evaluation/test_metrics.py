"""One call computes all metrics of a set of dances, with intervals."""

import dataclasses

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.evaluation.beats.beat_metrics import EvaluatedDance
from eightcount_generator.evaluation.distribution.features import extract_features
from eightcount_generator.evaluation.intervals import bootstrap_interval, mean_interval
from eightcount_generator.evaluation.metrics import MIN_MANUAL_DEVIATION, measure_dances
from eightcount_generator.evaluation.novelty.copies import MotionIndex
from tests.unit.generator.metric_motions import random_dance, standing

TRUTH = [random_dance(15.0, seed=seed) for seed in range(8)]


def to_the_beat(seconds=20.0, *, period_seconds=0.5, seed=0):
    """A dance that halts on every beat, and the beats."""
    frames = round(seconds * 30)
    beat = np.arange(frames) / 30 / period_seconds
    random = np.random.default_rng(seed)
    positions = random.normal(0, 0.15, (int(beat[-1]) + 3, 24, 3))
    count = beat.astype(int)
    share = ((1 - np.cos(np.pi * (beat - count))) / 2)[:, None, None]
    joints = standing(frames) + (1 - share) * positions[count] + share * positions[count + 1]
    return EvaluatedDance(joints, np.arange(1, int(beat[-1])) * period_seconds)


def measure(performances, **options):
    settings = {"truth": extract_features(TRUTH), "random": np.random.default_rng(0), "resamples": 40}
    return measure_dances(performances, **settings | options)


def test_the_ground_truth_is_at_no_distance_from_itself():
    figures = measure([EvaluatedDance(dance) for dance in TRUTH])
    assert figures.fid_kinetic.value == pytest.approx(0.0, abs=1e-4)
    assert figures.fid_manual.value == pytest.approx(0.0, abs=1e-4)
    assert figures.diversity_kinetic.value > 0
    assert (figures.dances, figures.windows, figures.beats, figures.copy) == (8, 24, None, None)
    assert figures.bone_violations == 0


def test_what_never_varies_in_the_ground_truth_outweighs_nothing():
    truth = extract_features(TRUTH)
    manual = truth.manual.copy()
    manual[:, 3] = 0.25
    figures = measure([EvaluatedDance(dance) for dance in TRUTH[:4]], truth=dataclasses.replace(truth, manual=manual))
    told = int((manual.std(axis=0) > MIN_MANUAL_DEVIATION).sum())
    assert figures.manual_features == told < 32
    assert 0 < figures.diversity_manual.value < 4 * np.sqrt(told)
    assert figures.fid_manual.value < 1000


def test_a_ground_truth_without_variety_has_no_manual_figures():
    truth = dataclasses.replace(extract_features(TRUTH), manual=np.zeros((24, 32)))
    figures = measure([EvaluatedDance(dance) for dance in TRUTH[:4]], truth=truth)
    assert figures.manual_features == 0
    assert np.isnan(figures.diversity_manual.value)
    assert np.isnan(figures.fid_manual.value)


def test_the_same_seed_gives_the_same_figures():
    performances = [to_the_beat(seed=seed) for seed in range(2)]
    assert measure(performances) == measure(performances)


def test_a_dance_to_the_beat_is_far_above_chance():
    figures = measure([to_the_beat(seed=seed) for seed in range(3)])
    assert figures.beats is not None
    for figure in (figures.beats.mint, figures.beats.bailando, figures.beats.mint_f, figures.beats.bailando_f):
        assert figure.score.low > 0.6
        assert figure.score.value > 1.8 * max(figure.chance.random, figure.chance.shifted)


def test_a_dance_to_other_music_is_at_chance():
    dances = [to_the_beat(40.0, seed=seed) for seed in range(4)]
    offbeat = [dataclasses.replace(dance, beats_seconds=np.arange(0.3, 39.0, 0.73)) for dance in dances]
    found = measure(offbeat).beats
    assert found is not None
    for figure in (found.mint, found.bailando, found.mint_f, found.bailando_f):
        assert figure.score.value == pytest.approx(figure.chance.shifted, abs=0.06)


def test_a_dance_that_stands_scores_nothing_on_beats_and_is_frozen():
    figures = measure([EvaluatedDance(standing(300), np.arange(0.5, 9.0, 0.5))])
    assert figures.beats is not None
    assert (figures.beats.mint.score.value, figures.beats.bailando.score.value) == (0.0, 0.0)
    assert figures.beats.mint_f.chance.random == 0.0
    assert figures.frozen_seconds == pytest.approx(299 / 30)
    assert np.isnan(figures.pfc.value)


def test_a_copied_dance_is_told():
    figures = measure(
        [EvaluatedDance(TRUTH[0]), EvaluatedDance(random_dance(15.0, seed=50))], library=MotionIndex(TRUTH)
    )
    assert figures.copy is not None
    assert figures.copy.seconds == pytest.approx(15.0, abs=0.1)


@pytest.mark.parametrize("beats", [np.array([3.0, 2.0]), np.array([50.0]), np.array([])])
def test_beats_that_are_not_of_the_dance_are_refused(beats):
    with pytest.raises(InvalidInputError) as error:
        EvaluatedDance(TRUTH[0], beats)
    assert error.value.reason == "INVALID_BEATS"


def test_no_dances_have_no_figures():
    with pytest.raises(InvalidInputError) as error:
        measure([])
    assert error.value.reason == "NO_DANCES"


def test_the_interval_of_a_mean_is_that_of_its_standard_error():
    values = np.random.default_rng(0).normal(5.0, 2.0, 400)
    found = mean_interval(values, random=np.random.default_rng(1), resamples=2000)
    assert found.value == pytest.approx(values.mean())
    assert found.high - found.low == pytest.approx(2 * 1.96 * values.std() / 20, rel=0.1)
    assert found.low < found.value < found.high


def test_an_interval_lies_around_a_figure_that_resampling_would_move():
    values = np.random.default_rng(0).uniform(size=30)
    found = bootstrap_interval(
        lambda chosen: float(len(np.unique(values[chosen]))), 30, random=np.random.default_rng(1), resamples=500
    )
    assert found.low < found.value == 30 < found.high


def test_one_dance_has_an_interval_of_no_width():
    found = mean_interval(np.array([3.0]), random=np.random.default_rng(0))
    assert (found.value, found.low, found.high) == (3.0, 3.0, 3.0)


def test_figures_of_no_dances_have_no_interval():
    with pytest.raises(InvalidInputError, match="one or more dances"):
        mean_interval(np.array([]), random=np.random.default_rng(0))
