"""Calls over `httpx.AsyncClient`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TypeVar, cast

import httpx

from eightcount_client.files import OnBytes, ProgressFile, whole_file
from eightcount_client.kinds.kind import Resource
from eightcount_client.protocol.calls import Call, path_of
from eightcount_client.protocol.connection import Connection
from eightcount_client.protocol.following import Following
from eightcount_client.protocol.retries import exchange
from eightcount_client.values.jobs import Job

T = TypeVar("T")
J = TypeVar("J", bound=Job)


class AsyncTransport:
    """Sends calls, again where that is safe."""

    def __init__(self, connection: Connection, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.connection = connection
        self._http = httpx.AsyncClient(**connection.options(), transport=transport)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def run(self, call: Call[T]) -> T:
        """Return the result of a call.

        Raises:
            EightcountError: the server refuses the request or cannot be reached.
        """
        arguments = self.connection.arguments(call)
        return await self._run(call, lambda: self._http.request(call.method, call.path, **arguments))

    async def upload(self, call: Call[T], path: Path, on_bytes: OnBytes) -> T:
        """Return the result of a call that sends a file, which is read piece by piece.

        Raises:
            EightcountError: the server refuses the file or cannot be reached.
            OSError: the file cannot be read.
        """

        async def send() -> httpx.Response:
            with ProgressFile(path, on_bytes) as file:
                files = {"file": (path.name, file, "application/octet-stream")}
                return await self._http.post(call.path, files=files, headers=dict(call.headers))

        return await self._run(call, send)

    async def download(self, call: Call[T], target: Path) -> T:
        """Write the body of an answer to a file, which appears whole or not at all.

        Raises:
            EightcountError: there is no such resource, or the server cannot be reached.
            OSError: the file cannot be written.
        """

        async def fetch() -> httpx.Response:
            async with self._http.stream(call.method, call.path, **self.connection.arguments(call)) as response:
                if response.is_error:
                    await response.aread()
                    return response
                with whole_file(target) as file:
                    async for piece in response.aiter_bytes():
                        file.write(piece)
                return response

        return await self._run(call, fetch)

    async def follow(self, resource: Resource[J], job_id: str) -> AsyncIterator[J]:
        """Yield a job's state at every change until it has ended; reconnects when the connection breaks.

        Raises:
            EightcountError: there is no such job, or the server stays away too long.
        """
        policy = self.connection.retries
        following = Following(
            resource.kind, self.connection.url, self.connection.patience_seconds, policy.first_pause_seconds
        )
        path = path_of(resource.collection, job_id, "events")
        while not following.ended:
            failure: httpx.Response | httpx.TransportError | None = None
            try:
                async with self._http.stream("GET", path, headers=following.headers()) as response:
                    if response.is_error:
                        await response.aread()
                        failure = response
                    else:
                        async for line in response.aiter_lines():
                            if (job := following.read_line(line)) is not None:
                                yield job
            except httpx.TransportError as error:
                failure = error
            if not following.ended:
                await asyncio.sleep(following.pause_after(failure))

    async def _run(self, call: Call[T], send: Callable[[], Awaitable[httpx.Response]]) -> T:
        steps = exchange(call, self.connection.retries, self.connection.url)
        pause = next(steps)
        while True:
            await asyncio.sleep(pause)
            outcome: httpx.Response | httpx.HTTPError
            try:
                outcome = await send()
            except httpx.TransportError as error:
                outcome = error
            try:
                pause = steps.send(outcome)
            except StopIteration as end:
                return cast("T", end.value)
