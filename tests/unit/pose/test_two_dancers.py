"""Two real people side by side: the dancer twice, one of them in a mirror, larger and later."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.media.video import Frame, open_video
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.decoding.planes import view_planes
from eightcount_pose.extraction import Chunk, Finished, extract
from eightcount_pose.models import Variant
from eightcount_pose.tracking.dancer_choice import DancerChoice
from eightcount_pose.tracking.tracker import DancerTracker, TrackedFrame, TrackState
from tests.data.media import dancer_pictures, write_video

SMALL, LARGE = DancerChoice(0.2, 0.55), DancerChoice(0.7, 0.5)
"""The dancer at four fifths of the size on the left, and at full size on the right."""
MIDDLE = 414
SIZE = (932, 496)


def run(data: bytes, engine, choice: DancerChoice | None, checkpoint: bytes = b""):
    return list(
        extract(
            io.BytesIO(data), engine, variant=Variant.LITE, check=lambda: None, checkpoint=checkpoint, choice=choice
        )
    )


def motion_of(events) -> MotionSequence:
    return concatenate([event.motion for event in events if isinstance(event, Chunk)])


def warning_messages(events) -> dict[str, str]:
    assert isinstance(events[-1], Finished)
    return {warning.reason: warning.message for warning in events[-1].warnings}


def hips_of(motion: MotionSequence) -> np.ndarray:
    return motion.image[:, BLAZEPOSE_33.indices(["left_hip", "right_hip"])].mean(axis=1)


def hips_in(step: TrackedFrame) -> float:
    """Pixels from the left."""
    assert step.pose is not None
    return float(step.pose.auxiliary[0, 0])


def first_frame_of(path: Path) -> Frame:
    with path.open("rb") as file, open_video(file) as reader:
        return next(iter(reader.frames(after=None)))


def side_by_side(seconds: float) -> tuple[list[float], list[np.ndarray]]:
    times, early = dancer_pictures(seconds=seconds, start=10.0)
    _, late = dancer_pictures(seconds=seconds, start=11.0)
    small = [np.pad(cv2.resize(frame, (414, 396)), ((100, 0), (0, 0), (0, 0)), mode="edge") for frame in early]
    return times, [np.hstack([left, right[:, ::-1]]) for left, right in zip(small, late, strict=False)]


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> bytes:
    times, frames = side_by_side(3.0)
    path = tmp_path_factory.mktemp("two") / "two.mp4"
    return write_video(path, frames, times=lambda index: times[index]).read_bytes()


@pytest.fixture(scope="module")
def events(two, engines):
    engine = engines.create_engine(Variant.LITE)
    return {choice: run(two, engine, choice) for choice in (SMALL, LARGE, None)}


@pytest.mark.slow
def test_each_of_two_people_is_followed_all_the_way(events):
    left, right = hips_of(motion_of(events[SMALL])), hips_of(motion_of(events[LARGE]))
    assert len(left) == len(right) == 75
    assert (left[:, 0] < MIDDLE).all()
    assert (right[:, 0] > MIDDLE).all()
    assert warning_messages(events[SMALL]) == warning_messages(events[LARGE]) == {}


@pytest.mark.slow
def test_two_dancers_of_one_video_have_two_identifiers_and_the_main_dancer_keeps_the_old_one(events):
    models = [found[0].model for found in events.values()]
    base = "blazepose-lite/openvino-f32/3"
    assert models == [f"{base}/dancer-0.2-0.55-0.0", f"{base}/dancer-0.7-0.5-0.0", base]


@pytest.mark.slow
def test_the_warning_of_several_people_says_how_to_choose_another_one(events, two, lite):
    assert (hips_of(motion_of(events[None]))[:, 0] > MIDDLE).all()
    message = warning_messages(events[None])["SEVERAL_PEOPLE"]
    x, y = (float(number) for number in message.split(": ")[1].split(" ")[0].split(","))
    assert (hips_of(motion_of(run(two, lite, DancerChoice(x, y))))[:, 0] < MIDDLE).all()


@pytest.mark.slow
def test_a_chosen_dancer_is_resumed_and_the_other_ones_checkpoint_is_refused(events, two, lite):
    chunks = [event for event in events[SMALL] if isinstance(event, Chunk)]
    resumed = run(two, lite, SMALL, chunks[0].checkpoint)
    rest = [event for event in resumed if isinstance(event, Chunk)]
    np.testing.assert_array_equal(rest[0].motion.image, chunks[1].motion.image)
    assert resumed[-1] == events[SMALL][-1]
    for other in (LARGE, None):
        with pytest.raises(InvalidInputError) as caught:
            run(two, lite, other, chunks[0].checkpoint)
        assert caught.value.reason == "INVALID_CHECKPOINT"


@pytest.mark.slow
def test_nobody_is_found_before_the_chosen_time(two, lite):
    events = run(two, lite, DancerChoice(SMALL.x, SMALL.y, 1.0))
    motion = motion_of(events)
    assert not motion.found[motion.timestamps < 0.9].any()
    assert motion.found[motion.timestamps > 1.1].all()
    assert (hips_of(motion)[motion.found, 0] < MIDDLE).all()
    assert warning_messages(events) == {}


@pytest.mark.slow
def test_a_chosen_dancer_who_leaves_is_not_the_larger_neighbour_and_is_found_again(tmp_path, lite):
    times, frames = side_by_side(3.0)
    for frame in frames[25:50]:
        frame[:, :MIDDLE] = 40
    data = write_video(tmp_path / "away.mp4", frames, times=lambda index: times[index]).read_bytes()
    events = run(data, lite, SMALL)
    motion = motion_of(events)
    assert not motion.found[28:47].any()
    assert motion.found[:22].all()
    assert motion.found[53:].all()
    assert (hips_of(motion)[motion.found, 0] < MIDDLE).all()
    assert "DANCER_LOST" in warning_messages(events)


def test_a_track_that_slid_to_somebody_in_other_clothes_is_put_right_at_the_next_look(tmp_path, lite):
    _, (both,) = side_by_side(0.03)
    both[:, :MIDDLE, 0] = np.maximum(both[:, :MIDDLE, 0], 100)  # black clothes become red
    planes = view_planes(first_frame_of(write_video(tmp_path / "red.mp4", [both, both])))
    tracker = DancerTracker(lite, SMALL)
    started = tracker.track_frame(planes, timestamp=0.0, state=TrackState())
    assert hips_in(started) < MIDDLE
    neighbour = DancerTracker(lite, LARGE).track_frame(planes, timestamp=0.0, state=TrackState())
    slid = replace(started.state, region=neighbour.state.region, points=neighbour.state.points)
    between = tracker.track_frame(planes, timestamp=0.4, state=slid)
    assert hips_in(between) > MIDDLE
    looked = tracker.track_frame(planes, timestamp=2.0, state=between.state)
    assert hips_in(looked) < MIDDLE
    assert hips_in(tracker.track_frame(planes, timestamp=2.04, state=looked.state)) < MIDDLE


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (DancerChoice(0.45, 0.02), "seen at"),
        (DancerChoice(0.0, 0.0, 2.9), "2.9 s"),
    ],
)
def test_nobody_near_the_place_is_an_error(two, lite, choice, expected):
    with pytest.raises(UnusableMediaError, match=expected) as caught:
        run(two, lite, choice)
    assert caught.value.reason == "NO_PERSON_THERE"


def test_a_time_after_the_end_is_an_error(two, lite):
    with pytest.raises(InvalidInputError) as caught:
        run(two, lite, DancerChoice(0.5, 0.5, 60.0))
    assert caught.value.reason == "INVALID_DANCER"
