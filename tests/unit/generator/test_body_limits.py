import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.limits import angles, clamped, rotations_of, violations
from eightcount_generator.body.ranges import HIGHEST_DEGREES, LOWEST_DEGREES
from eightcount_generator.body.skeleton import BODY
from tests.unit.generator.moves import largest_move, shaking, standing, turned, walking

RANDOM = Dance(
    np.zeros((200, 3), np.float32),
    Rotation.random(200 * 24, random_state=0).as_matrix().reshape(200, 24, 3, 3).astype(np.float32),
)


def bent(joint, degrees, frames=40):
    """Standing, with one joint turned for a while in the middle."""
    there = np.zeros((frames, 1))
    there[frames // 2 - 5 : frames // 2 + 5] = 1.0
    return turned(standing(frames), joint, there * np.array(degrees, float))


def test_twist_and_swing_are_another_way_to_write_any_rotation():
    assert np.allclose(rotations_of(angles(RANDOM.rotations)), RANDOM.rotations, atol=1e-5)


def test_ranges_are_the_same_for_both_sides_and_hold_the_rest_pose():
    assert (LOWEST_DEGREES < 0).all()
    assert (HIGHEST_DEGREES > 0).all()
    mirror = RANDOM.mirrored()
    assert np.allclose(violations(mirror), violations(RANDOM)[:, BODY.swap], atol=1e-3)


def test_nothing_breaks_a_limit_once_clamped_whatever_it_was():
    assert violations(RANDOM).max() > 100
    assert violations(clamped(RANDOM)).max() == 0


def test_a_dance_within_the_limits_stays_as_it_is():
    dance = walking(60)
    assert not violations(dance).any()
    assert np.array_equal(clamped(dance).rotations, dance.rotations)


def test_clamping_twice_is_clamping_once():
    once = clamped(shaking(walking(60), 40.0))
    assert largest_move(clamped(once), once) < 0.005


@pytest.mark.parametrize("side", ["left", "right"])
def test_knees_bend_backwards_only(side):
    assert not violations(bent(f"{side}_knee", (120, 0, 0))).any()
    forwards = bent(f"{side}_knee", (-60, 0, 0))
    assert violations(forwards).max() == pytest.approx(45, abs=0.1)
    assert angles(clamped(forwards).rotations)[:, BODY.index(f"{side}_knee"), 0].min() >= -15


@pytest.mark.parametrize(("side", "forwards"), [("left", -1), ("right", 1)])
def test_elbows_bend_forwards_only(side, forwards):
    assert not violations(bent(f"{side}_elbow", (0, forwards * 120, 0))).any()
    assert violations(bent(f"{side}_elbow", (0, -forwards * 60, 0))).max() == pytest.approx(45, abs=0.1)


def test_a_forearm_bent_sideways_becomes_one_bent_forwards_below_a_turned_upper_arm():
    dance = bent("left_elbow", (0, 0, 70))
    held = clamped(dance)
    assert violations(dance).max() > 50
    assert not violations(held).any()
    assert largest_move(held, dance) < 0.001


def test_a_hand_turned_at_the_wrist_is_turned_by_the_forearm():
    dance = bent("right_wrist", (80, 0, 0))
    assert violations(dance).any()
    assert not violations(clamped(dance)).any()
    shared = angles(clamped(dance).rotations)[20, [BODY.index("right_wrist"), BODY.index("right_elbow")], 0]
    assert np.allclose(shared, 40, atol=0.1)


def test_a_leg_turned_out_and_lifted_sideways_is_allowed_turned_in_it_is_not():
    turned_out = turned(bent("left_hip", (0, 90, 0)), "left_hip", np.array([0, 0, 80.0]))
    turned_in = turned(bent("left_hip", (0, -30, 0)), "left_hip", np.array([0, 0, 80.0]))
    assert not violations(turned_out).any()
    assert violations(turned_in).any()


def test_a_correction_comes_and_goes_without_a_jump():
    held = angles(clamped(bent("neck", (0, 90, 0))).rotations)[:, BODY.index("neck"), 1]
    before = angles(bent("neck", (0, 90, 0)).rotations)[:, BODY.index("neck"), 1]
    correction = before - held
    assert correction.max() == pytest.approx(30, abs=0.1)
    assert np.abs(np.diff(correction)).max() < 15
    assert not correction[:8].any()
