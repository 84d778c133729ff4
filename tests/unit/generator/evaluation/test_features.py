"""Features of motions, on cases that can be worked out by hand."""

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.distribution.features import extract_features, split_windows
from eightcount_generator.evaluation.distribution.kinetic import kinetic_features
from eightcount_generator.evaluation.distribution.manual import manual_decisions, manual_features
from eightcount_generator.evaluation.joint_positions import resample_to_published_rate
from tests.unit.generator.metric_motions import move_on_floor, random_dance, standing

RIGHT_WRIST_BACK, LEFT_WRIST_FORWARD, HANDS_APART, LEFT_ANKLE_BEHIND, LEFT_KNEE_BENT = 0, 1, 8, 15, 20
FAST = {12, 13, 21, 22, 31}
ARMS_AWAY_FROM_TRUNK = {23, 24}
STANDING = {HANDS_APART, LEFT_ANKLE_BEHIND, *ARMS_AWAY_FROM_TRUNK}
"""The left ankle is 12 cm behind the plane of pelvis, right hip and right toes; the right one must be ahead."""


def true_ones(joints):
    answers = manual_decisions(joints)
    assert (answers == answers[0]).all()
    return set(np.flatnonzero(answers[0]).tolist())


def test_steady_motion_has_the_squares_of_its_speeds():
    steady = np.zeros((20, 24, 3)) + np.arange(20)[:, None, None] / 60 * np.array([3.0, 2.0, 4.0])
    features = kinetic_features(steady).reshape(24, 3)
    assert features[:, 0] == pytest.approx(25.0)
    assert features[:, 1] == pytest.approx(4.0)


def test_three_frames_worked_out_by_hand():
    joints = np.zeros((3, 24, 3))
    joints[:, :, 0] = np.array([0.0, 1.0, 4.0])[:, None]
    features = kinetic_features(joints, from_zero=False).reshape(24, 3)
    assert features == pytest.approx(np.tile([120.0**2, 0.0, 2 * 3600 + 3540], (24, 1)))


def test_the_published_provenance_gives_a_motionless_joint_its_distance_from_the_origin():
    still = np.zeros((10, 24, 3)) + np.array([0.0, 0.6, 0.8])
    assert kinetic_features(still, from_zero=False).reshape(24, 3)[:, 2] == pytest.approx(3540.0)
    assert kinetic_features(still).reshape(24, 3)[:, 2] == pytest.approx(0.0)


def test_kinetic_features_from_zero_do_not_depend_on_place_and_heading():
    dance = random_dance(2.0, seed=1)
    elsewhere = move_on_floor(dance, turn_rad=1.0, shift=(3.0, -2.0))
    assert kinetic_features(elsewhere) == pytest.approx(kinetic_features(dance), rel=1e-6, abs=1e-6)


def test_somebody_who_stands_with_arms_out_answers_yes_to_four_questions():
    assert true_ones(standing(5)) == STANDING


def test_a_body_carried_along_is_fast_and_nothing_else():
    carried = standing(5) + np.arange(5)[:, None, None] * np.array([0.01, 0.0, 0.0])
    assert true_ones(carried) == STANDING | FAST


def test_a_bent_knee_is_that_knee():
    kneeling = standing(5)
    knee = kneeling[:, BODY.index("left_knee")]
    for joint in ("left_ankle", "left_foot"):
        kneeling[:, BODY.index(joint)] = knee - [0.0, 0.0, 0.4]
    assert LEFT_KNEE_BENT in true_ones(kneeling)
    assert LEFT_KNEE_BENT - 1 not in true_ones(kneeling)


@pytest.mark.parametrize(("side", "step", "question"), [
    ("right", -0.01, RIGHT_WRIST_BACK), ("left", 0.01, LEFT_WRIST_FORWARD),
])  # fmt: skip
def test_questions_that_look_like_left_and_right_are_back_and_forth(side, step, question):
    there, back = standing(5), standing(5)
    there[:, BODY.index(f"{side}_wrist"), 2] += step * np.arange(5)
    back[:, BODY.index(f"{side}_wrist"), 2] -= step * np.arange(5)
    assert question in true_ones(there)
    assert question not in true_ones(back)


def test_an_angle_between_joints_in_one_place_is_no():
    assert not manual_decisions(np.zeros((3, 24, 3))).any(axis=0)[[6, 7, 19, 20, 23, 24, 25, 26, 28]].any()


def test_manual_features_are_shares_of_frames():
    half = standing(9)
    half[5:] += np.arange(4)[:, None, None] * np.array([0.01, 0.0, 0.0]) + [0.01, 0.0, 0.0]
    assert manual_features(half)[sorted(FAST)] == pytest.approx(0.5)


def test_twice_the_rate_keeps_every_frame_and_meets_smooth_motion_between():
    fine = np.sin(np.arange(121) / 60 * 2 * np.pi)[:, None, None] * np.ones((24, 3))
    doubled = resample_to_published_rate(fine[::2])
    assert doubled.shape == fine.shape
    np.testing.assert_array_equal(doubled[::2], fine[::2])
    assert np.abs(doubled - fine).max() < 1e-4


def test_a_dance_is_measured_in_windows_of_five_seconds():
    dances = [random_dance(12.0, seed=1), random_dance(3.0, seed=2)]
    assert [len(window) for dance in dances for window in split_windows(dance)] == [150, 150, 90]
    features = extract_features(dances)
    assert features.kinetic.shape == (3, 72)
    assert features.manual.shape == (3, 32)
    assert features.dances.tolist() == [0, 0, 1]
    assert features.kinetic[1] == pytest.approx(kinetic_features(resample_to_published_rate(dances[0][150:300])))


def test_no_dances_have_no_features():
    with pytest.raises(InvalidInputError, match="one or more dances"):
        extract_features([])


@pytest.mark.parametrize("joints", [np.zeros((5, 22, 3)), np.zeros((2, 24, 3)), np.full((5, 24, 3), np.nan)])
def test_joints_that_are_none_are_refused(joints):
    with pytest.raises(InvalidInputError) as error:
        kinetic_features(joints)
    assert error.value.reason == "INVALID_JOINTS"
