"""An error that ends a call while its client is still sending."""

from __future__ import annotations

from collections.abc import AsyncIterator

import grpc.aio
import pytest

from eightcount.motion.v1 import motion_pb2
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import UnusableMediaError
from eightcount_common.rpc import open_channel, translate_errors
from eightcount_common.rpc.interceptors import ErrorInterceptor

TENSOR = motion_pb2.Tensor(shape=[50_000], data=bytes(200_000))


class Sync(sync_pb2_grpc.SyncServiceServicer):
    async def AlignMotion(self, request_iterator, context):
        raise UnusableMediaError("too short to align", reason="TOO_SHORT")


class Scoring(scoring_pb2_grpc.ScoringServiceServicer):
    async def Score(self, request_iterator, context):
        async for _ in request_iterator:
            raise UnusableMediaError("too short to score", reason="TOO_SHORT")
        yield scoring_pb2.ScoreResponse()


@pytest.fixture
async def channel() -> AsyncIterator[grpc.aio.Channel]:
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    sync_pb2_grpc.add_SyncServiceServicer_to_server(Sync(), server)
    scoring_pb2_grpc.add_ScoringServiceServicer_to_server(Scoring(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield channel
    await server.stop(None)


async def motions() -> AsyncIterator[sync_pb2.AlignMotionRequest]:
    for _ in range(40):
        yield sync_pb2.AlignMotionRequest(chunk=motion_pb2.MotionChunk(image=TENSOR))


async def parts() -> AsyncIterator[scoring_pb2.ScoreRequest]:
    async for motion in motions():
        yield scoring_pb2.ScoreRequest(motion=scoring_pb2.MotionPart(chunk=motion.chunk))


async def test_the_reason_arrives_although_the_client_was_still_sending(channel):
    for _ in range(10):
        with pytest.raises(UnusableMediaError) as caught, translate_errors():
            await sync_pb2_grpc.SyncServiceStub(channel).AlignMotion(motions(), timeout=60)
        assert caught.value.reason == "TOO_SHORT"


async def test_the_reason_arrives_on_a_stream_both_ways_too(channel):
    for _ in range(10):
        with pytest.raises(UnusableMediaError) as caught, translate_errors():
            async for _ in scoring_pb2_grpc.ScoringServiceStub(channel).Score(parts(), timeout=60):
                pass
        assert caught.value.reason == "TOO_SHORT"
