"""Probabilities, shares and distances that mean what they say."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import softmax

from eightcount_classifier.dataset import Labels
from eightcount_classifier.evaluation.calibration import calibrate, expected_calibration_error, fit_temperature
from eightcount_classifier.evaluation.held_out import HeldOutOutputs
from eightcount_classifier.evaluation.metrics import Proportion, balanced_accuracy, compute_metrics
from eightcount_classifier.novelty import QUANTILE, fit_novelty


def sample_logits(count: int, temperature: float, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Logits that are too sure by a factor, and targets drawn from what they should have messages."""
    random = np.random.default_rng(seed)
    honest = random.normal(0, 2, (count, 4))
    chances = softmax(honest, axis=1)
    targets = (chances.cumsum(axis=1) < random.random((count, 1))).sum(axis=1)
    return honest * temperature, np.minimum(targets, 3)


@pytest.mark.parametrize("temperature", [0.3, 1.0, 2.5, 6.0])
def test_the_temperature_of_draws_is_found(temperature):
    logits, targets = sample_logits(20_000, temperature)
    assert fit_temperature(logits, targets, np.ones(len(targets))) == pytest.approx(temperature, rel=0.05)


def test_answers_without_a_class_do_not_count_for_the_temperature():
    logits, targets = sample_logits(5000, 2.0)
    with_others = np.concatenate([logits, 50 * logits[:2000]]), np.concatenate([targets, np.full(2000, -1)])
    assert fit_temperature(*with_others, np.ones(7000)) == fit_temperature(logits, targets, np.ones(5000))
    assert fit_temperature(logits, np.full(5000, -1), np.ones(5000)) == 1.0


def test_a_weight_of_two_is_two_answers():
    logits, targets = sample_logits(300, 2.0)
    weights = np.random.default_rng(0).integers(1, 4, 300)
    repeated = np.repeat(logits, weights, axis=0), np.repeat(targets, weights)
    assert fit_temperature(logits, targets, weights) == pytest.approx(
        fit_temperature(*repeated, np.ones(weights.sum())), rel=1e-4
    )


def test_the_error_of_calibrated_draws_is_small_and_that_of_boasts_is_not():
    logits, targets = sample_logits(20_000, 3.0)
    assert expected_calibration_error(calibrate(logits, 3.0), targets) < 0.015
    assert expected_calibration_error(calibrate(logits, 1.0), targets) > 0.1


def test_the_calibration_error_of_a_hand_made_case():
    answers = np.array([[0.95, 0.05], [0.95, 0.05], [0.65, 0.35], [0.35, 0.65]])
    error = expected_calibration_error(answers, np.array([0, 1, 0, 1]))
    assert error == pytest.approx(0.5 * abs(0.95 - 0.5) + 0.5 * abs(0.65 - 1.0))


def test_probabilities_sum_to_one_and_never_change_the_answer():
    logits = np.random.default_rng(1).normal(0, 300, (50, 5)).astype(np.float32)
    chances = calibrate(logits, 1.7)
    np.testing.assert_allclose(chances.sum(axis=1), 1)
    np.testing.assert_array_equal(chances.argmax(axis=1), logits.argmax(axis=1))


@pytest.mark.parametrize(
    ("right", "total", "low", "high"),
    [(0, 10, 0.0, 0.3085), (5, 10, 0.1871, 0.8129), (10, 10, 0.6915, 1.0), (9, 10, 0.5550, 0.9975), (1, 1, 0.025, 1.0)],
)
def test_the_bounds_of_a_share_are_those_of_clopper_and_pearson(right, total, low, high):
    share = Proportion(right, total)
    assert share.low == pytest.approx(low, abs=1e-4)
    assert share.high == pytest.approx(high, abs=1e-4)
    assert share.low <= share.value <= share.high


def test_of_nothing_nothing_is_known():
    assert math.isnan(Proportion(0, 0).value)
    assert (Proportion(0, 0).low, Proportion(0, 0).high) == (0.0, 1.0)


