"""Held poses are filled, lost movements are not."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.holds import HoldFiller
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33


def select(*parts: str) -> list[int]:
    return [*BLAZEPOSE_33.indices([f"{side}_{part}" for side in ("left", "right") for part in parts])]


def movement(times: np.ndarray, *, stopped: tuple[float, float] = (0.0, 0.0)) -> MotionSequence:
    """A person of 400 px whose arms circle; the clock of the movement stands still between two times."""
    phase = times - np.clip(times - stopped[0], 0, stopped[1] - stopped[0])
    body = np.zeros((times.size, len(BLAZEPOSE_33), 2), np.float32)
    body[..., 1] = np.linspace(0, 400, len(BLAZEPOSE_33))
    arms, legs = select("wrist", "elbow", "index"), select("knee", "ankle", "heel")
    body[:, arms, 0] += 120 * np.sin(2 * np.pi * 0.9 * phase)[:, None]
    body[:, legs, 0] += 60 * np.sin(2 * np.pi * 0.57 * phase + 1)[:, None]
    world = np.concatenate([body, body[..., :1]], axis=-1) / 250
    return MotionSequence(BLAZEPOSE_33, times, body, world, np.ones(body.shape[:2], np.float32), "m", (960, 540))


def leave_out(motion: MotionSequence, start: float, stop: float) -> MotionSequence:
    kept = (motion.timestamps < start) | (motion.timestamps > stop)
    return MotionSequence(
        motion.skeleton, motion.timestamps[kept], motion.image[kept], motion.world[kept], motion.visibility[kept],
        motion.model, motion.image_size,
    )  # fmt: skip


TIMES = np.arange(240) / 30


@pytest.mark.parametrize("chunk", [1, 2, 7, 60, 240])
def test_a_held_pose_is_repeated_whatever_the_pieces(chunk):
    whole = movement(TIMES, stopped=(2.0, 3.5))
    sparse = leave_out(whole, 2.02, 3.48)
    filler = HoldFiller()
    filled = [filler.fill(piece) for piece in sparse.chunks(chunk)]
    times = np.concatenate([piece.timestamps for piece in filled])
    assert np.diff(times).max() <= 0.1 + 1e-9
    assert (np.diff(times) > 0).all()
    shown = np.concatenate([piece.image for piece in filled])
    nearest = np.abs(whole.timestamps[None] - times[:, None]).argmin(axis=1)
    assert np.abs(shown - whole.image[nearest]).max() < 30  # less than one step of the arms
    assert set(sparse.timestamps) <= set(times)


@pytest.mark.parametrize("start", [1.0, 2.1, 4.3])
@pytest.mark.parametrize("seconds", [0.3, 0.8, 1.3])
def test_a_movement_whose_frames_were_lost_is_not_filled(start, seconds):
    sparse = leave_out(movement(TIMES), start, start + seconds)
    filled = HoldFiller().fill(sparse)
    assert len(filled) == len(sparse)


def test_a_dancer_who_is_not_found_before_the_gap_is_not_held():
    sparse = leave_out(movement(TIMES, stopped=(2.0, 3.5)), 2.02, 3.48)
    sparse.image[sparse.timestamps < 2.01] = np.nan
    assert len(HoldFiller().fill(sparse)) == len(sparse)


def test_a_steady_motion_is_returned_as_it_is():
    whole = movement(TIMES)
    assert HoldFiller().fill(whole) is whole
