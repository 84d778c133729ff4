import numpy as np
import pytest

from eightcount_generator.body.post_processing.capsules import nearest_points
from eightcount_generator.body.post_processing.penetration import PAIRS, penetrations, separate_limbs
from tests.unit.generator.synthetic_dances import largest_move, standing, turn_joint, walking


def reaching(*turns, frames=60):
    """Standing; joints turn by degrees, one after the other, and back."""
    dance, there = standing(frames), np.sin(np.linspace(0, np.pi, frames))[:, None] ** 2
    for joint, degrees in turns:
        dance = turn_joint(dance, joint, there * np.array(degrees, float))
    return dance


HAND_IN_BELLY = reaching(("left_elbow", (0, -95, 0)), ("left_shoulder", (60, 0, 0)), ("left_shoulder", (0, 0, -80)))
LEGS_THROUGH_EACH_OTHER = reaching(("left_hip", (0, 0, -6)), ("right_hip", (0, 0, 6)))
ARMS_CROSSED = reaching(("left_shoulder", (0, -115, 3)), ("right_shoulder", (0, 115, 3)))


def test_the_rest_pose_and_a_walk_are_free():
    assert not penetrations(standing(2)).any()
    assert not penetrations(walking(80)).any()
    assert np.array_equal(separate_limbs(walking(80)).rotations, walking(80).rotations)


def test_nearest_points_of_segments_are_no_farther_than_any_others():
    random = np.random.default_rng(0)
    ends = random.normal(size=(4, 300, 3))
    first, second = nearest_points(*ends)
    found = np.linalg.norm(first - second, axis=-1)
    along = np.linspace(0, 1, 41)
    one = ends[0][:, None] + along[:, None] * (ends[1] - ends[0])[:, None]
    other = ends[2][:, None] + along[:, None] * (ends[3] - ends[2])[:, None]
    tried = np.linalg.norm(one[:, :, None] - other[:, None], axis=-1).min(axis=(1, 2))
    assert (found <= tried + 1e-9).all()
    assert (tried - found < 0.1).all()


@pytest.mark.parametrize("dance", [HAND_IN_BELLY, LEGS_THROUGH_EACH_OTHER, ARMS_CROSSED])
def test_limbs_inside_each_other_come_out_by_small_turns(dance):
    deep = penetrations(dance)
    assert deep.max() > 0.01
    assert penetrations(separate_limbs(dance)).max() < 0.6 * deep.max()
    assert largest_move(separate_limbs(dance), dance) < 0.35


def test_the_way_out_has_no_jerk():
    before, after = (
        np.abs(np.diff(dance.joints().astype(float), n=2, axis=0)).max()
        for dance in (HAND_IN_BELLY, separate_limbs(HAND_IN_BELLY))
    )
    assert after < before + 0.02


def test_pairs_are_of_limbs_that_can_meet():
    assert ("left_palm", "head") in PAIRS
    assert ("left_shank", "right_shank") in PAIRS
    assert all("upper_arm" not in one or "upper_arm" not in other for one, other in PAIRS)
