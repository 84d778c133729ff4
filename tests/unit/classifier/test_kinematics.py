"""The channels of a frame: independent of the facing direction; mirroring twice changes nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from eightcount_classifier.families.pose import Pose
from eightcount_classifier.features.augmentation import Augmentation, augment_rows, mirror_joints, mirror_rows
from eightcount_classifier.features.beats import beat_phase
from eightcount_classifier.features.body import standardise_bones, standardise_motion
from eightcount_classifier.features.kinematics import CHANNELS, kinematic_channels
from eightcount_classifier.features.pose_rows import (
    JOINT_VALUES,
    ROW_VALUES,
    build_rows,
    build_window_rows,
    sample_rows,
)
from eightcount_classifier.features.windows import cut_windows
from eightcount_common.skeletons import BODY_12
from tests.unit.classifier.dances import STYLES, hide_dancer, motion_of, turn_joints

BEATS = np.arange(0.1, 8.0, 0.5)


def rows(style: str, heading_rad: float = 0.3) -> torch.Tensor:
    motion = motion_of(style, 4.0, heading_rad=heading_rad)
    return torch.from_numpy(build_rows(standardise_motion(motion, beats_seconds=BEATS)))[None]


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("heading_rad", [0.9, 2.5, -3.1])
def test_where_the_dancer_faces_does_not_matter(style, heading_rad):
    front, other = (kinematic_channels(rows(style, heading)) for heading in (0.0, heading_rad))
    assert front.shape == (1, CHANNELS, 121)
    torch.testing.assert_close(front, other, atol=2e-4, rtol=1e-3)


def test_a_turn_of_the_body_is_seen_as_its_rate():
    motion = motion_of("sway", 4.0, heading_rad=0.0)
    spun = replace(motion, world=turn_joints(motion.world, 1.5 * motion.timestamps).astype(np.float32))
    channels = kinematic_channels(torch.from_numpy(build_rows(standardise_motion(spun)))[None])
    turning = channels[0, 2 * JOINT_VALUES + len(BODY_12)]
    assert turning.abs().numpy() == pytest.approx(1.5, abs=0.02)


@pytest.mark.parametrize("style", STYLES)
def test_mirroring_twice_changes_nothing(style):
    once = mirror_rows(rows(style))
    assert not torch.equal(once, rows(style))
    torch.testing.assert_close(mirror_rows(once), rows(style))


@pytest.mark.parametrize("style", STYLES)
def test_the_mirror_image_of_a_body_is_the_body_of_the_mirror_image(style):
    motion = motion_of(style, 3.0)
    world = motion.world[:, BODY_12.mirror_order] * np.float32([-1, 1, 1])
    ours = mirror_joints(torch.from_numpy(standardise_motion(motion).joints))
    np.testing.assert_allclose(ours.numpy(), standardise_motion(replace(motion, world=world)).joints, atol=1e-5)


def test_left_is_the_other_side_in_the_mirror():
    motion = rows("shuffle")
    joints = motion[..., :JOINT_VALUES].reshape(121, 12, 3)
    swapped = mirror_joints(joints)
    left, right = BODY_12.index("left_wrist"), BODY_12.index("right_wrist")
    torch.testing.assert_close(swapped[:, left, 1:], joints[:, right, 1:])
    torch.testing.assert_close(swapped[:, left, 0], -joints[:, right, 0])


def test_the_beat_phase_is_nought_on_the_beat_and_half_between():
    phase = beat_phase(np.array([0.0, 1.0, 1.25, 1.5, 1.75, 2.4]), [1.0, 1.5, 2.0])
    np.testing.assert_allclose(phase, [np.nan, 0.0, 0.5, 0.0, 0.5, np.nan])


def test_the_beat_phase_is_not_known_without_beats_or_where_the_music_pauses():
    times = np.arange(0, 20, 0.1)
    assert np.isnan(beat_phase(times, [])).all()
    assert np.isnan(beat_phase(times, [1.0])).all()
    phase = beat_phase(times, [1.0, 1.5, 10.0, 10.5])
    np.testing.assert_array_equal(np.isfinite(phase), ((times >= 1) & (times < 1.5)) | ((times >= 10) & (times < 10.5)))


def test_the_beat_lies_in_the_row_as_a_place_on_a_circle():
    beat = build_rows(standardise_motion(motion_of("sway", 4.0), beats_seconds=[1.0, 2.0, 3.0]))[:, JOINT_VALUES:]
    known = beat[:, 2] == 1
    assert known.sum() == 60
    np.testing.assert_allclose(np.hypot(beat[known, 0], beat[known, 1]), 1, atol=1e-6)
    assert not beat[~known].any()


def test_the_rows_of_windows_are_those_in_which_the_dancer_is_seen():
    body = standardise_motion(hide_dancer(motion_of("sway", 12.0), 4.0, 6.0))
    windows = cut_windows(body)
    found = build_window_rows(body, windows)
    assert found.shape == (windows.seen.sum(), 120, ROW_VALUES)
    np.testing.assert_array_equal(found[2], build_rows(body)[5 * 30 : 9 * 30])


def test_a_drawn_stretch_is_the_movement_at_another_tempo():
    body = standardise_motion(motion_of("sway", 12.0))
    speeds = []
    for seed in range(20):
        drawn = sample_rows(body, np.random.default_rng(seed), length=120, tempo=0.25)
        assert drawn.shape == (120, ROW_VALUES)
        speeds.append(np.abs(np.diff(drawn[:, :JOINT_VALUES], axis=0)).mean())
    assert np.max(speeds) > 1.3 * np.min(speeds)


def test_a_stretch_of_the_motions_own_length_can_be_drawn():
    body = standardise_motion(motion_of("sway", 4.0)).part(0, 120)
    drawn = sample_rows(body, np.random.default_rng(0), length=120)
    np.testing.assert_allclose(drawn, build_rows(body), atol=1e-6)


def test_only_stretches_in_which_the_dancer_is_seen_are_drawn_to_train_on():
    body = standardise_motion(hide_dancer(motion_of("sway", 40.0), 6.0, 34.0))
    random = np.random.default_rng(3)
    for _ in range(60):
        drawn = Pose().sample_input(body, random)[:, :JOINT_VALUES]
        assert np.any(drawn, axis=1).mean() > 0.6


def test_augmentation_of_size_nought_changes_nothing():
    nothing = Augmentation(
        tilt_rad=0, amplitude=0, build_metres=0, noise_metres=0, depth=0, lost_joints=0, mirror=0, beatless=0
    )
    torch.testing.assert_close(augment_rows(rows("swirl"), nothing, torch.Generator().manual_seed(1)), rows("swirl"))


def test_augmentation_is_the_same_again_for_the_same_seed_and_keeps_the_movement():
    batch = rows("swirl").repeat(16, 1, 1)
    first, again, other = (augment_rows(batch, Augmentation(), torch.Generator().manual_seed(s)) for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    moved = (first - batch)[..., :JOINT_VALUES].abs().median()
    assert 0.005 < moved < 0.3


def test_depth_can_be_taken_away_and_the_beat_too():
    flat = augment_rows(
        rows("swirl"), Augmentation(flat=1, noise_metres=0, beatless=1), torch.Generator().manual_seed(1)
    )
    assert not flat[..., 2:JOINT_VALUES:3].any()
    assert not flat[..., JOINT_VALUES:].any()


def test_the_standard_body_of_a_standard_body_is_itself():
    joints = standardise_motion(motion_of("swirl", 2.0)).joints
    np.testing.assert_allclose(standardise_bones(joints), joints, atol=1e-6)
