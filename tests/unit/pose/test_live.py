"""Live sessions: images in, poses out, the newest first."""

from __future__ import annotations

import asyncio

import cv2
import grpc
import numpy as np
import pytest

from eightcount.pose.v1 import pose_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.media.video import open_video
from eightcount_common.rpc import WorkerPool
from eightcount_common.rpc.wire import decode_chunk
from eightcount_common.storage.folder import FolderStore
from eightcount_pose.engines.base import CROP_SIDE
from eightcount_pose.extraction import Chunk, extract
from eightcount_pose.live.images import MAX_SIDE, decode_image
from eightcount_pose.live.tracking import LiveSession, TrackerPool
from eightcount_pose.models import Variant
from tests.unit.pose.test_servicer import serve_pose


@pytest.fixture(scope="session")
def frames(dancer_clip) -> list[tuple[float, np.ndarray]]:
    """Times and RGB images of three seconds of a real dancer."""
    with dancer_clip.open("rb") as file, open_video(file) as reader:
        return [(frame.timestamp, frame.to_rgb()) for frame in reader.frames()]


def jpeg(image: np.ndarray, ending: str = ".jpg") -> bytes:
    return cv2.imencode(ending, np.ascontiguousarray(image[..., ::-1]))[1].tobytes()


EMPTY = jpeg(np.zeros((64, 64, 3), np.uint8))


@pytest.mark.parametrize("ending", [".jpg", ".webp", ".png"])
def test_images_of_browsers_are_read(frames, ending):
    image = frames[0][1]
    frame = decode_image(jpeg(image, ending), 2.5)
    assert (frame.timestamp, frame.view.size) == (2.5, image.shape[1::-1])
    assert np.abs(frame.to_rgb().astype(int) - image).mean() < 4


@pytest.mark.parametrize(
    "data",
    [
        b"", b"GIF89a", b"\xff\xd8\xff", jpeg(np.zeros((64, 64, 3), np.uint8), ".png")[:60],
        jpeg(np.zeros((MAX_SIDE + 1, 16, 3), np.uint8)), jpeg(np.zeros((16, MAX_SIDE + 8, 3), np.uint8), ".png"),
        b"\xff\xd8\xff" + bytes(3 * 1024 * 1024),
    ],
    ids=["empty", "another format", "cut off", "truncated", "too high", "too wide", "too many bytes"],
)  # fmt: skip
def test_what_is_no_image_is_refused(data):
    with pytest.raises(InvalidInputError) as caught:
        decode_image(data, 0.0)
    assert caught.value.reason == "UNREADABLE_FRAME"


def test_a_session_finds_the_dancer_where_an_extraction_does(engines, lite, frames, dancer_clip):
    with dancer_clip.open("rb") as file:
        chunks = [
            part for part in extract(file, lite, variant=Variant.LITE, check=lambda: None) if isinstance(part, Chunk)
        ]
    expected = np.concatenate([chunk.motion.image for chunk in chunks])
    session = LiveSession(TrackerPool(engines), Variant.LITE, "model")
    found = np.concatenate([session.track(jpeg(image), seconds).motion.image for seconds, image in frames])
    distance = np.linalg.norm(found - expected, axis=-1)
    assert np.nanmedian(distance) < 0.02 * CROP_SIDE
    assert np.isfinite(found).all()


def test_nobody_is_no_pose_and_no_error(engines):
    session = LiveSession(TrackerPool(engines), Variant.LITE, "model")
    pose = session.track(jpeg(np.full((240, 320, 3), 90, np.uint8)), 1.0)
    assert np.isnan(pose.motion.image).all()
    assert (pose.motion.visibility == 0).all()
    assert not pose.several_people


@pytest.fixture
async def stub(tmp_path, engines):
    async with serve_pose(FolderStore(tmp_path), engines, WorkerPool(1, 0), max_sessions=2) as stub:
        yield stub


def options() -> pose_pb2.TrackRequest:
    return pose_pb2.TrackRequest(options=pose_pb2.TrackOptions(model_variant=pose_pb2.MODEL_VARIANT_LITE))


