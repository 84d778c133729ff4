"""A job is cancelled also when it was interrupted before its id had arrived."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from eightcount_client import AsyncClient, Client, ExtractionRequest
from tests.integration.client.jobs import jobs_of

CREATION = ("POST", "/v1/extractions")


class InterruptedTransport(httpx.HTTPTransport):
    """Ctrl-C arrives when the server has answered the first creation, and nobody has read the answer."""

    interrupted = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = super().handle_request(request)
        if (request.method, request.url.path) == CREATION and not self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt
        return response


class SilentTransport(httpx.AsyncHTTPTransport):
    """The answer to the first creation never arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.created = asyncio.Event()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await super().handle_async_request(request)
        if (request.method, request.url.path) == CREATION and not self.created.is_set():
            self.created.set()
            await asyncio.Event().wait()
        return response


def test_ctrl_c_before_the_id_has_arrived_cancels_the_job(gateway, backends, video):
    backends.seconds_per_chunk = 30
    with Client(gateway.url, transport=InterruptedTransport()) as client:
        upload = client.videos.upload(video)
        with pytest.raises(KeyboardInterrupt):
            client.extractions.run(ExtractionRequest(video_id=upload.id))
    assert_the_newest_job_is_cancelled(gateway)


async def test_a_task_cancelled_before_the_id_has_arrived_cancels_the_job(gateway, backends, video):
    backends.seconds_per_chunk = 30
    transport = SilentTransport()
    async with AsyncClient(gateway.url, transport=transport) as client:
        upload = await client.videos.upload(video)
        task = asyncio.create_task(client.extractions.run(ExtractionRequest(video_id=upload.id)))
        await asyncio.wait_for(transport.created.wait(), 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    await asyncio.to_thread(assert_the_newest_job_is_cancelled, gateway)


def assert_the_newest_job_is_cancelled(gateway):
    job, *_ = jobs_of(gateway, "extractions")
    assert gateway.finished(job["id"], "extractions")["status"] == "cancelled"