def held_out(windows: list[tuple[int, list[float]]], targets: list[int]) -> HeldOutOutputs:
    recording, logits = zip(*windows, strict=True)
    return HeldOutOutputs(
        np.array(targets), np.array(recording), np.array(logits, np.float32), np.ones(len(recording), np.float32), ()
    )


LABELS = Labels(("house", "popping"))
HAND_MADE = held_out(
    [
        (0, [5, 0, 0]), (0, [0, 1, 0]),  # a house, one window of it taken for popping
        (1, [0, 3, 0]),  # a house taken for popping
        (2, [0, 4, 0]), (2, [0, 4, 0]),  # a popping
        (4, [9, 0, 0]),  # another dance
    ],
    [0, 0, 1, 1, -1],
)  # fmt: skip
"""Recording 3 has no window, recording 4 no class."""


def test_the_figures_of_a_hand_made_case():
    figures = compute_metrics(HAND_MADE, LABELS, window_temperature=1.0, recording_temperature=1.0)
    assert figures.names == ("house", "popping")
    assert figures.recalls == (Proportion(1, 2), Proportion(1, 1))
    assert figures.confusion.tolist() == [[1, 1], [0, 1]]
    assert figures.balanced_accuracy == 0.75
    assert figures.window_balanced_accuracy == pytest.approx((1 / 3 + 1) / 2)


def test_a_recording_is_judged_by_the_mean_of_its_windows():
    logits = HAND_MADE.recording_logits()
    np.testing.assert_allclose(logits[0], [2.5, 0.5, 0])
    assert np.isnan(logits[3]).all()
    assert HAND_MADE.window_targets.tolist() == [0, 0, 0, 1, 1, -1]


def test_the_calibration_error_is_that_of_the_temperature_given():
    figures = compute_metrics(HAND_MADE, LABELS, window_temperature=1.0, recording_temperature=1e-3)
    assert figures.calibration_error == pytest.approx(1 / 3, abs=1e-6)


def test_an_answer_of_a_class_that_does_not_occur_is_wrong():
    case = held_out([(0, [0, 0, 9]), (1, [0, 9, 0])], [0, 1])
    figures = compute_metrics(case, LABELS, window_temperature=1.0, recording_temperature=1.0)
    assert figures.recalls == (Proportion(0, 1), Proportion(1, 1))
    assert figures.balanced_accuracy == 0.5


def test_a_frequent_class_weighs_no_more_than_a_rare_one():
    logits = np.repeat(np.eye(2)[[0]], 100, axis=0)
    targets = np.array([0] * 99 + [1])
    assert balanced_accuracy(logits, targets) == 0.5


def clouds(random: np.random.Generator, count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    classes = np.repeat([0, 1, -1], count)
    spread = np.diag(np.linspace(0.1, 3, 20))
    features = 8 * random.normal(size=(3, 20))[classes] + random.normal(size=(3 * count, 20)) @ spread
    return features.astype(np.float32), classes


def test_what_is_like_the_training_data_is_known_and_what_lies_far_off_is_not():
    features, classes = clouds(np.random.default_rng(1))
    distances = fit_novelty(features, classes).scores(features)
    fitted = fit_novelty(features, classes, threshold=float(np.quantile(distances, QUANTILE)))
    scores = fitted.scores(features)
    assert (scores <= 1).mean() == pytest.approx(QUANTILE, abs=0.005)
    assert (fitted.scores(features + 40) > 1).all()
    assert (fitted.scores(-5 * features) > 1).mean() > 0.9


def test_a_step_along_which_the_classes_spread_is_less_new_than_another():
    features, classes = clouds(np.random.default_rng(1))
    fitted = fit_novelty(features, classes)
    middle = features[classes == 0].mean(axis=0)
    narrow, wide = (fitted.scores((middle + 6 * step)[None])[0] for step in np.eye(20, dtype=np.float32)[[0, 19]])
    assert narrow > 2 * wide


def test_features_without_any_spread_are_no_error():
    features = np.repeat(np.eye(4, dtype=np.float32), 3, axis=0)
    fitted = fit_novelty(features, np.repeat(np.arange(4), 3))
    assert np.isfinite(fitted.scores(features)).all()
