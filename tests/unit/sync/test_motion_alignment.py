"""Alignment by movement, on synthetic motions."""

from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.motion import MotionSequence
from eightcount_sync.alignment import Method, Verdict
from eightcount_sync.movement import motion_alignment
from eightcount_sync.movement.motion_features import JointMotion
from tests.unit.sync.dances import dance


def align_motions(ours: MotionSequence, theirs: MotionSequence):
    return motion_alignment.align_motions(JointMotion.from_motion(ours), JointMotion.from_motion(theirs))


def copied(motion: MotionSequence, seed: int) -> MotionSequence:
    """The same dance by somebody else: turned, smaller, with noise, a gap, and 80 ms late in the middle."""
    generator = np.random.default_rng(seed)
    angle = 0.7
    turn = np.array([[np.cos(angle), 0, np.sin(angle)], [0, 1, 0], [-np.sin(angle), 0, np.cos(angle)]])
    world = 0.8 * motion.world @ turn + generator.normal(0.0, 0.01, motion.world.shape)
    image = motion.image.copy()
    world[50:60], image[50:60] = np.nan, np.nan
    late = motion.timestamps + 0.08 * np.exp(-(((motion.timestamps - 8.0) / 1.5) ** 2))
    return replace(motion, timestamps=late, world=world.astype(np.float32), image=image)


def test_offset_of_the_same_dance_by_another_dancer_is_found():
    answer = align_motions(dance(1, 0.0, 25.0), copied(dance(1, 6.0, 15.0), 2))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(6.0, abs=0.03)
    assert answer.method is Method.MOTION
    assert 0.0 < answer.residual_rms_seconds < 0.1


def test_offset_is_negative_when_the_take_starts_first():
    answer = align_motions(dance(1, 5.0, 15.0), dance(1, 0.0, 15.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(-5.0, abs=0.03)


def test_motion_against_itself_is_offset_zero():
    answer = align_motions(dance(1, 0.0, 15.0), dance(1, 0.0, 15.0))
    assert answer.offset_seconds == pytest.approx(0.0, abs=0.005)
    assert answer.confidence > 0.9


@pytest.mark.parametrize("seed", range(2, 8))
def test_another_dance_is_refused(seed):
    answer = align_motions(dance(1, 0.0, 20.0), dance(seed, 0.0, 15.0))
    assert (answer.verdict, answer.reason) == (Verdict.NO_MATCH, "DIFFERENT_MOTION")


def test_repeated_step_is_ambiguous():
    step = dance(1, 0.0, 4.0)
    frames = np.arange(600) % len(step)
    loop = MotionSequence(
        step.skeleton, np.arange(600) / 25.0, step.image[frames], step.world[frames], step.visibility[frames]
    )
    answer = align_motions(loop, loop.frames(0, 300))
    assert (answer.verdict, answer.reason) == (Verdict.AMBIGUOUS, "REPEATING_MOTION")
    assert len(answer.candidates) > 1


def test_frames_without_a_dancer_are_refused():
    motion = dance(1, 0.0, 10.0)
    empty = replace(motion, image=np.full_like(motion.image, np.nan), world=np.full_like(motion.world, np.nan))
    assert align_motions(motion, empty).reason == "NO_PERSON"


def test_four_seconds_are_enough_for_the_same_motion():
    answer = align_motions(dance(1, 0.0, 4.0), dance(1, 0.0, 4.0))
    assert answer.verdict is Verdict.ALIGNED
    assert answer.offset_seconds == pytest.approx(0.0, abs=0.005)


def test_two_seconds_are_too_short():
    assert align_motions(dance(1, 0.0, 10.0), dance(1, 0.0, 2.0)).reason == "TOO_SHORT"
