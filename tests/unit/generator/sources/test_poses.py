from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33, BODY_12
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.root_motion import estimate_root_motion
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.sources.poses import motion_to_dances, pose_at
from tests.unit.generator.pose_motions import as_pose_motion, lose_dancer
from tests.unit.generator.synthetic_recordings import dance


def _apart_degrees(fitted: Dance, recorded: Dance) -> np.ndarray:
    """[T, 8] between directions of the bones of arms and legs."""

    def bones(of: Dance) -> np.ndarray:
        joints = of.joints()
        pairs = [
            (f"{side}_{start}", f"{side}_{end}")
            for side in ("left", "right")
            for start, end in (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
        ]
        found = np.stack([joints[:, BODY.index(end)] - joints[:, BODY.index(start)] for start, end in pairs], axis=1)
        return found / np.linalg.norm(found, axis=-1, keepdims=True)

    return np.degrees(np.arccos(np.clip(np.sum(bones(fitted) * bones(recorded), axis=-1), -1, 1)))


@pytest.mark.parametrize("skeleton", [BLAZEPOSE_33, BODY_12])
def test_what_a_camera_saw_becomes_the_dance(skeleton) -> None:
    recorded = dance(4.0)
    (stretch,) = motion_to_dances(as_pose_motion(recorded, skeleton))
    fitted = stretch.dance
    assert stretch.start_seconds == 0.0
    assert len(fitted) == len(recorded)
    assert _apart_degrees(fitted, recorded).max() < 5  # smoothed a little


def test_a_short_gap_is_filled_and_a_long_one_cuts() -> None:
    recorded = dance(6.0)
    motion = lose_dancer(lose_dancer(as_pose_motion(recorded), 40, 48), 90, 115)
    stretches = motion_to_dances(motion)
    first, second = (stretch.dance for stretch in stretches)
    assert stretches[1].start_seconds == pytest.approx(115 / 30)
    assert (len(first), len(second)) == (90, 65)
    assert _apart_degrees(first, recorded.frames(0, 90)).max() < 25
    assert np.median(_apart_degrees(first, recorded.frames(0, 90))) < 2


def test_what_is_too_short_or_empty_gives_nothing() -> None:
    motion = as_pose_motion(dance(2.0))
    assert motion_to_dances(lose_dancer(motion, 0, 60)) == []
    assert motion_to_dances(motion.frames(0, 0)) == []
    assert motion_to_dances(motion.frames(0, 1)) == []
    assert motion_to_dances(lose_dancer(motion, 20, 60)) == []


def test_other_and_uneven_rates_become_thirty() -> None:
    recorded = dance(4.0)
    motion = as_pose_motion(recorded)
    uneven = np.sort(np.random.default_rng(1).choice(120, 100, replace=False))
    uneven[0], uneven[-1] = 0, 119
    thinned = MotionSequence(
        motion.skeleton,
        motion.timestamps[uneven],
        motion.image[uneven],
        motion.world[uneven],
        motion.visibility[uneven],
    )
    (stretch,) = motion_to_dances(thinned)
    assert len(stretch.dance) == len(recorded)
    assert np.median(_apart_degrees(stretch.dance, recorded)) < 2


@pytest.mark.parametrize("frame", [0, 44, 119])
def test_the_pose_at_a_moment_is_that_of_the_dance(frame: int) -> None:
    recorded = dance(4.0)
    pose = pose_at(as_pose_motion(recorded), frame / 30)
    assert len(pose) == 1
    assert _apart_degrees(pose, recorded.frames(frame, frame + 1)).max() < 5
    assert pose.joints()[0, [BODY.index("left_foot"), BODY.index("right_foot")], 1].min() == pytest.approx(
        0.0, abs=0.05
    )


def test_a_pose_is_found_where_the_dancer_is_lost_for_an_instant_or_beside_the_first_frame() -> None:
    recorded = dance(4.0)
    pose = pose_at(lose_dancer(as_pose_motion(recorded), 44, 47), 45 / 30)
    assert np.median(_apart_degrees(pose, recorded.frames(45, 46))) < 5
    pose = pose_at(lose_dancer(as_pose_motion(recorded), 0, 6), 0.0)
    assert _apart_degrees(pose, recorded.frames(6, 7)).max() < 5


def test_a_photo_has_one_pose() -> None:
    recorded = dance(1.0)
    pose = pose_at(as_pose_motion(recorded).frames(0, 1), 0.0)
    assert _apart_degrees(pose, recorded.frames(0, 1)).max() < 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(1.5, "the nearest time with a person is 2.00 s"), (9.0, "the nearest time with a person is 3.97 s")],
)
def test_where_nobody_is_seen_there_is_no_pose(seconds: float, told: str) -> None:
    motion = lose_dancer(as_pose_motion(dance(4.0)), 25, 60)
    with pytest.raises(InvalidInputError, match=f"nobody is visible at {seconds:g} s; {told}") as caught:
        pose_at(motion, seconds)
    assert caught.value.reason == "NO_PERSON_THERE"
    with pytest.raises(InvalidInputError, match="nor at any other time"):
        pose_at(lose_dancer(motion, 0, 120), seconds)


def _walking(steps: int = 6, metres: float = 0.4, slide: float = 0.0) -> Dance:
    """Goes ahead: one foot on the floor at a time, half a second each, legs straight, arms down."""
    frames = 15 * steps
    angles = np.zeros((frames, 24, 3))
    leg = 0.835
    phase = (np.arange(frames) % 15 + 0.5) / 15
    on_left = (np.arange(frames) // 15) % 2 == 0
    swing = np.arcsin(metres / 2 / leg)
    planted, free = -swing * (1 - 2 * phase), swing * (1 - 2 * phase)
    for side, standing in (("left", on_left), ("right", ~on_left)):
        turn = np.where(standing, planted, free)
        lifted = np.where(standing, 0.0, 0.9 * np.sin(np.pi * phase) ** 0.5)
        angles[:, BODY.index(f"{side}_hip"), 0] = turn - lifted / 2
        angles[:, BODY.index(f"{side}_knee"), 0] = lifted
        angles[:, BODY.index(f"{side}_ankle"), 0] = -turn - lifted / 2
    root = np.tile([0.0, STANDING_HEIGHT, 0.0], (frames, 1))
    return Dance(root.astype(np.float32), from_axis_angle(angles).astype(np.float32))


def test_the_way_is_found_from_the_planted_foot() -> None:
    walked = estimate_root_motion(_walking())
    way = walked.root[-1] - walked.root[0]
    assert way[2] == pytest.approx(6 * 0.4, rel=0.12)
    assert abs(way[0]) < 0.05
    joints = walked.joints()
    feet = joints[:, [BODY.index("left_ankle"), BODY.index("right_ankle")]]
    assert feet[..., 1].min(axis=1) == pytest.approx(0.066, abs=0.03)
    planted = np.diff(feet[3:12, 0, 2])
    assert np.abs(planted).max() < 0.012


def test_who_stands_stays() -> None:
    still = _walking().frames(0, 1)
    stood = estimate_root_motion(Dance.concatenate([still] * 40))
    assert np.abs(np.diff(stood.root, axis=0)).max() < 1e-5
    assert len(estimate_root_motion(still)) == 1
