import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.joint_limits import (
    clamp_to_limits,
    joint_angles,
    limit_violations,
    rotations_from_angles,
)
from eightcount_generator.body.post_processing.joint_ranges import HIGHEST_DEGREES, LOWEST_DEGREES
from eightcount_generator.body.skeleton import BODY
from tests.unit.generator.synthetic_dances import largest_move, shake, standing, turn_joint, walking

RANDOM = Dance(
    np.zeros((200, 3), np.float32),
    Rotation.random(200 * 24, random_state=0).as_matrix().reshape(200, 24, 3, 3).astype(np.float32),
)


def bent(joint, degrees, frames=40):
    """Standing, with one joint turned for a while in the middle."""
    there = np.zeros((frames, 1))
    there[frames // 2 - 5 : frames // 2 + 5] = 1.0
    return turn_joint(standing(frames), joint, there * np.array(degrees, float))


def test_twist_and_swing_are_another_way_to_write_any_rotation():
    assert np.allclose(rotations_from_angles(joint_angles(RANDOM.rotations)), RANDOM.rotations, atol=1e-5)


def test_ranges_are_the_same_for_both_sides_and_hold_the_rest_pose():
    assert (LOWEST_DEGREES < 0).all()
    assert (HIGHEST_DEGREES > 0).all()
    mirror = RANDOM.mirror()
    assert np.allclose(limit_violations(mirror), limit_violations(RANDOM)[:, BODY.swap], atol=1e-3)


def test_nothing_breaks_a_limit_once_clamped_whatever_it_was():
    assert limit_violations(RANDOM).max() > 100
    assert limit_violations(clamp_to_limits(RANDOM)).max() == 0


def test_a_dance_within_the_limits_stays_as_it_is():
    dance = walking(60)
    assert not limit_violations(dance).any()
    assert np.array_equal(clamp_to_limits(dance).rotations, dance.rotations)


def test_clamping_twice_is_clamping_once():
    once = clamp_to_limits(shake(walking(60), 40.0))
    assert largest_move(clamp_to_limits(once), once) < 0.005


@pytest.mark.parametrize("side", ["left", "right"])
def test_knees_bend_backwards_only(side):
    assert not limit_violations(bent(f"{side}_knee", (120, 0, 0))).any()
    forwards = bent(f"{side}_knee", (-60, 0, 0))
    assert limit_violations(forwards).max() == pytest.approx(45, abs=0.1)
    assert joint_angles(clamp_to_limits(forwards).rotations)[:, BODY.index(f"{side}_knee"), 0].min() >= -15


@pytest.mark.parametrize(("side", "forwards"), [("left", -1), ("right", 1)])
def test_elbows_bend_forwards_only(side, forwards):
    assert not limit_violations(bent(f"{side}_elbow", (0, forwards * 120, 0))).any()
    assert limit_violations(bent(f"{side}_elbow", (0, -forwards * 60, 0))).max() == pytest.approx(45, abs=0.1)


def test_a_forearm_bent_sideways_becomes_one_bent_forwards_below_a_turned_upper_arm():
    dance = bent("left_elbow", (0, 0, 70))
    held = clamp_to_limits(dance)
    assert limit_violations(dance).max() > 50
    assert not limit_violations(held).any()
    assert largest_move(held, dance) < 0.001


def test_a_hand_turned_at_the_wrist_is_turned_by_the_forearm():
    dance = bent("right_wrist", (80, 0, 0))
    assert limit_violations(dance).any()
    assert not limit_violations(clamp_to_limits(dance)).any()
    shared = joint_angles(clamp_to_limits(dance).rotations)[
        20, [BODY.index("right_wrist"), BODY.index("right_elbow")], 0
    ]
    assert np.allclose(shared, 40, atol=0.1)


def test_a_leg_turned_out_and_lifted_sideways_is_allowed_turned_in_it_is_not():
    turned_out = turn_joint(bent("left_hip", (0, 90, 0)), "left_hip", np.array([0, 0, 80.0]))
    turned_in = turn_joint(bent("left_hip", (0, -30, 0)), "left_hip", np.array([0, 0, 80.0]))
    assert not limit_violations(turned_out).any()
    assert limit_violations(turned_in).any()


def test_a_correction_comes_and_goes_without_a_jump():
    held = joint_angles(clamp_to_limits(bent("neck", (0, 90, 0))).rotations)[:, BODY.index("neck"), 1]
    before = joint_angles(bent("neck", (0, 90, 0)).rotations)[:, BODY.index("neck"), 1]
    correction = before - held
    assert correction.max() == pytest.approx(30, abs=0.1)
    assert np.abs(np.diff(correction)).max() < 15
    assert not correction[:8].any()
