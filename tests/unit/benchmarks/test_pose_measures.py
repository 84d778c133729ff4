from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from eightcount_common.skeletons import BLAZEPOSE_33
from tests.benchmarks.pose_measures import (
    Spread,
    angle_deg,
    bone_variation,
    centre_on_hips,
    delay_seconds,
    find_still_joints,
    fit_similarity,
    jitter,
    share_within,
    torso_length,
)  # fmt: skip

RATE = 60.0


@pytest.fixture
def body() -> np.ndarray:
    """[30, 33, 3] metres; different in every frame."""
    return np.random.default_rng(0).normal(0, 0.4, (30, 33, 3))


def test_turning_scaling_and_moving_are_undone(body):
    turns = Rotation.random(len(body), random_state=1).as_matrix()
    changed = 1.7 * body @ np.swapaxes(turns, -1, -2) + np.array([3.0, -1.0, 2.0])
    np.testing.assert_allclose(fit_similarity(changed, body), body, atol=1e-9)


def test_a_mirrored_body_does_not_fit(body):
    assert np.linalg.norm(fit_similarity(body * [-1, 1, 1], body) - body, axis=-1).mean() > 0.1


def test_the_middle_of_the_hips_becomes_the_origin(body):
    hips = BLAZEPOSE_33.indices(["left_hip", "right_hip"])
    np.testing.assert_allclose(centre_on_hips(body + 5.0)[:, hips].mean(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_a_right_angle_measures_90_degrees(dimensions):
    pose = np.full((33, dimensions), np.nan)
    for part, place in (("shoulder", (0, 0, 0)), ("elbow", (0, 2, 0)), ("wrist", (3, 2, 0))):
        pose[BLAZEPOSE_33.index(f"left_{part}")] = place[:dimensions]
    left, right = angle_deg(pose, "elbow")
    assert left == pytest.approx(90)
    assert np.isnan(right)


def test_bones_of_fixed_length_do_not_vary(body):
    rigid = np.repeat(body[:1], 10, axis=0)
    assert bone_variation(rigid) == pytest.approx(0)
    assert bone_variation(rigid * np.linspace(0.9, 1.1, 10)[:, None, None]) == pytest.approx(0.064, abs=0.002)


def test_a_torso_is_measured_between_the_middles():
    pose = np.zeros((33, 2))
    pose[BLAZEPOSE_33.indices(["left_shoulder", "right_shoulder"])] = [[-20, 0], [20, 0]]
    pose[BLAZEPOSE_33.indices(["left_hip", "right_hip"])] = [[-10, 90], [10, 90]]
    assert torso_length(pose[None]) == pytest.approx(90)


def test_only_slow_joints_are_at_rest():
    times = np.arange(60)[:, None, None] / RATE
    points = np.concatenate([0.05 * times, 1.0 * times], axis=1) * np.array([1.0, 0.0, 0.0])
    np.testing.assert_array_equal(find_still_joints(points, RATE), np.tile([True, False], (60, 1)))


def test_jitter_counts_joints_at_rest_only():
    pixels = np.zeros((5, 2, 2))
    pixels[2] = [[1, 0], [100, 0]]
    rests = np.tile([True, False], (5, 1))
    assert jitter(pixels, rests, RATE) == pytest.approx((1 + 2 + 1) / 3 * RATE**2)


def test_a_delay_is_found_beside_a_constant_error():
    times = np.arange(120) / RATE
    truth, late = (
        np.stack([np.sin(3 * (times - delay)), np.cos(2 * (times - delay))], axis=-1)[:, None] for delay in (0, 0.02)
    )
    assert delay_seconds(50 * late + 7, 50 * truth, RATE) == pytest.approx(0.02, abs=0.001)


def test_marks_that_are_missing_do_not_count():
    truth = np.array([[0.0, 0.0], [10.0, 0.0], [np.nan, np.nan]])
    assert share_within(np.array([[3.0, 0.0], [16.0, 0.0], [0.0, 0.0]]), truth, 5.0) == 0.5


def test_a_spread_leaves_out_what_is_unknown():
    assert f"{Spread.of(np.array([1.0, 2.0, 6.0, np.nan])):.1f}" == "2.0 / 3.0 / 5.2"
