import numpy as np
import pytest

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.leg_ik import LEGS, two_bone_ik
from eightcount_generator.body.post_processing.floor import lift_body, lift_feet
from eightcount_generator.body.post_processing.foot_contacts import SLIP_METRES, ContactTracker
from eightcount_generator.body.post_processing.footskate_cleanup import (
    POINTS,
    find_contacts,
    horizontal_speeds,
    plant_feet,
)
from eightcount_generator.body.skeleton import BODY
from tests.unit.generator.synthetic_dances import (
    STEP_FRAMES,
    largest_move,
    mean_move,
    shift_root,
    standing,
    turn_joint,
    walking,
)

FRAMES = 8 * STEP_FRAMES


def sliding():
    """A walk on ice: the pelvis, and all with it, drifts to and fro by 2 cm."""
    times = np.arange(FRAMES)[:, None] / FRAME_RATE_HERTZ
    return shift_root(walking(FRAMES), 0.02 * np.sin(times * np.array([2.1, 0.0, 1.7])) + np.array([0, 0.012, 0]))


def held_speeds(dance, found=None):
    """Metres a second of feet while they stand, but for the first and the last frame of a contact."""
    speeds = horizontal_speeds(dance.joints().astype(float))
    found = find_contacts(dance) if found is None else found
    return np.concatenate(
        [
            speeds[contact.start + 1 : contact.stop - 1, joint]
            for (joint, _), listed in zip(POINTS, found, strict=True)
            for contact in listed
        ]
    )


def lowest(dance):
    """Metres of the lowest foot below the floor (negative) or above."""
    joints = dance.joints()
    return min(float((joints[:, joint, 1] - clear).min()) for joint, clear in POINTS)


def test_each_step_of_a_walk_is_one_contact_of_heel_and_ball():
    for found in find_contacts(walking(FRAMES)):
        assert 4 <= len(found) <= 5
        for contact in found[1:-1]:
            assert contact.stop - contact.start == pytest.approx(STEP_FRAMES, abs=6)


def test_a_raised_heel_is_no_contact_though_the_foot_floats():
    frames = 60
    up = turn_joint(standing(frames), "left_ankle", np.array([25.0, 0, 0]))
    leg = LEGS[0]
    up = shift_root(up, np.array([0.0, (0.016 + 0.015 - up.joints()[0, leg.toe, 1]), 0.0]))
    heel, ball = find_contacts(up)[:2]
    assert not heel
    assert [(contact.start, contact.stop) for contact in ball] == [(0, frames)]


def test_planted_feet_do_not_skate():
    dance = sliding()
    assert held_speeds(dance).mean() > 0.02
    assert held_speeds(plant_feet(dance), find_contacts(dance)).max() < 0.005
    assert held_speeds(plant_feet(dance)).mean() < 0.01


def test_planted_feet_stand_on_the_floor_and_none_goes_below():
    dance = shift_root(sliding(), np.array([0, -0.03, 0]))
    assert lowest(dance) < -0.015
    assert lowest(plant_feet(dance)) > -0.001
    joints = plant_feet(sliding()).joints()
    for (joint, clear), found in zip(POINTS, find_contacts(sliding()), strict=True):
        for contact in found:
            assert np.allclose(joints[contact.start : contact.stop, joint, 1], clear, atol=0.002)


def test_a_clean_walk_hardly_changes():
    assert mean_move(plant_feet(walking(FRAMES)), walking(FRAMES)) < 0.003
    assert largest_move(plant_feet(walking(FRAMES)), walking(FRAMES)) < 0.05


def test_a_planted_foot_comes_and_goes_without_a_jerk():
    before, after = (np.diff(dance.joints().astype(float), n=2, axis=0) for dance in (sliding(), plant_feet(sliding())))
    feet = [joint for joint, _ in POINTS]
    assert np.abs(after[:, feet]).max() < 2 * np.abs(before[:, feet]).max()


