"""The take of a live session on disk: smoothed without delay where there are enough poses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_scoring.live.recording import TakeRecording
from tests.unit.scoring.dances import capture, dance

NOISE_PX = 2.0


def record(motion):
    """The motion as a session keeps it."""
    recording = TakeRecording()
    for frame in range(len(motion)):
        recording.add(motion.frames(frame, frame + 1))
    return recording.finish()


def noisy(motion):
    noise = np.random.default_rng(3).normal(0.0, NOISE_PX, motion.image.shape).astype(np.float32)
    return replace(motion, image=motion.image + noise)


def test_noise_is_smoothed_and_every_pose_keeps_its_time():
    clean = capture(dance(6.0))
    kept = record(noisy(clean)).frames(0, len(clean))
    np.testing.assert_array_equal(kept.timestamps, clean.timestamps)
    inner = slice(5, -5)
    error = np.nanstd(kept.image[inner] - clean.image[inner])
    assert error < 0.85 * NOISE_PX
    shifted = [np.nanmean(np.abs(kept.image[5 + lag : -5 + lag] - clean.image[5:-5])) for lag in (-2, -1, 0, 1, 2)]
    assert int(np.argmin(shifted)) == 2, "without delay"


def test_few_poses_a_second_are_kept_as_they_are():
    motion = noisy(capture(dance(6.0, rate_hertz=12.0)))
    np.testing.assert_array_equal(record(motion).frames(0, len(motion)).image, motion.image)


def test_frames_without_a_dancer_stay_empty_and_spoil_no_other():
    motion = capture(dance(4.0))
    image, world = motion.image.copy(), motion.world.copy()
    image[40:45], world[40:45] = np.nan, np.nan
    kept = record(replace(motion, image=image, world=world)).frames(0, len(motion))
    assert np.isnan(kept.image[40:45]).all()
    assert np.isfinite(kept.image[:40]).all()
    assert np.isfinite(kept.image[45:]).all()


def test_a_pose_that_is_not_later_is_refused():
    recording = TakeRecording()
    pose = capture(dance(1.0)).frames(0, 1)
    recording.add(pose)
    with pytest.raises(InvalidInputError) as caught:
        recording.add(pose)
    assert caught.value.reason == "INVALID_MOTION"
    recording.close()
