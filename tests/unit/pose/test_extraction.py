from __future__ import annotations

import io

import cv2
import numpy as np
import pytest

from eightcount_common.errors import CancelledError, InvalidInputError, UnusableMediaError
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.extraction import Chunk, Finished, Progress, Started, extract
from eightcount_pose.models import Variant
from tests.data.media import dancer_pictures, moving_square, write_audio, write_video


def run(data: bytes, engine, *, check=lambda: None, checkpoint=b""):
    return list(extract(io.BytesIO(data), engine, variant=Variant.LITE, check=check, checkpoint=checkpoint))


def motion_of(events) -> MotionSequence:
    return concatenate([event.motion for event in events if isinstance(event, Chunk)])


def reasons_of(events) -> set[str]:
    assert isinstance(events[-1], Finished)
    return {warning.reason for warning in events[-1].warnings}


@pytest.fixture(scope="module")
def dancer_events(dancer_clip, engines):
    return run(dancer_clip.read_bytes(), engines.create_engine(Variant.LITE))


def test_a_dancer_is_found_in_every_frame(dancer_events):
    motion = motion_of(dancer_events)
    finished = dancer_events[-1]
    assert motion.found.all()
    assert finished.frames == finished.frames_with_dancer == len(motion) == 75
    assert reasons_of(dancer_events) == set()
    assert motion.visibility.min() >= 0
    assert motion.visibility.max() <= 1
    hips = motion.world[:, BLAZEPOSE_33.indices(["left_hip", "right_hip"])].mean(axis=1)
    assert np.abs(hips).max() < 0.05
    head_above_feet = motion.world[:, BLAZEPOSE_33.index("nose"), 1] < motion.world[:, -1, 1]
    assert head_above_feet.all()


def test_events_come_in_order_and_chunks_join_up(dancer_events):
    assert isinstance(dancer_events[0], Started)
    assert dancer_events[0].model == "blazepose-lite/openvino-f32/3"
    chunks = [event for event in dancer_events if isinstance(event, Chunk)]
    assert [(chunk.first_frame, len(chunk.motion)) for chunk in chunks] == [(0, 60), (60, 15)]
    progress = [event.done for event in dancer_events if isinstance(event, Progress)]
    assert progress == sorted(progress)
    assert progress[-1] == 75


def test_times_are_the_containers_own(dancer_events):
    times, _ = dancer_pictures(seconds=3.0, start=10.0)
    np.testing.assert_allclose(motion_of(dancer_events).timestamps, times, atol=1e-4)


def test_a_resumed_extraction_continues_as_if_it_had_never_stopped(dancer_clip, dancer_events, lite):
    chunks = [event for event in dancer_events if isinstance(event, Chunk)]
    resumed = run(dancer_clip.read_bytes(), lite, checkpoint=chunks[0].checkpoint)
    rest = [event for event in resumed if isinstance(event, Chunk)]
    assert [chunk.first_frame for chunk in rest] == [60]
    for name in ("timestamps", "image", "world", "visibility"):
        np.testing.assert_array_equal(getattr(rest[0].motion, name), getattr(chunks[1].motion, name))
    assert resumed[-1] == dancer_events[-1]


def test_a_checkpoint_of_another_file_or_model_or_of_nothing_is_refused(dancer_clip, dancer_events, lite, engines):
    data, checkpoint = dancer_clip.read_bytes(), dancer_events_checkpoint(dancer_events)
    for wrong in (b"nonsense", checkpoint[:-40], b""[:0] + b"PK\x03\x04"):
        with pytest.raises(InvalidInputError) as caught:
            run(data, lite, checkpoint=wrong)
        assert caught.value.reason == "INVALID_CHECKPOINT"
    with pytest.raises(InvalidInputError, match="bytes"):
        run(data + b"\0", lite, checkpoint=checkpoint)
    with pytest.raises(InvalidInputError, match="blazepose-full"):
        list(extract(io.BytesIO(data), lite, variant=Variant.FULL, check=lambda: None, checkpoint=checkpoint))


def dancer_events_checkpoint(events) -> bytes:
    return next(event for event in events if isinstance(event, Chunk)).checkpoint


