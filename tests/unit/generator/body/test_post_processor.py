import numpy as np
import pytest

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.post_processing.joint_limits import limit_violations
from eightcount_generator.body.post_processing.penetration import penetrations
from eightcount_generator.body.post_processing.post_processor import (
    LOOK_AHEAD_FRAMES,
    WORK_FRAMES,
    PostProcessor,
    post_process,
    post_process_pieces,
)
from eightcount_generator.body.post_processing.smoothing import jerk
from tests.unit.generator.body.test_footskate_cleanup import held_speeds, lowest
from tests.unit.generator.synthetic_dances import largest_move, mean_move, messy, walking

MESSY = messy(400)
FINISHED = post_process(MESSY)


def in_pieces(dance, size):
    return Dance.concatenate(
        list(post_process_pieces(dance.frames(at, at + size) for at in range(0, len(dance), size)))
    )


def test_a_finished_dance_breaks_no_limit_and_no_floor():
    assert limit_violations(MESSY).max() > 10
    assert lowest(MESSY) < -0.02
    assert limit_violations(FINISHED).max() == 0
    assert lowest(FINISHED) > -0.002


def test_a_finished_dance_does_not_skate():
    assert held_speeds(FINISHED).mean() < 0.1 * held_speeds(MESSY).mean()


def test_a_finished_dance_shakes_less_and_penetrates_less():
    assert jerk(FINISHED.joints().astype(float)).mean() < jerk(MESSY.joints().astype(float)).mean()
    assert penetrations(MESSY).max() > 0.03
    assert penetrations(FINISHED).sum() < 0.2 * penetrations(MESSY).sum()


def test_bones_keep_their_length_and_rotations_are_rotations():
    gram = np.swapaxes(FINISHED.rotations, -1, -2) @ FINISHED.rotations
    assert np.allclose(gram, np.eye(3), atol=1e-5)
    assert np.linalg.det(FINISHED.rotations).min() > 0.999


def test_a_clean_walk_hardly_changes():
    assert mean_move(post_process(walking(200)), walking(200)) < 0.005


def test_finishing_twice_is_nearly_finishing_once():
    assert mean_move(post_process(FINISHED), FINISHED) < 0.2 * mean_move(FINISHED, MESSY)


@pytest.mark.parametrize("size", [9, 50, 400])
def test_a_dance_finished_in_pieces_is_the_dance_finished_at_once(size):
    pieces = in_pieces(MESSY, size)
    assert len(pieces) == len(MESSY)
    assert largest_move(pieces, FINISHED) < 0.0005


def test_a_mirrored_dance_is_finished_as_the_mirror_image():
    assert largest_move(post_process(MESSY.mirror()), FINISHED.mirror()) < 0.002


def test_a_finisher_is_behind_by_no_more_than_it_says_and_keeps_no_more():
    finisher, given, taken = PostProcessor(), 0, 0
    for at in range(0, 1200, 40):
        ready = finisher.push(MESSY.frames(at % 400, at % 400 + 40))
        given, taken = given + 40, taken + (0 if ready is None else len(ready))
        assert given - taken <= LOOK_AHEAD_FRAMES + 2 * WORK_FRAMES + 40
    kept = [finisher._shaping._kept, finisher._standing._kept]
    assert sum(len(part) for part in kept if part is not None) < 4 * LOOK_AHEAD_FRAMES
    assert sum(len(tracker.contacts) for tracker in finisher._trackers) < 60
    rest = finisher.flush()
    assert rest is not None
    assert taken + len(rest) == 1200


@pytest.mark.parametrize("frames", [0, 1, 2, 3, 5])
def test_dances_of_a_few_frames_are_finished_too(frames):
    dance = MESSY.frames(100, 100 + frames)
    assert len(post_process(dance)) == frames
    assert not limit_violations(post_process(dance)).any()


def test_no_pieces_give_no_pieces():
    assert list(post_process_pieces([])) == []
