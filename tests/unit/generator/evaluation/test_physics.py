"""Feet, smoothness and bones, on cases that can be worked out by hand."""

import math

import numpy as np
import pytest

from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT
from eightcount_generator.evaluation.physics.bones import check_bones
from eightcount_generator.evaluation.physics.foot_contact import CONTACT_METRES, foot_skate, physical_foot_contact
from eightcount_generator.evaluation.physics.smoothness import frozen_seconds, jitter
from tests.unit.generator.metric_motions import move_on_floor, random_dance, standing

LEFT, RIGHT = ["left_ankle", "left_foot"], ["right_ankle", "right_foot"]


def at(joints):
    return [BODY.index(joint) for joint in joints]


def pushed(*, left_metres, right_metres, upward=0.0, frames=6):
    """A root under steady acceleration, over feet that travel so far in every frame."""
    joints = standing(frames)
    time = np.arange(frames)
    joints[:, 0, 0] += 0.01 * time**2
    joints[:, 0, 1] += upward * time**2
    for feet, metres in ((LEFT, left_metres), (RIGHT, right_metres)):
        joints[:, at(feet), 2] += (metres * time)[:, None]
    return joints


def sliding(metres_per_second, *, lifted=0.0, joints=(*LEFT, *RIGHT), frames=31):
    joints_of = standing(frames)
    joints_of[:, at(joints), 0] += (metres_per_second * np.arange(frames) / 30)[:, None]
    joints_of[:, at(joints), 1] += lifted
    return joints_of


def test_a_body_that_pushes_off_standing_feet_has_no_penalty():
    assert physical_foot_contact(pushed(left_metres=0.0, right_metres=0.5)) == 0.0


def test_a_body_that_is_pushed_over_moving_feet_has_their_product():
    assert physical_foot_contact(pushed(left_metres=0.1, right_metres=0.2)) == pytest.approx(10_000 * 0.1 * 0.2)


def test_falling_needs_no_foot():
    falling = pushed(left_metres=0.1, right_metres=0.2)
    falling[:, 0] = falling[0, 0] - np.arange(6)[:, None] ** 2 * np.array([0.0, 0.01, 0.0])
    assert math.isnan(physical_foot_contact(falling))
    rising = pushed(left_metres=0.1, right_metres=0.2, upward=0.01)
    assert physical_foot_contact(rising) == pytest.approx(200.0)


def test_the_slower_point_of_a_foot_counts():
    rolling = pushed(left_metres=0.1, right_metres=0.2)
    rolling[:, BODY.index("right_foot")] = rolling[0, BODY.index("right_foot")]
    assert physical_foot_contact(rolling) == 0.0


def test_the_upward_axis_can_be_z():
    dance = random_dance(3.0, seed=1)
    z_up = np.stack([dance[..., 0], -dance[..., 2], dance[..., 1]], axis=-1)
    assert physical_foot_contact(z_up, up="z") == pytest.approx(physical_foot_contact(dance))
    assert physical_foot_contact(dance, up="z") != pytest.approx(physical_foot_contact(dance))


def test_standing_feet_do_not_slide():
    found = foot_skate(standing(10))
    assert (found.contact_share, found.speed, found.weighted_speed, found.sliding_share) == (1.0, 0.0, 0.0, 0.0)


def test_feet_that_are_pulled_over_the_floor_slide_at_that_speed():
    found = foot_skate(sliding(0.6))
    assert found.contact_share == 1.0
    assert found.speed == pytest.approx(0.6)
    assert found.weighted_speed == pytest.approx(0.6)
    assert found.sliding_share == 1.0
    assert foot_skate(sliding(0.4)).sliding_share == 0.0


def test_a_foot_in_the_air_does_not_slide():
    found = foot_skate(sliding(2.0, lifted=0.2, joints=LEFT))
    assert found.contact_share == 0.5
    assert (found.speed, found.weighted_speed, found.sliding_share) == (0.0, 0.0, 0.0)
    assert foot_skate(sliding(2.0, lifted=0.2)).contact_share == 0.0


def test_a_foot_half_way_out_of_contact_counts_by_its_height():
    found = foot_skate(sliding(1.0, lifted=CONTACT_METRES / 2))
    assert found.weighted_speed == pytest.approx(2 - math.sqrt(2))


def test_a_foot_that_turns_on_its_ball_does_not_slide():
    assert foot_skate(sliding(1.0, joints=["left_ankle", "right_ankle"])).speed == 0.0


def test_the_speed_of_feet_is_in_seconds():
    assert foot_skate(sliding(0.6), frame_rate=60.0).speed == pytest.approx(1.2)


def test_another_body_can_have_other_feet():
    higher = sliding(0.6) + np.array([0.0, 0.1, 0.0])
    assert foot_skate(higher).contact_share == 0.0
    flat = (ANKLE_HEIGHT + 0.1, TOE_HEIGHT + 0.1)
    assert foot_skate(higher, flat_metres=flat).speed == pytest.approx(0.6)


def test_jitter_is_the_third_derivative():
    time = np.arange(40) / 30
    joints = standing(40) + (time**3)[:, None, None] * np.array([3.0, 0.0, 4.0])
    assert jitter(joints) == pytest.approx(6 * 5.0)
    assert jitter(standing(10)) == 0.0


def test_a_trembling_dance_has_more_jitter():
    dance = random_dance(4.0, seed=1)
    assert jitter(dance + np.random.default_rng(0).normal(0, 0.02, dance.shape)) > 3 * jitter(dance)


def test_the_longest_frozen_stretch_is_found():
    dance = random_dance(12.0, seed=2)
    halted = np.concatenate([dance[:100], np.tile(dance[100], (90, 1, 1)), dance[100:200], dance[200:]])
    assert frozen_seconds(halted) == pytest.approx(3.0, abs=0.5)
    assert frozen_seconds(dance) < 0.6
    assert frozen_seconds(standing(91)) == pytest.approx(3.0)


def test_breathing_is_frozen_and_a_dance_too_short_to_tell_is_not():
    breathing = standing(90) + 0.004 * np.sin(np.arange(90) / 10)[:, None, None]
    assert frozen_seconds(breathing) == pytest.approx(89 / 30)
    assert frozen_seconds(standing(10)) == 0.0


def test_bones_of_a_dance_keep_their_lengths():
    found = check_bones(random_dance(4.0, seed=3))
    assert found.violations == 0
    assert found.worst_metres < 1e-5


def test_a_bone_that_grows_is_found():
    dance = random_dance(1.0, seed=3)
    dance[10:13, BODY.index("left_hand")] += [0.2, 0.2, 0.2]
    found = check_bones(dance)
    assert (found.violations, found.worst_bone) == (3, "left_hand")


def test_bones_of_another_body_are_held_against_themselves():
    larger = move_on_floor(random_dance(1.0, seed=3), turn_rad=0.5, shift=(1.0, 2.0)) * 1.1
    assert check_bones(larger).violations > 0
    assert check_bones(larger, own=True).violations == 0