def frame(seconds: float, image: bytes) -> pose_pb2.TrackRequest:
    return pose_pb2.TrackRequest(frame=pose_pb2.LiveFrame(seconds=seconds, image=image))


async def test_poses_come_back_while_the_stream_is_open(stub, frames):
    call = stub.Track()
    await call.write(options())
    started = (await call.read()).started
    assert started.model.startswith("blazepose-lite/")
    assert started.model.endswith("/live")
    for number, (seconds, image) in enumerate(frames[:5]):
        await call.write(frame(seconds, jpeg(image)))
        answer = (await call.read()).frame
        motion = decode_chunk(answer.header, answer.chunk)
        assert (answer.chunk.first_frame, motion.timestamps.tolist()) == (number, [seconds])
        assert (motion.image_size, answer.dropped_frames) == (image.shape[1::-1], 0)
        assert np.isfinite(motion.image).all()
    await call.done_writing()
    assert await call.read() is grpc.aio.EOF
    assert await call.code() == grpc.StatusCode.OK


async def test_late_frames_are_dropped_and_counted(stub, frames):
    call = stub.Track()
    await call.write(options())
    await call.read()
    for seconds, image in frames[:60]:
        await call.write(frame(seconds, jpeg(image)))
    await call.done_writing()
    answers = [answer.frame for answer in await read_all(call)]
    assert len(answers) + answers[-1].dropped_frames == 60
    assert answers[-1].chunk.timestamps == [frames[59][0]], "the newest is always worked on"
    assert answers[-1].dropped_frames > 0


async def test_a_live_frame_does_not_wait_for_an_extraction(tmp_path, engines, dancer_clip, frames):
    store = FolderStore(tmp_path)
    store.put_file("videos/dancer/content", dancer_clip)
    async with serve_pose(store, engines, WorkerPool(1, 0)) as stub:
        extraction = stub.Extract(pose_pb2.ExtractRequest(video_uri=store.uri("videos/dancer/content")))
        assert (await extraction.read()).HasField("started")
        call = stub.Track()
        await call.write(options())
        await call.read()
        for seconds, image in frames[:3]:
            await call.write(frame(seconds, jpeg(image)))
            assert (await call.read()).HasField("frame")
        assert (await read_all(extraction))[-1].HasField("finished")
        call.cancel()


async def read_all(call) -> list:
    """The messages of a call up to its end."""
    answers = []
    while (answer := await call.read()) is not grpc.aio.EOF:
        answers.append(answer)
    return answers


@pytest.mark.parametrize(
    ("requests", "reason"),
    [
        ([], "INVALID_REQUEST"),
        ([frame(0.0, b"")], "INVALID_REQUEST"),
        ([options(), options()], "INVALID_REQUEST"),
        ([options(), frame(0.0, b"no image")], "UNREADABLE_FRAME"),
        ([options(), frame(float("nan"), b"no image")], "FRAMES_NOT_ASCENDING"),
        ([options(), frame(1.0, EMPTY), frame(1.0, EMPTY)], "FRAMES_NOT_ASCENDING"),
        ([pose_pb2.TrackRequest(options=pose_pb2.TrackOptions(model_variant=99))], "UNKNOWN_MODEL"),
    ],
    ids=["nothing", "no options", "options twice", "no image", "no time", "the same time", "another model"],
)  # fmt: skip
async def test_wrong_streams_are_refused_with_a_reason(stub, requests, reason):
    call = stub.Track(iter(requests))
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        [response async for response in call]
    assert reason in str(caught.value.trailing_metadata())


async def test_one_session_too_many_is_refused_until_another_ends(stub):
    calls = [stub.Track() for _ in range(3)]
    for call in calls[:2]:
        await call.write(options())
        assert (await call.read()).HasField("started")
    await calls[2].write(options())
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await calls[2].read()
    assert caught.value.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert "TOO_MANY_SESSIONS" in str(caught.value.trailing_metadata())
    calls[0].cancel()
    for _ in range(100):
        call = stub.Track()
        await call.write(options())
        try:
            assert (await call.read()).HasField("started")
            break
        except grpc.aio.AioRpcError:
            await asyncio.sleep(0.05)
    else:
        raise AssertionError("the place of a session that has ended is not free")
