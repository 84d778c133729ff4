import numpy as np
import pytest

from eightcount_generator.body.blending import align_after, blend, heading
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.smoothing import jerk, remove_jitter
from eightcount_generator.body.rotations import about_y, to_six
from tests.unit.generator.synthetic_dances import (
    largest_move,
    mean_move,
    shake,
    shift_root,
    standing,
    turn_joint,
    walking,
)


def turned_about(dance, radians):
    """The whole dance turned on the floor."""
    turn = about_y(np.float64(radians))
    rotations = dance.rotations.copy()
    rotations[:, 0] = (turn @ rotations[:, 0]).astype(np.float32)
    return Dance((dance.root @ turn.T).astype(np.float32), rotations)


def joint_jerk(dance):
    return jerk(dance.joints().astype(float)).mean()


def test_shaking_goes_and_the_motion_under_it_stays():
    clean = walking(120)
    shaken = shake(clean, 8.0)
    calm = remove_jitter(shaken)
    assert joint_jerk(calm) < 0.2 * joint_jerk(shaken)
    assert mean_move(calm, clean) < 0.5 * mean_move(shaken, clean)


def test_motion_that_does_not_shake_is_untouched():
    assert np.array_equal(remove_jitter(walking(120)).rotations, walking(120).rotations)


def test_only_what_shakes_is_smoothed():
    dance = walking(120)
    rotations = dance.rotations.copy()
    rotations[50, 16] = shake(dance, 60.0).rotations[50, 16]
    calm = remove_jitter(Dance(dance.root, rotations))
    assert np.array_equal(calm.rotations[:, 1], dance.rotations[:, 1])
    assert np.array_equal(calm.rotations[:35], dance.rotations[:35])
    assert jerk(to_six(calm.rotations.astype(float)))[:, 16].max() < 0.25 * jerk(to_six(rotations))[:, 16].max()


def test_a_pelvis_that_jumps_is_calmed():
    jump = np.zeros((80, 3))
    jump[40] = 0.1
    calm = remove_jitter(shift_root(walking(80), jump))
    assert np.abs(calm.root - walking(80).root).max() < 0.04


def test_the_next_dance_begins_where_the_last_one_ended_and_goes_on_in_its_direction():
    before, after = walking(60), shift_root(turned_about(walking(60), 2.0), np.array([3.0, 0, -5.0]))
    placed = align_after(after, before)
    assert np.linalg.norm((placed.root[0] - before.root[-1])[[0, 2]]) < 0.05
    assert heading(placed.rotations[0, 0]) == pytest.approx(0.0, abs=1e-4)
    assert placed.root[-1, 2] > placed.root[0, 2] + 0.5
    assert np.allclose(placed.root[:, 1], after.root[:, 1], atol=1e-6)


def test_a_walk_cut_in_two_and_turned_away_joins_to_the_same_walk():
    whole = walking(100)
    joined = blend(whole.frames(0, 47), turned_about(whole.frames(47, 100), 1.2))
    assert largest_move(joined, whole) < 0.03


def test_a_seam_between_unlike_dances_has_no_jump():
    before = walking(60)
    after = turn_joint(
        turn_joint(standing(60), "left_shoulder", np.array([0, 0, 70.0])), "spine1", np.array([20.0, 0, 0])
    )
    joined = blend(before, after, 15)
    assert len(joined) == 120
    speeds = np.linalg.norm(np.diff(joined.joints().astype(float), axis=0), axis=-1)
    assert np.abs(np.diff(speeds, axis=0))[55:80].max() < 0.04
    assert np.array_equal(joined.rotations[:60], before.rotations)
    assert np.allclose(joined.rotations[76:, 1:], after.rotations[16:, 1:], atol=1e-6)


def test_the_heading_is_that_of_the_pelvis_also_when_it_bends_over():
    for angle in (-3.0, -1.0, 0.0, 2.5):
        bowed = turned_about(turn_joint(standing(1), "pelvis", np.array([60.0, 0, 0])), angle)
        assert heading(bowed.rotations[0, 0]) == pytest.approx(angle, abs=1e-4)


def test_joining_to_nothing_changes_nothing():
    dance = walking(10)
    assert blend(dance.frames(0, 0), dance) is dance
    assert blend(dance, dance.frames(0, 0)) is dance
    assert len(blend(dance.frames(0, 1), dance.frames(3, 4))) == 2