def test_cancelling_stops_before_the_next_frame(dancer_clip, lite):
    looked = 0

    def check() -> None:
        nonlocal looked
        if looked == 7:
            raise CancelledError("the work was cancelled")
        looked += 1

    with pytest.raises(CancelledError):
        run(dancer_clip.read_bytes(), lite, check=check)
    assert looked == 7


def test_a_portrait_video_with_a_rotation_flag_gives_the_upright_motion(tmp_path, dancer_events, lite):
    times, frames = dancer_pictures(seconds=1.0, start=10.0)
    stored = [np.rot90(frame) for frame in frames]
    path = write_video(tmp_path / "Mein Tanz (1) ü.mp4", stored, times=lambda index: times[index], rotation_degrees=90)
    motion, expected = motion_of(run(path.read_bytes(), lite)), motion_of(dancer_events)
    assert motion.image_size == (518, 496)
    difference = np.linalg.norm(motion.image[:20] - expected.image[:20], axis=-1)
    assert np.median(difference) < 2


def test_nobody_in_the_video_is_an_error(tmp_path, lite):
    path = write_video(tmp_path / "empty room.mp4", moving_square(15))
    with pytest.raises(UnusableMediaError, match="no person") as caught:
        run(path.read_bytes(), lite)
    assert caught.value.reason == "NO_PERSON"


def test_sound_alone_is_an_error(tmp_path, lite):
    with pytest.raises(UnusableMediaError) as caught:
        run(write_audio(tmp_path / "song.wav").read_bytes(), lite)
    assert caught.value.reason == "NO_VIDEO_STREAM"


def test_of_two_people_the_nearer_one_is_followed_and_the_other_mentioned(tmp_path, lite):
    times, frames = dancer_pictures(seconds=1.2, start=10.0)
    behind = [cv2.resize(frame, (388, 372)) for frame in frames]
    both = [
        np.hstack([frame, np.pad(other, ((124, 0), (0, 0), (0, 0)), mode="edge")])
        for frame, other in zip(frames, behind, strict=True)
    ]
    path = write_video(tmp_path / "two.mp4", both, times=lambda index: times[index])
    events = run(path.read_bytes(), lite)
    motion = motion_of(events)
    assert "SEVERAL_PEOPLE" in reasons_of(events)
    assert motion.found.all()
    assert np.nanmax(motion.image[:, BLAZEPOSE_33.index("left_hip"), 0]) < 518


def test_feet_outside_the_frame_are_mentioned(tmp_path, lite):
    times, frames = dancer_pictures(seconds=1.0, start=10.0)
    upper = [frame[:400] for frame in frames]
    path = write_video(tmp_path / "upper.mp4", upper, times=lambda index: times[index])
    assert reasons_of(run(path.read_bytes(), lite)) == {"FEET_NOT_VISIBLE"}


def test_frames_without_the_dancer_are_nan_and_a_long_absence_is_mentioned(tmp_path, lite):
    times, frames = dancer_pictures(seconds=1.6, start=10.0)
    frames[12:28] = [np.full_like(frames[0], 40)] * 16
    path = write_video(tmp_path / "away.mp4", frames, times=lambda index: times[index])
    events = run(path.read_bytes(), lite)
    motion = motion_of(events)
    assert "DANCER_LOST" in reasons_of(events)
    assert not motion.found[13:27].any()
    assert motion.found[:11].all()
    assert motion.found[29:].all()
    assert np.isnan(motion.world[20]).all()
    assert (motion.visibility[20] == 0).all()


def test_a_file_that_ends_early_is_used_and_the_rest_mentioned(tmp_path, lite):
    times, frames = dancer_pictures(seconds=3.0, start=10.0)
    path = write_video(tmp_path / "cut.mp4", frames, times=lambda index: times[index], index_first=True)
    data = path.read_bytes()
    events = run(data[: len(data) // 2], lite)
    assert "TRUNCATED_VIDEO" in reasons_of(events)
    assert 10 < len(motion_of(events)) < 65


def test_engines_take_batches(lite):
    assert lite.detect(np.zeros((2, 224, 224, 3), np.float32)).boxes.shape == (2, 2254, 12)
    output = lite.regress(np.zeros((2, 256, 256, 3), np.float32))
    shapes = (output.landmarks.shape, output.presence.shape, output.heatmaps.shape, output.world.shape)
    assert shapes == ((2, 39, 5), (2,), (2, 64, 64, 39), (2, 39, 3))
