"""Calls of a service that is slow, full, dead, or there and silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc.aio
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.errors import UnavailableError, UnusableMediaError
from eightcount_common.rpc import open_channel
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_gateway.backends import backend as module
from eightcount_gateway.backends.backend import SERVICE_UNREACHABLE, Backend

REQUEST = pose_pb2.ProbeRequest(video_uri="file:///video")


class Service(pose_pb2_grpc.PoseServiceServicer, health_pb2_grpc.HealthServicer):
    """Answers when it is released; its event loop can be made to answer nothing at all."""

    def __init__(self) -> None:
        self.released, self.cancelled = asyncio.Event(), asyncio.Event()
        self.silent = False
        self.error: Exception | None = None
        self.checks = 0

    async def Check(self, request, context):
        self.checks += 1
        while self.silent:
            await asyncio.sleep(0.01)
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)

    async def Probe(self, request, context):
        await self._wait()
        return pose_pb2.ProbeResponse(model="model")

    async def Extract(self, request, context):
        yield pose_pb2.ExtractResponse()
        await self._wait()
        yield pose_pb2.ExtractResponse()

    async def _wait(self) -> None:
        try:
            await self.released.wait()
        except asyncio.CancelledError:
            self.cancelled.set()
            raise
        if self.error:
            raise self.error


@pytest.fixture
async def service() -> AsyncIterator[tuple[Service, Backend, pose_pb2_grpc.PoseServiceStub]]:
    servicer = Service()
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    pose_pb2_grpc.add_PoseServiceServicer_to_server(servicer, server)
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield servicer, Backend("pose", channel, patience_seconds=0.2), pose_pb2_grpc.PoseServiceStub(channel)
    await server.stop(None)


@pytest.fixture(autouse=True)
def look_often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.05)


async def test_a_call_may_wait_far_longer_than_the_patience_with_a_service_that_answers(service) -> None:
    servicer, backend, stub = service
    answer = asyncio.create_task(backend.answer(stub.Probe(REQUEST)))
    while servicer.checks < 10:
        await asyncio.sleep(0.01)
    assert not answer.done()
    servicer.released.set()
    assert (await answer).model == "model"


async def test_a_call_of_a_service_that_falls_silent_breaks_off(service) -> None:
    servicer, backend, stub = service
    servicer.silent = True
    with pytest.raises(UnavailableError) as caught:
        await backend.answer(stub.Probe(REQUEST))
    assert caught.value.reason == SERVICE_UNREACHABLE
    await servicer.cancelled.wait()


async def test_a_stream_of_a_service_that_falls_silent_breaks_off_after_its_messages(service) -> None:
    servicer, backend, stub = service
    servicer.silent, seen = True, 0
    with pytest.raises(UnavailableError) as caught:
        async for _ in backend.stream(stub.Extract(pose_pb2.ExtractRequest())):
            seen += 1
    assert (caught.value.reason, seen) == (SERVICE_UNREACHABLE, 1)


async def test_a_caller_that_is_cancelled_is_cancelled_and_ends_the_call(service) -> None:
    servicer, backend, stub = service
    answer = asyncio.create_task(backend.answer(stub.Probe(REQUEST)))
    while not servicer.checks:
        await asyncio.sleep(0.01)
    answer.cancel()
    with pytest.raises(asyncio.CancelledError):
        await answer
    await servicer.cancelled.wait()


async def test_an_error_of_the_service_arrives_as_it_is(service) -> None:
    servicer, backend, stub = service
    servicer.error = UnusableMediaError("this is no video", reason="NOT_A_VIDEO")
    servicer.released.set()
    with pytest.raises(UnusableMediaError, match="no video"):
        await backend.answer(stub.Probe(REQUEST))


async def test_a_call_of_a_service_that_is_not_there_breaks_off() -> None:
    async with open_channel("127.0.0.1:1") as channel:
        backend = Backend("pose", channel, patience_seconds=0.2)
        with pytest.raises(UnavailableError):
            await backend.answer(pose_pb2_grpc.PoseServiceStub(channel).Probe(REQUEST))