def test_a_foot_that_is_meant_to_slide_slides():
    slide = np.zeros((60, 3))
    slide[:, 0] = np.linspace(0, 0.6, 60)
    dance = shift_root(standing(60), slide)
    ankle = plant_feet(dance).joints()[:, LEGS[0].ankle, 0]
    assert ankle[-1] - ankle[0] > 0.6 - 2 * SLIP_METRES


def test_the_pelvis_comes_down_where_a_planted_foot_is_out_of_reach():
    dance = shift_root(standing(60), np.array([0, 0.02, 0]))
    held = plant_feet(dance)
    assert np.allclose((dance.root - held.root)[:, 1], 0.02, atol=0.01)
    assert abs(lowest(held)) < 0.003


def test_a_leg_reaches_its_target_and_keeps_the_plane_of_its_knee():
    dance = turn_joint(
        turn_joint(standing(1), "left_hip", np.array([-40.0, 0, 0])), "left_knee", np.array([70.0, 0, 0])
    )
    leg, rotations = LEGS[0], dance.rotations.astype(float)
    joints = dance.joints().astype(float)
    target = joints[:, leg.ankle] - joints[:, leg.hip] + np.array([0.0, 0.05, 0.1])
    moved = type(dance)(dance.root, two_bone_ik(rotations, rotations[:, 0], leg=leg, target=target).astype(np.float32))
    found = moved.joints()
    assert np.allclose(found[:, leg.ankle] - found[:, leg.hip], target, atol=1e-5)
    assert np.allclose(found[:, leg.knee, 0], joints[:, leg.knee, 0], atol=1e-5)


def test_a_leg_is_never_torn_and_does_not_snap_straight():
    leg, dance = LEGS[1], turn_joint(standing(50), "right_knee", np.array([20.0, 0, 0]))
    rotations = dance.rotations.astype(float)
    target = np.linspace(0.7, 1.2, 50)[:, None] * np.array([0.0, -1.0, 0.0])
    moved = type(dance)(dance.root, two_bone_ik(rotations, rotations[:, 0], leg=leg, target=target).astype(np.float32))
    reached = np.linalg.norm((moved.joints()[:, leg.ankle] - moved.joints()[:, leg.hip]).astype(float), axis=-1)
    assert (np.diff(reached) > -1e-6).all()
    assert reached[-1] < leg.thigh + leg.shank
    bend = 2 * np.arccos(np.minimum(reached / (leg.thigh + leg.shank), 1.0))
    assert np.degrees(np.abs(np.diff(bend))).max() < 8


def test_contacts_do_not_depend_on_the_pieces_in_which_a_path_comes():
    random = np.random.default_rng(5)
    positions = np.cumsum(random.normal(scale=0.004, size=(400, 2)), axis=0)
    heights, speeds = np.abs(random.normal(scale=0.02, size=400)), np.abs(random.normal(scale=0.15, size=400))
    whole, pieces = ContactTracker(), ContactTracker()
    whole.extend(positions, heights, speeds, last=True)
    for start in range(0, 400, 7):
        part = slice(start, start + 7)
        pieces.extend(positions[part], heights[part], speeds[part], last=start + 7 >= 400)
    assert len(whole.contacts) > 5
    one, other = ([(c.start, c.stop, *c.place) for c in tracker.contacts] for tracker in (whole, pieces))
    assert one == other


def test_a_body_below_the_floor_is_lifted_and_a_foot_raised_by_its_leg():
    sunk = shift_root(standing(40), np.array([0, -0.9, 0]))
    assert lift_body(sunk).joints()[:, BODY.index("left_knee"), 1].min() >= 0.044
    assert lowest(lift_feet(shift_root(walking(80), np.array([0, -0.008, 0])))) > -0.002
    assert np.array_equal(lift_feet(shift_root(walking(80), np.array([0, 0.05, 0]))).rotations, walking(80).rotations)
