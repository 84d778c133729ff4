"""A motion of any rate, size and source becomes the same body."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eightcount_classifier.features.body import (
    FRAME_RATE_HERTZ,
    LIMBS,
    BodyMotion,
    bone_lengths,
    standardise_bones,
    standardise_motion,
)
from eightcount_classifier.features.windows import cut_windows
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33, BODY_12, COCO_17
from tests.unit.classifier.dances import STYLES, capture_motion, hide_dancer, motion_of, observe_by_camera, perform

STANDARD_BONES = [length for _, _, length in LIMBS for _ in range(2)] + [0.22, 0.36]


def exact(style: str, body: BodyMotion) -> np.ndarray:
    return standardise_bones(perform(style, body.times))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("rate_hertz", [24, 25, 24000 / 1001, 30000 / 1001, 30, 50, 60, 120])
def test_every_frame_rate_gives_the_movement_that_was_danced(style, rate_hertz):
    body = standardise_motion(motion_of(style, 4.0, rate_hertz=rate_hertz))
    assert body.seen.all()
    assert len(body) == pytest.approx(4.0 * FRAME_RATE_HERTZ + 1, abs=1)
    assert np.abs(body.joints - exact(style, body)).max() < 0.03


def test_a_variable_frame_rate_gives_the_movement_that_was_danced():
    times = np.cumsum(np.random.default_rng(1).uniform(0.01, 0.06, 120))
    body = standardise_motion(capture_motion(perform("swirl", times), times))
    assert body.seen.all()
    assert body.start_seconds == times[0]
    assert np.abs(body.joints - exact("swirl", body)).max() < 0.03


def test_a_motion_at_the_standard_rate_is_taken_as_it_is():
    body = standardise_motion(motion_of("sway", 2.0))
    np.testing.assert_allclose(body.joints, exact("sway", body), atol=1e-5)
    np.testing.assert_allclose(body.times, np.arange(61) / 30)


def test_a_short_gap_is_bridged():
    body = standardise_motion(hide_dancer(motion_of("sway", 4.0), 1.95, 2.25))
    assert body.seen.all()
    assert np.abs(body.joints - exact("sway", body)).max() < 0.03


def test_in_a_long_gap_nobody_is_seen():
    body = standardise_motion(hide_dancer(motion_of("sway", 4.0), 1.0, 2.0))
    gone = (body.times > 1.01) & (body.times < 1.99)
    np.testing.assert_array_equal(body.seen, ~gone)
    assert not body.joints[gone].any()


def test_a_dancer_who_is_hardly_visible_is_not_seen():
    motion = motion_of("sway", 2.0)
    assert not len(standardise_motion(replace(motion, visibility=np.full_like(motion.visibility, 0.1))))
    assert not len(standardise_motion(replace(motion, visibility=np.full_like(motion.visibility, np.nan))))


@pytest.mark.parametrize("style", STYLES)
def test_two_sizes_of_a_dancer_give_the_same_joints(style):
    small, tall = (standardise_motion(motion_of(style, 3.0, size=size)) for size in (0.8, 1.3))
    np.testing.assert_allclose(small.joints, tall.joints, atol=1e-5)
    np.testing.assert_allclose(tall.bones, small.bones * 1.3 / 0.8, rtol=1e-4)


def test_every_body_has_the_standard_bones_and_keeps_the_directions_of_its_own():
    for performer in range(5):
        motion = motion_of("shuffle", 2.0, performer=performer)
        body = standardise_motion(motion)
        np.testing.assert_allclose(bone_lengths(body.joints), STANDARD_BONES, rtol=1e-4)
        for start, end, _ in LIMBS:
            bone = BODY_12.index(f"left_{end}"), BODY_12.index(f"left_{start}")
            ours, theirs = (joints[:, bone[0]] - joints[:, bone[1]] for joints in (body.joints, motion.world))
            ours, theirs = (each / np.linalg.norm(each, axis=-1, keepdims=True) for each in (ours, theirs))
            np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_a_dancer_who_moves_through_the_room_stays_at_its_middle():
    motion = motion_of("shuffle", 3.0)
    walk = np.stack([motion.timestamps, 0 * motion.timestamps, -2 * motion.timestamps], axis=-1)
    walked = replace(motion, world=(motion.world + walk[:, None]).astype(np.float32))
    np.testing.assert_allclose(standardise_motion(walked).joints, standardise_motion(motion).joints, atol=1e-4)


def test_a_motion_from_pictures_alone_is_flat_and_of_human_size():
    motion = motion_of("shuffle", 4.0, heading_rad=0.0)
    small, large = (standardise_motion(observe_by_camera(motion, COCO_17, pixels_per_metre=size)) for size in (80, 700))
    assert small.flat
    assert not small.joints[..., 2].any()
    assert not small.bones.any()
    np.testing.assert_allclose(small.joints, large.joints, atol=1e-4)
    height = np.ptp(small.joints[..., 1], axis=1).max()
    assert height == pytest.approx(1.32, rel=0.1)


def test_a_pose_networks_motion_gives_the_same_body_as_motion_capture():
    motion = motion_of("swirl", 3.0)
    body = standardise_motion(observe_by_camera(motion, BLAZEPOSE_33))
    assert not body.flat
    np.testing.assert_allclose(body.joints, standardise_motion(motion).joints, atol=1e-5)


def test_a_pose_networks_motion_begins_and_ends_with_the_dancer():
    motion = observe_by_camera(motion_of("sway", 6.0), BLAZEPOSE_33)
    body = standardise_motion(hide_dancer(hide_dancer(motion, -1, 1.0), 5.0, 7.0))
    assert body.start_seconds == pytest.approx(1.0)
    assert body.times[body.seen][-1] == pytest.approx(5.0)
    assert body.seconds_seen == pytest.approx(4.0, abs=0.05)


def test_a_motion_in_which_nobody_is_seen_is_empty():
    body = standardise_motion(
        hide_dancer(observe_by_camera(motion_of("sway", 6.0), BLAZEPOSE_33), -1, 7), beats_seconds=[1, 2]
    )
    assert len(body) == 0
    assert body.seconds_seen == 0
    assert len(cut_windows(body).starts) == 0


def test_an_empty_motion_gives_an_empty_body():
    body = standardise_motion(motion_of("sway", 1.0).frames(0, 0))
    assert body.joints.shape == (0, 12, 3)
    assert len(body.with_beats([1.0, 2.0])) == 0


def test_a_single_frame_gives_a_single_frame():
    body = standardise_motion(motion_of("sway", 1.0).frames(3, 4))
    assert len(body) == 1
    assert body.seen.all()


def test_a_start_that_is_given_lays_the_frames_on_its_grid():
    motion = motion_of("swirl", 4.0, rate_hertz=25)
    whole = standardise_motion(motion)
    part = standardise_motion(motion.frames(30, len(motion)), start_seconds=2.0)
    offset = round((part.start_seconds - whole.start_seconds) * FRAME_RATE_HERTZ)
    np.testing.assert_allclose(part.joints, whole.joints[offset:], atol=1e-5)


def test_before_the_dancer_comes_nobody_is_seen():
    body = standardise_motion(motion_of("swirl", 2.0, start_seconds=5.0), start_seconds=4.0)
    assert body.start_seconds == 4.0
    np.testing.assert_array_equal(body.seen, body.times > 4.98)
    assert not body.joints[:29].any()


@pytest.mark.parametrize("last_seconds", [1e9, 7 * 3600.0])
def test_a_motion_of_absurd_length_is_refused(last_seconds):
    motion = motion_of("sway", 2.0)
    times = np.append(motion.timestamps[:-1], last_seconds)
    with pytest.raises(InvalidInputError) as caught:
        standardise_motion(replace(motion, timestamps=times))
    assert caught.value.reason == "TOO_LONG"


def test_a_time_that_is_no_number_is_refused():
    motion = motion_of("sway", 2.0)
    with pytest.raises(InvalidInputError) as caught:
        standardise_motion(replace(motion, timestamps=np.append(motion.timestamps[:-1], np.inf)))
    assert caught.value.reason == "INVALID_MOTION"
    with pytest.raises(InvalidInputError, match="must be finite"):
        standardise_motion(replace(motion.frames(0, 1), timestamps=np.array([np.nan])))


def test_a_joint_that_is_missing_hides_the_frame():
    motion = motion_of("sway", 4.0)
    world = motion.world.copy()
    world[40:80, BODY_12.index("left_wrist")] = np.nan
    body = standardise_motion(replace(motion, world=world))
    assert np.isfinite(body.joints).all()
    assert not body.seen[45:75].any()


def test_a_body_of_nothing_but_one_point_stays_finite():
    motion = motion_of("sway", 4.0)
    body = standardise_motion(replace(motion, world=np.zeros_like(motion.world)))
    assert np.isfinite(body.joints).all()


def test_a_part_is_the_frames_of_its_time():
    body = standardise_motion(motion_of("sway", 4.0)).with_beats(np.arange(0, 4, 0.5))
    part = body.part(30, 60)
    assert part.start_seconds == pytest.approx(1.0)
    np.testing.assert_array_equal(part.joints, body.joints[30:60])
    np.testing.assert_array_equal(part.beat_phase, body.beat_phase[30:60])


def test_windows_are_those_in_which_the_dancer_is_seen_for_three_quarters():
    body = standardise_motion(hide_dancer(motion_of("sway", 12.0), 4.0, 6.0))
    windows = cut_windows(body)
    assert windows.starts.tolist() == list(range(0, 8 * 30 + 1, 30))
    assert windows.seen.tolist() == [True, True, False, False, False, True, True, True, True]


def test_a_skeleton_without_the_joints_is_refused():
    from eightcount_common.skeletons import Skeleton

    one = Skeleton("one", ("nose",), (), ())
    motion = MotionSequence(one, np.zeros(1), np.zeros((1, 1, 2)), np.zeros((1, 1, 3)), np.ones((1, 1)))
    with pytest.raises(InvalidInputError) as caught:
        standardise_motion(motion)
    assert caught.value.reason == "UNKNOWN_KEYPOINT"
