"""Copies are found wherever they were moved and turned, and only copies."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.evaluation.novelty.alignment import Diagonal, aligned_rms, movement
from eightcount_generator.evaluation.novelty.copies import MotionIndex
from tests.unit.generator.metric_motions import move_on_floor, random_dance, standing

LEARNED = [random_dance(20.0, seed=seed) for seed in range(4)]


@pytest.fixture(scope="module")
def library():
    return MotionIndex(LEARNED)


def with_copy(clip, *, at_frame=120):
    """Another dance into which a clip was cut, turned and elsewhere."""
    other = random_dance(16.0, seed=99)
    return np.concatenate([other[:at_frame], move_on_floor(clip, turn_rad=2.0, shift=(1.5, -3.0)), other[at_frame:]])


def stretched(clip, factor):
    """The clip over `factor` times as many frames."""
    frames = np.arange(0, len(clip) - 1, 1 / factor)
    below = frames.astype(int)
    share = (frames - below)[:, None, None]
    return (1 - share) * clip[below] + share * clip[below + 1]


def test_the_distance_of_a_window_is_that_after_the_best_turn_and_shift():
    one, other = random_dance(2.0, seed=5), move_on_floor(random_dance(2.0, seed=6), turn_rad=1.0, shift=(2.0, 3.0))
    window = slice(10, 40)

    def distance(turn_rad):
        turned = move_on_floor(other[window], turn_rad=turn_rad, shift=(0.0, 0.0))
        apart = one[window] - turned
        return np.sum((apart - apart.mean(axis=(0, 1)) * [1.0, 0.0, 1.0]) ** 2) / apart[..., 0].size

    starts = np.linspace(-np.pi, np.pi, 9)
    best = min(minimize_scalar(distance, (start, start + 0.5)).fun for start in starts)
    assert Diagonal(one, other).rms_metres(10, 40) == pytest.approx(np.sqrt(best))
    assert aligned_rms(one[None, window], other[None, window]) == pytest.approx(np.sqrt(best))


def test_movement_is_the_spread_around_where_joints_are_on_average():
    one = random_dance(2.0, seed=5)
    apart = one[10:40] - one[10:40].mean(axis=0)
    wanted = np.sqrt((apart**2).sum() / apart[..., 0].size)
    assert Diagonal(one, one).movement_metres(10, 40) == pytest.approx(wanted)
    assert movement(one[None, 10:40]) == pytest.approx(wanted)


def test_a_copied_window_is_found_with_its_length_and_its_source(library):
    copy = library.longest_copy(with_copy(LEARNED[2][200:290]))
    assert copy is not None
    assert copy.seconds == pytest.approx(3.0, abs=0.3)
    assert copy.start_seconds == pytest.approx(4.0, abs=0.2)
    assert (copy.motion, copy.speed, copy.mirrored) == (2, 1.0, False)
    assert copy.motion_seconds == pytest.approx(200 / 30, abs=0.2)


def test_a_copy_with_small_changes_is_still_one(library):
    clip = LEARNED[1][300:390] + np.random.default_rng(0).normal(0, 0.01, (90, 24, 3))
    copy = library.longest_copy(with_copy(clip))
    assert copy is not None
    assert copy.seconds == pytest.approx(3.0, abs=0.3)
    assert copy.motion == 1


@pytest.mark.parametrize("factor", [1.1, 1.25, 0.85])
def test_a_copy_at_another_tempo_is_found(library, factor):
    clip = stretched(LEARNED[3][100:220], factor)
    copy = library.longest_copy(with_copy(clip))
    assert copy is not None
    assert copy.motion == 3
    assert 2.0 < copy.seconds < len(clip) / 30 + 0.2
    assert copy.speed == pytest.approx(1 / factor, rel=0.05)


def test_a_mirrored_copy_is_found_if_it_is_looked_for(library):
    dance = with_copy(LEARNED[0][100:190, BODY.swap] * [-1.0, 1.0, 1.0])
    copy = library.longest_copy(dance)
    assert copy is not None
    assert (copy.motion, copy.mirrored) == (0, True)
    assert copy.seconds == pytest.approx(3.0, abs=0.3)
    plain = library.longest_copy(dance, mirrored=False)
    assert plain is None or plain.seconds < 1.0


def test_a_dance_of_its_own_is_no_copy(library):
    copy = library.longest_copy(random_dance(30.0, seed=77))
    assert copy is None or copy.seconds < 1.0


def test_standing_still_is_no_copy_of_somebody_who_stands():
    swaying = standing(150) + 0.004 * np.sin(np.arange(150) / 9)[:, None, None]
    assert MotionIndex([swaying]).longest_copy(move_on_floor(standing(150), turn_rad=1.0, shift=(1.0, 1.0))) is None


def test_the_whole_of_a_copied_motion_is_found(library):
    copy = library.longest_copy(LEARNED[0])
    assert copy is not None
    assert copy.seconds == pytest.approx(20.0, abs=0.1)
    assert copy.rms_metres == pytest.approx(0.0, abs=1e-5)


def test_dances_shorter_than_half_a_second_copy_nothing(library):
    assert library.longest_copy(LEARNED[0][:10]) is None


def test_a_library_without_a_motion_is_refused():
    with pytest.raises(InvalidInputError) as error:
        MotionIndex([standing(8)])
    assert error.value.reason == "NO_MOTIONS"
