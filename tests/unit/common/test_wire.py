from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import (
    decode_motion,
    decode_tensor,
    encode_chunk,
    encode_header,
    encode_tensor,
    read_motion_messages,
    write_delimited,
)
from eightcount_common.skeletons import BLAZEPOSE_33


def make_motion(frames: int = 150, *, seed: int = 0) -> MotionSequence:
    random = np.random.default_rng(seed)
    image = random.uniform(0, 1000, (frames, 33, 2)).astype(np.float32)
    world = random.normal(size=(frames, 33, 3)).astype(np.float32)
    image[10:11] = world[10:11] = np.nan
    return MotionSequence(
        BLAZEPOSE_33,
        np.cumsum(random.uniform(0.01, 0.05, frames)),
        image,
        world,
        random.uniform(size=(frames, 33)).astype(np.float32),
        model="test",
        image_size=(1280, 720),
    )


def write_artifact(motion: MotionSequence) -> io.BytesIO:
    file = io.BytesIO()
    write_delimited(file, encode_header(motion))
    first_frame = 0
    for part in motion.chunks(60):
        write_delimited(file, encode_chunk(part, first_frame=first_frame))
        first_frame += len(part)
    file.seek(0)
    return file


def test_a_motion_survives_the_artifact_file_bit_for_bit() -> None:
    motion = make_motion()
    again = decode_motion(*read_motion_messages(write_artifact(motion)))
    assert again.skeleton == motion.skeleton
    assert again.image_size == motion.image_size
    for name in ("timestamps", "image", "world", "visibility"):
        np.testing.assert_array_equal(getattr(again, name), getattr(motion, name))
    np.testing.assert_array_equal(again.found, np.arange(150) != 10)


def test_what_a_container_does_not_state_is_absent_from_the_header() -> None:
    header = encode_header(make_motion(2))
    assert not header.HasField("nominal_frame_rate")
    assert not header.HasField("duration_seconds")
    assert encode_header(make_motion(2), nominal_frame_rate=25.0).nominal_frame_rate == 25.0
    assert not encode_chunk(make_motion(2), first_frame=0).HasField("checkpoint")


def test_an_artifact_cut_short_is_refused() -> None:
    data = write_artifact(make_motion()).getvalue()
    with pytest.raises(InvalidInputError, match="truncated"):
        decode_motion(*read_motion_messages(io.BytesIO(data[:-7])))


def test_a_missing_chunk_is_noticed() -> None:
    motion = make_motion()
    header = encode_header(motion)
    with pytest.raises(InvalidInputError, match="expected the chunk of frame 0"):
        decode_motion(header, [encode_chunk(motion.frames(60, 120), first_frame=60)])


def test_a_tensor_whose_data_do_not_fit_its_shape_is_refused() -> None:
    tensor = encode_tensor(np.zeros((3, 4)))
    tensor.shape[0] = 4
    with pytest.raises(InvalidInputError, match="must have 64 bytes; got 48"):
        decode_tensor(tensor)


def test_an_unknown_skeleton_is_refused() -> None:
    motion = make_motion(5)
    header = motion_pb2.MotionHeader(skeleton=motion_pb2.Skeleton(name="spider_8"))
    with pytest.raises(InvalidInputError, match="spider_8"):
        decode_motion(header, [encode_chunk(motion, first_frame=0)])


def test_mirroring_swaps_left_and_right_and_twice_is_nothing() -> None:
    order = BLAZEPOSE_33.mirror_order
    assert BLAZEPOSE_33.keypoints[order[BLAZEPOSE_33.index("left_wrist")]] == "right_wrist"
    assert order[BLAZEPOSE_33.index("nose")] == BLAZEPOSE_33.index("nose")
    np.testing.assert_array_equal(order[order], np.arange(33))
