"""Where the movement fits, near where the sound fits: told where it is clear, and nowhere else."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from eightcount_common.motion import MotionSequence
from eightcount_sync.alignment import Segment, TimeLine
from eightcount_sync.movement.body_motion import BodyMotion, body_velocities, mirror_velocities
from eightcount_sync.movement.picture_offset import PictureOffset, measure_picture_offset
from tests.unit.sync.dances import dance

TOLERANCE_SECONDS = 0.04


def measure(ours: MotionSequence, theirs: MotionSequence, *pieces: Segment) -> PictureOffset:
    return measure_picture_offset(BodyMotion.from_motion(ours), BodyMotion.from_motion(theirs), pieces)


def line(offset: float, ratio: float = 1.0) -> Segment:
    return Segment(-math.inf, math.inf, TimeLine(offset, ratio))


def danced_by_another(motion: MotionSequence, seed: int) -> MotionSequence:
    """The same dance by somebody else: with noise, a gap, and up to 100 ms early or late from moment to moment."""
    generator = np.random.default_rng(seed)
    frames = len(motion)
    wander = gaussian_filter1d(generator.normal(size=frames), 25.0)
    wander = 0.05 * (wander - wander.mean()) / wander.std()
    noise = generator.normal(0.0, 0.03, motion.world.shape).astype(np.float32)
    world, image = motion.world + noise, motion.image + 100 * noise[..., :2]
    world[50:60], image[50:60] = np.nan, np.nan
    return replace(motion, timestamps=motion.timestamps + wander, world=world, image=image)


def mirror(motion: MotionSequence) -> MotionSequence:
    names = motion.skeleton.keypoints
    other_side = {"left": "right", "right": "left"}
    order = [names.index("_".join(other_side.get(part, part) for part in name.split("_"))) for name in names]
    image, world = motion.image[:, order].copy(), motion.world[:, order].copy()
    image[..., 0], world[..., 0] = 500.0 - image[..., 0], -world[..., 0]
    return replace(motion, image=image, world=world)


def thin_out(motion: MotionSequence, step: int) -> MotionSequence:
    arrays = {name: getattr(motion, name)[::step] for name in ("timestamps", "image", "world", "visibility")}
    return replace(motion, **arrays)


@pytest.mark.parametrize("shift", [-2.0, -1.5, -0.7, -0.3, -0.1, -0.05, 0.0, 0.05, 0.15, 0.2, 0.4, 1.0, 2.0])
def test_the_shift_is_found_of_another_dancer(shift):
    found = measure(dance(1, 0.0, 22.0), danced_by_another(dance(1, 5.0, 12.0), 2), line(5.0 - shift))
    assert found.clear
    assert found.shift_seconds == pytest.approx(shift, abs=TOLERANCE_SECONDS)
    assert found.rival < 0.5 * found.correlation
    assert found.confidence > 0.95


@pytest.mark.parametrize("ratio", [0.9, 1.1])
def test_the_shift_is_found_at_another_speed(ratio):
    reference = dance(1, 0.0, 25.0)
    take = dance(1, 4.0, 14.0)
    take = danced_by_another(replace(take, timestamps=take.timestamps / ratio), 3)
    found = measure(reference, take, line(4.0 - 0.6, ratio))
    assert found.clear
    assert found.shift_seconds == pytest.approx(0.6, abs=TOLERANCE_SECONDS)


def test_the_shift_is_relative_to_every_piece_of_the_map():
    whole = dance(1, 0.0, 30.0)
    kept = np.r_[100:250, 350:550]  # 4 s of music without pictures in between
    arrays = {name: getattr(whole, name)[kept] for name in ("image", "world", "visibility")}
    take = replace(whole, timestamps=np.arange(len(kept)) / 25.0, **arrays)
    pieces = (Segment(-math.inf, 6.0, TimeLine(4.0 + 0.7)), Segment(6.0, math.inf, TimeLine(8.0 + 0.7)))
    found = measure(whole, take, *pieces)
    assert found.clear
    assert found.shift_seconds == pytest.approx(-0.7, abs=TOLERANCE_SECONDS)


def test_the_shift_of_a_mirrored_take_is_found():
    found = measure(dance(1, 0.0, 22.0), mirror(danced_by_another(dance(1, 5.0, 12.0), 2)), line(5.0 - 0.7))
    assert found.clear
    assert found.shift_seconds == pytest.approx(0.7, abs=TOLERANCE_SECONDS)


def test_twelve_pictures_a_second_are_enough():
    take = thin_out(danced_by_another(dance(1, 5.0, 12.0), 2), 2)
    found = measure(dance(1, 0.0, 22.0), take, line(5.0 - 0.7))
    assert found.clear
    assert found.shift_seconds == pytest.approx(0.7, abs=TOLERANCE_SECONDS)


@pytest.mark.parametrize("seed", range(2, 12))
def test_nothing_is_clear_of_another_dance(seed):
    assert not measure(dance(1, 0.0, 20.0), dance(seed, 0.0, 15.0), line(2.0)).clear


@pytest.mark.parametrize("period", [0.96, 1.6])
def test_nothing_is_clear_of_a_step_that_is_repeated(period):
    step = dance(1, 0.0, period)
    frames = np.arange(400) % len(step)
    arrays = {name: getattr(step, name)[frames] for name in ("image", "world", "visibility")}
    loop = replace(step, timestamps=np.arange(400) / 25.0, **arrays)
    assert not measure(loop, danced_by_another(loop.frames(0, 300), 2), line(0.7)).clear


@pytest.mark.parametrize("late", [0.4, 1.0])
def test_nothing_is_clear_of_a_dancer_who_is_late_in_one_half(late):
    take = dance(1, 0.0, 16.0)
    lag = late * np.clip(take.timestamps - 8.0, 0.0, 1.0)
    take = danced_by_another(replace(take, timestamps=take.timestamps + lag), 2)
    assert not measure(dance(1, 0.0, 20.0), take, line(0.0)).clear


def test_a_dancer_who_is_late_for_a_while_fits_where_the_sound_does():
    take = dance(1, 0.0, 20.0)
    lag = 0.4 * np.clip(np.minimum(take.timestamps - 8.0, 13.0 - take.timestamps), 0.0, 1.0)
    found = measure(dance(1, 0.0, 22.0), danced_by_another(replace(take, timestamps=take.timestamps + lag), 2), line(0))
    assert found.clear
    assert found.shift_seconds == pytest.approx(0.0, abs=TOLERANCE_SECONDS)


def test_a_shift_of_three_seconds_is_not_told():
    assert not measure(dance(1, 0.0, 25.0), dance(1, 5.0, 12.0), line(2.0)).clear


def test_four_seconds_are_too_short():
    assert measure(dance(1, 0.0, 20.0), dance(1, 5.0, 4.0), line(5.0)) == PictureOffset()


def test_nothing_is_clear_where_the_map_has_no_piece():
    assert measure(dance(1, 0.0, 20.0), dance(1, 5.0, 10.0)) == PictureOffset()


def test_nothing_is_clear_without_a_dancer():
    motion = dance(1, 0.0, 10.0)
    empty = replace(motion, image=np.full_like(motion.image, np.nan), world=np.full_like(motion.world, np.nan))
    assert measure(motion, empty, line(0.0)) == PictureOffset()


def test_velocities_of_a_mirrored_motion_are_those_of_its_mirror_image():
    motion = dance(1, 0.0, 5.0)
    mirrored = body_velocities(BodyMotion.from_motion(mirror(motion)))
    np.testing.assert_allclose(mirror_velocities(body_velocities(BodyMotion.from_motion(motion))), mirrored, atol=1e-3)


def test_pieces_of_a_motion_give_what_the_whole_gives():
    motion = dance(1, 0.0, 5.0)
    pieces = BodyMotion.concatenate([BodyMotion.from_motion(part) for part in motion.chunks(60)])
    np.testing.assert_array_equal(
        body_velocities(pieces), body_velocities(BodyMotion.from_motion(motion))
    )  # fmt: skip
