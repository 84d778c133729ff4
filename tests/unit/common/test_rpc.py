"""The contract that every service keeps, shown with a small service over a real socket."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from eightcount.common.v1 import common_pb2
from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.errors import (
    BusyError,
    FieldViolation,
    InternalError,
    InvalidInputError,
    UnavailableError,
    UnusableMediaError,
)
from eightcount_common.rpc import open_channel, serve, translate_errors
from eightcount_common.settings import ServiceSettings

NAME = "eightcount.pose.v1.PoseService"


class Servicer(pose_pb2_grpc.PoseServiceServicer):
    async def Probe(self, request: pose_pb2.ProbeRequest, context: Any) -> pose_pb2.ProbeResponse:
        if request.video_uri == "bad":
            raise UnusableMediaError("this is not a video", reason="NOT_A_VIDEO")
        if request.video_uri == "fields":
            violations = [
                FieldViolation("x", "must be 0 to 1; got 2"),
                FieldViolation("y", "is required"),
            ]
            raise InvalidInputError("the dancer is invalid", reason="INVALID_DANCER", field_violations=violations)
        if request.video_uri == "busy":
            raise BusyError("every worker is busy", retry_after_seconds=2.5)
        if request.video_uri == "bug":
            raise ZeroDivisionError("secret detail")
        return pose_pb2.ProbeResponse(video=pose_pb2.VideoInfo(width=640))

    async def Extract(self, request: pose_pb2.ExtractRequest, context: Any) -> AsyncIterator[pose_pb2.ExtractResponse]:
        for frame in range(1000):
            yield pose_pb2.ExtractResponse(progress=common_pb2.Progress(done=frame))
            if frame == 2 and request.video_uri == "bad":
                raise UnusableMediaError("this file is cut short", reason="TRUNCATED_FILE")
            await asyncio.sleep(0.001)


@pytest.fixture
async def channel(capsys: pytest.CaptureFixture[str]) -> AsyncIterator[grpc.aio.Channel]:
    def register(server: grpc.aio.Server) -> None:
        pose_pb2_grpc.add_PoseServiceServicer_to_server(Servicer(), server)

    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    task = asyncio.create_task(serve(ServiceSettings(), name="pose", register=register, service_names=[NAME]))
    line = ""
    while not line:
        await asyncio.sleep(0.01)
        line = capsys.readouterr().out
    async with open_channel(f"127.0.0.1:{json.loads(line)['port']}") as channel:
        yield channel
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(task, 60)
    root.handlers[:] = handlers
    root.setLevel(level)


async def test_a_domain_error_arrives_as_the_same_error(channel: grpc.aio.Channel) -> None:
    stub = pose_pb2_grpc.PoseServiceStub(channel)
    with pytest.raises(UnusableMediaError, match="not a video") as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri="bad"), timeout=60)
    assert caught.value.reason == "NOT_A_VIDEO"


async def test_the_fields_that_violate_a_rule_arrive_with_the_error(channel: grpc.aio.Channel) -> None:
    stub = pose_pb2_grpc.PoseServiceStub(channel)
    with pytest.raises(InvalidInputError) as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri="fields"), timeout=60)
    assert caught.value.reason == "INVALID_DANCER"
    assert caught.value.field_violations == (
        FieldViolation("x", "must be 0 to 1; got 2"),
        FieldViolation("y", "is required"),
    )
    assert caught.value.retry_after_seconds is None


async def test_the_retry_hint_arrives_with_the_error(channel: grpc.aio.Channel) -> None:
    stub = pose_pb2_grpc.PoseServiceStub(channel)
    with pytest.raises(BusyError) as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri="busy"), timeout=60)
    assert caught.value.retry_after_seconds == 2.5
    assert caught.value.field_violations == ()


async def test_an_error_within_a_stream_arrives_after_its_messages(channel: grpc.aio.Channel) -> None:
    stub = pose_pb2_grpc.PoseServiceStub(channel)
    seen = []
    with pytest.raises(UnusableMediaError) as caught, translate_errors():
        async for response in stub.Extract(pose_pb2.ExtractRequest(video_uri="bad"), timeout=60):
            seen.append(response.progress.done)
    assert seen == [0, 1, 2]
    assert caught.value.reason == "TRUNCATED_FILE"


async def test_an_unknown_error_tells_an_id_and_no_detail(channel: grpc.aio.Channel) -> None:
    stub = pose_pb2_grpc.PoseServiceStub(channel)
    with pytest.raises(InternalError, match="internal error [0-9a-f]{12}") as caught, translate_errors():
        await stub.Probe(pose_pb2.ProbeRequest(video_uri="bug"), timeout=60)
    assert "secret" not in str(caught.value)


async def test_health_answers_for_the_server_and_the_service(channel: grpc.aio.Channel) -> None:
    stub = health_pb2_grpc.HealthStub(channel)
    for name in ("", NAME):
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=name), timeout=60)
        assert answer.status == health_pb2.HealthCheckResponse.SERVING


async def test_nobody_there_is_an_unavailable_error() -> None:
    async with open_channel("127.0.0.1:1") as channel:
        stub = pose_pb2_grpc.PoseServiceStub(channel)
        with pytest.raises(UnavailableError), translate_errors():
            await stub.Probe(pose_pb2.ProbeRequest(), timeout=5, wait_for_ready=False)
