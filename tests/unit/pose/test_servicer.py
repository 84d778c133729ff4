"""The pose service over a real gRPC server."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import grpc
import grpc.aio
import pytest

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.errors import BusyError, InvalidInputError, UnusableMediaError
from eightcount_common.rpc import WorkerPool, open_channel, translate_errors, turns
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import decode_motion
from eightcount_common.storage.folder import FolderStore
from eightcount_pose.models import Variant
from eightcount_pose.service.servicer import PoseServicer


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path)


@pytest.fixture
async def stub(store, engines) -> AsyncIterator[pose_pb2_grpc.PoseServiceStub]:
    async with serve_pose(store, engines, WorkerPool(1, 0)) as stub:
        yield stub


@asynccontextmanager
async def serve_pose(
    store, engines, pool: WorkerPool, *, max_sessions: int = 8
) -> AsyncIterator[pose_pb2_grpc.PoseServiceStub]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    servicer = PoseServicer(
        store, engines, pool, WorkerPool(1, 8), default_variant=Variant.LITE, max_sessions=max_sessions
    )
    pose_pb2_grpc.add_PoseServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield pose_pb2_grpc.PoseServiceStub(channel)
    await server.stop(None)


@pytest.fixture
def dancer_uri(store, dancer_clip):
    store.put_file("videos/dancer/content", dancer_clip)
    return store.uri("videos/dancer/content")


async def test_probe_says_what_the_file_is(stub, dancer_uri):
    video = (await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri))).video
    assert (video.video_codec, video.width, video.height, video.frame_count) == ("h264", 518, 496, 75)
    assert not video.HasField("audio_codec")
    assert video.HasField("duration_seconds")


async def test_a_probe_does_not_wait_for_an_extraction(stub, dancer_uri):
    extraction = stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))
    assert (await extraction.read()).HasField("started")
    assert (await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri))).video.frame_count == 75
    extraction.cancel()


@pytest.fixture
async def turn_stub(store, engines, monkeypatch) -> AsyncIterator[pose_pb2_grpc.PoseServiceStub]:
    """A service with one worker, in which three seconds of video are long and one second is short."""
    monkeypatch.setattr(turns, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(turns, "RANK_SECONDS", (1.0,))
    monkeypatch.setattr(turns.Turn, "count_served", lambda *_: 0.0)  # a busy machine makes no call longer
    async with serve_pose(store, engines, WorkerPool(1, 8)) as stub:
        yield stub


@pytest.fixture
def short_uri(store, short_clip):
    store.put_file("videos/short/content", short_clip)
    return store.uri("videos/short/content")


def chunks_of(events):
    return [event.chunk.SerializeToString() for event in events if event.HasField("chunk")]


async def test_a_short_extraction_ends_before_a_long_one_that_was_suspended_and_goes_on_bit_for_bit(
    stub, turn_stub, dancer_uri, short_uri
):
    alone = chunks_of([event async for event in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))])
    long = turn_stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))
    rest = aiter(long)
    events = [await anext(rest) for _ in range(2)]
    short = [event async for event in turn_stub.Extract(pose_pb2.ExtractRequest(video_uri=short_uri))]
    assert short[-1].HasField("finished")
    assert not long.done()
    events += [event async for event in rest]
    assert events[-1].HasField("finished")
    assert chunks_of(events) == alone


async def until_chunk(call):
    async for event in call:
        yield event
        if event.HasField("chunk"):
            return


async def test_a_suspended_extraction_that_is_cut_off_goes_on_from_its_checkpoint(
    stub, turn_stub, dancer_uri, short_uri
):
    alone = chunks_of([event async for event in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))])
    long = turn_stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))
    event = [one async for one in until_chunk(long)][-1]
    short = aiter(turn_stub.Extract(pose_pb2.ExtractRequest(video_uri=short_uri)))
    assert (await anext(short)).HasField("started")  # the long one is suspended now, or has just ended
    long.cancel()
    assert [one async for one in short][-1].HasField("finished")
    resumed = pose_pb2.ExtractRequest(video_uri=dancer_uri, checkpoint=event.chunk.checkpoint)
    assert chunks_of([event async for event in turn_stub.Extract(resumed)]) == alone[1:]


async def test_the_model_is_named_without_a_video(stub, dancer_uri):
    for request in ({}, {"model_variant": pose_pb2.MODEL_VARIANT_LITE}, {"dancer": {"x": 0.5, "y": 0.6}}):
        described = await stub.DescribeModel(pose_pb2.DescribeModelRequest(**request))
        assert described.model == (await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri, **request))).model


async def test_a_model_that_is_not_in_the_enum_is_refused_with_its_field(stub, dancer_uri):
    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri, model_variant=9))
    assert caught.value.reason == "UNKNOWN_MODEL"
    assert [violation.field for violation in caught.value.field_violations] == ["model_variant"]


async def test_extract_streams_a_motion_and_resumes_it(stub, dancer_uri):
    events = [event async for event in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))]
    kinds = [event.WhichOneof("event") for event in events]
    assert (kinds[0], kinds[-1]) == ("started", "finished")
    chunks = [event.chunk for event in events if event.HasField("chunk")]
    motion = decode_motion(events[0].started.header, chunks)
    assert len(motion) == events[-1].finished.frames_with_dancer == 75
    assert motion.model == "blazepose-lite/openvino-f32/3"
    request = pose_pb2.ExtractRequest(video_uri=dancer_uri, checkpoint=chunks[0].checkpoint)
    again = [event.chunk async for event in stub.Extract(request) if event.HasField("chunk")]
    assert [chunk.SerializeToString() for chunk in again] == [chunk.SerializeToString() for chunk in chunks[1:]]


async def test_extract_puts_the_small_copy_into_the_store(stub, store, dancer_uri):
    preview = store.uri("previews/dancer.mp4")
    async for event in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri, preview_uri=preview)):
        if event.HasField("finished"):
            assert store.exists("previews/dancer.mp4")
    video = (await stub.Probe(pose_pb2.ProbeRequest(video_uri=preview))).video
    assert (video.video_codec, video.width, video.height, video.frame_count) == ("h264", 518, 496, 75)
    with pytest.raises(InvalidInputError) as wrong, translate_errors():
        async for _ in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri, preview_uri="file:///etc/x.mp4")):
            pass
    assert wrong.value.reason == "FOREIGN_URI"
    assert [violation.field for violation in wrong.value.field_violations] == ["preview_uri"]


async def test_errors_arrive_with_their_reason(stub, store, dancer_uri):
    store.put("videos/text/content", io.BytesIO(b"hello " * 1000))
    with pytest.raises(UnusableMediaError) as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri=store.uri("videos/text/content")))
    assert caught.value.reason == "NOT_A_VIDEO"
    with pytest.raises(InvalidInputError) as wrong, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri="file:///etc/passwd"))
    assert wrong.value.reason == "FOREIGN_URI"
    with pytest.raises(InvalidInputError) as wrong, translate_errors():
        async for _ in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri, checkpoint=b"?")):
            pass
    assert wrong.value.reason == "INVALID_CHECKPOINT"


async def test_a_chosen_dancer_has_an_identifier_of_his_own(stub, dancer_uri):
    dancer = pose_pb2.DancerChoice(x=0.50004, y=0.6, at_seconds=0.5)
    probed = await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri, dancer=dancer))
    assert probed.model == "blazepose-lite/openvino-f32/3/dancer-0.5-0.6-0.5"
    request = pose_pb2.ExtractRequest(video_uri=dancer_uri, dancer=dancer)
    events = [event async for event in stub.Extract(request)]
    assert events[0].started.header.model == probed.model
    assert events[-1].finished.frames - events[-1].finished.frames_with_dancer == 13
    assert not events[-1].finished.warnings


@pytest.mark.parametrize("position", [{"x": 1.01}, {"y": -0.1}, {"at_seconds": -1}, {"at_seconds": 3.5}])
async def test_a_position_or_a_time_outside_the_video_is_refused(stub, dancer_uri, position):
    dancer = pose_pb2.DancerChoice(**{"x": 0.5, "y": 0.5, **position})
    with pytest.raises(InvalidInputError) as probing, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri=dancer_uri, dancer=dancer))
    with pytest.raises(InvalidInputError) as extracting, translate_errors():
        async for _ in stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri, dancer=dancer)):
            pass
    assert probing.value.reason == extracting.value.reason == "INVALID_DANCER"
    for error in (probing.value, extracting.value):
        assert [violation.field for violation in error.field_violations] == [f"dancer.{name}" for name in position]


async def test_a_full_service_says_busy_and_a_cancelled_call_frees_its_place(stub, dancer_uri):
    call = stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))
    assert (await call.read()).HasField("started")
    with pytest.raises(BusyError), translate_errors():
        await stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri)).read()
    call.cancel()
    for _ in range(1200):
        try:
            with translate_errors():
                again = stub.Extract(pose_pb2.ExtractRequest(video_uri=dancer_uri))
                assert (await again.read()).HasField("started")
            again.cancel()
            return
        except BusyError:
            await asyncio.sleep(0.05)
    pytest.fail("the cancelled call still holds its place")
