"""Progress of a job as server-sent events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from pydantic import BaseModel

from eightcount_gateway.jobs.model import Job

_POLL_SECONDS = 0.25
_KEEP_ALIVE_SECONDS = 15.0


async def follow(
    read: Callable[[], Job], job: Job, *, describe: Callable[[Job], Awaitable[BaseModel]], seen: str | None
) -> AsyncIterator[str]:
    """Send `progress` with the whole state on every change, then `end` with it.

    Every event is a snapshot, so a client that reconnects misses nothing: it gets the present state unless it has seen
    it (`Last-Event-ID`). The state is read from the database: the job may run in another gateway.
    """
    last, sent_at = seen or "", time.monotonic()
    yield "retry: 1000\n\n"
    while True:
        if str(job.version) != last:
            last, sent_at = str(job.version), time.monotonic()
            yield _event("progress", job, await describe(job))
        elif time.monotonic() - sent_at > _KEEP_ALIVE_SECONDS:
            sent_at = time.monotonic()
            yield ": still here\n\n"
        if job.ended:
            yield _event("end", job, await describe(job))
            return
        await asyncio.sleep(_POLL_SECONDS)
        job = await asyncio.to_thread(read)


def _event(name: str, job: Job, body: BaseModel) -> str:
    return f"id: {job.version}\nevent: {name}\ndata: {body.model_dump_json()}\n\n"
