"""Collections of the API as the asynchronous client offers them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from eightcount_client.asynchronous.transport import AsyncTransport
from eightcount_client.errors import EightcountError
from eightcount_client.files import OnBytes, ignore_progress
from eightcount_client.kinds.kind import JobKind, JobResource, Resource
from eightcount_client.protocol import calls, resources
from eightcount_client.protocol.calls import Call, path_of
from eightcount_client.protocol.resources import Filters
from eightcount_client.values.deletions import Deletion
from eightcount_client.values.jobs import Job

A = TypeVar("A")
T = TypeVar("T")
J = TypeVar("J", bound=Job)
Q = TypeVar("Q")
R = TypeVar("R")


class AsyncCollection(Generic[T]):
    """Resources of one kind. Every method raises EightcountError when the server refuses or cannot be reached."""

    def __init__(self, transport: AsyncTransport, resource: Resource[T]) -> None:
        self._transport = transport
        self._resource = resource

    @property
    def name(self) -> str:
        """Name of the collection in the API, such as `style-models`."""
        return self._resource.collection

    async def get(self, member: str) -> T:
        """Return the member with this id or name."""
        return await self._transport.run(calls.get(path_of(self._resource.collection, member), self._resource.kind))

    async def list(
        self,
        *,
        status: Sequence[str] = (),
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        file_name: str = "",
        sha256: str = "",
        style: Sequence[str] = (),
        page_size: int = 50,
    ) -> AsyncIterator[T]:
        """Yield the members, newest first; further pages are read as they are needed."""
        filters = Filters(status, created_after, created_before, file_name, sha256, style)
        cursor: str | None = None
        while True:
            page = await self._transport.run(
                resources.list_page(
                    self._resource.collection, self._resource.kind, filters, cursor=cursor, page_size=page_size
                )
            )
            for item in page.items:
                yield item
            cursor = page.next_cursor
            if cursor is None:
                return

    async def delete(self, member: str, *, dry_run: bool = False) -> Deletion:
        """Delete a member with everything that was made of it; with `dry_run` only return what would be deleted."""
        return await self._transport.run(resources.delete(self._resource.collection, member, dry_run=dry_run))


class AsyncUploadCollection(AsyncCollection[T]):
    """Files that are uploaded."""

    async def upload(self, path: Path | str, on_bytes: OnBytes = ignore_progress) -> T:
        """Send a file; `on_bytes` is called with the bytes that were sent and the size of the file."""
        call = calls.create(path_of(self._resource.collection), None, self._resource.kind)
        return await self._transport.upload(call, Path(path), on_bytes)


class AsyncJobCollection(AsyncCollection[J], Generic[Q, J]):
    """Jobs of one kind, which are created by requests of the class Q."""

    def __init__(self, transport: AsyncTransport, resource: JobResource[Q, J]) -> None:
        super().__init__(transport, resource)

    async def create(self, request: Q) -> J:
        """Start a job."""
        return await self._transport.run(self._creation(request))

    def events(self, job_id: str) -> AsyncIterator[J]:
        """Yield the job's state at every change until it has ended; survives a server that restarts."""
        return self._transport.follow(self._resource, job_id)

    async def wait(self, job_id: str, on_progress: Callable[[J], None] | None = None) -> J:
        """Return the job when it has succeeded.

        Raises:
            JobFailedError: it failed, or was cancelled (JobCancelledError).
            EightcountError: there is no such job, or the server stays away too long.
        """
        job = None
        async for job in self.events(job_id):
            if on_progress is not None:
                on_progress(job)
        job = job or await self.get(job_id)
        job.require_success()
        return job

    async def run(self, request: Q, on_progress: Callable[[J], None] | None = None) -> J:
        """Start a job and wait for it; cancelling the task cancels it on the server, even before its id has arrived.

        Raises:
            JobFailedError: it failed, or was cancelled (JobCancelledError).
            EightcountError: the request was refused, or the server cannot be reached.
        """
        creation = self._creation(request)
        job: J | None = None
        try:
            job = await self._transport.run(creation)
            return await self.wait(job.id, on_progress)
        except asyncio.CancelledError:
            with suppress(asyncio.CancelledError, EightcountError):
                await asyncio.shield(self._cancel_creation(creation, job))
            raise

    async def cancel(self, job_id: str) -> J:
        """Ask the server to stop a job."""
        return await self._transport.run(calls.cancel(path_of(self._resource.collection, job_id), self._resource.kind))

    async def download(self, job_id: str, artifact: str, target: Path | str) -> Path:
        """Write an artifact of a job, such as `motion.npz`, to a file, which appears whole or not at all."""
        target = Path(target)
        path = f"{path_of(self._resource.collection, job_id)}/{artifact}"
        await self._transport.download(Call("GET", path, lambda _: None, repeatable=True), target)
        return target

    async def read(self, job_id: str, artifact: str, kind: type[A]) -> A:
        """Return an artifact that is JSON as an object of its class, such as `errors.json` as `FrameErrors`."""
        path = f"{path_of(self._resource.collection, job_id)}/{artifact}"
        return await self._transport.run(calls.get(path, kind))

    async def read_json(self, job_id: str, artifact: str) -> Any:
        """Return an artifact that is JSON."""
        return await self._transport.run(calls.get_json(f"{path_of(self._resource.collection, job_id)}/{artifact}"))

    def _creation(self, request: Q) -> Call[J]:
        return resources.create(self._resource.collection, request, self._resource.kind)

    async def _cancel_creation(self, creation: Call[J], job: J | None) -> None:
        if job is None:
            job = await self._transport.run(calls.replay(creation))
        await self.cancel(job.id)


class AsyncResultJobCollection(AsyncJobCollection[Q, J], Generic[Q, J, R]):
    """Jobs of one kind that have a result of the class R."""

    def __init__(self, transport: AsyncTransport, kind: JobKind[Q, J, R]) -> None:
        super().__init__(transport, kind)
        self._kind = kind

    async def result(self, job_id: str) -> R:
        """Return the result of a job that succeeded."""
        path = path_of(self._kind.collection, job_id, self._kind.result_name)
        return await self._transport.run(calls.get(path, self._kind.result))
