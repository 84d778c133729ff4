"""What jobs of every kind have in common."""

from __future__ import annotations

import asyncio

from fastapi import Request
from fastapi.responses import StreamingResponse

from eightcount_common import telemetry
from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.events import follow
from eightcount_gateway.jobs.model import Job, JsonValue, Kind
from eightcount_gateway.library.npz import write_npz

_CANCEL_SECONDS = 2.0
_POLL_SECONDS = 0.05


def event_stream(gateway: Gateway, request: Request, job: Job) -> StreamingResponse:
    """The job's progress as server-sent events."""
    events = follow(gateway.jobs, job, seen=request.headers.get("last-event-id"))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def require_classifier(gateway: Gateway) -> None:
    """Does nothing where there is a classifier service.

    Raises:
        UnavailableError: the settings name none; a job would fail sooner or later.
    """
    _ = gateway.backends.classifier


def require_generator(gateway: Gateway) -> None:
    """Does nothing where there is a generator service.

    Raises:
        UnavailableError: the settings name none; a job would fail sooner or later.
    """
    _ = gateway.backends.generator


async def started(gateway: Gateway, kind: Kind, request: dict[str, JsonValue]) -> Job:
    """A new job in the queue; it carries the trace of this HTTP request on."""
    if traceparent := telemetry.current_traceparent():
        request = {**request, "traceparent": traceparent}
    job = await asyncio.to_thread(gateway.jobs.create, kind, request)
    await gateway.engine.submit(job)
    return job


async def cancelled(gateway: Gateway, job: Job) -> Job:
    """The job after it was asked to stop; usually it has stopped by then."""
    job = await gateway.engine.cancel(job.id)
    deadline = asyncio.get_running_loop().time() + _CANCEL_SECONDS
    while not job.ended and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_POLL_SECONDS)
        job = await asyncio.to_thread(gateway.jobs.get, job.id)
    return job


async def motion_file(
    gateway: Gateway, job: Job, video_id: str, file_name: str, *, role: str = ""
) -> StreamingResponse:
    """The motion of one of the job's videos, in a comparison that of a role, as .npz.

    Raises:
        ConflictError: it is not complete.
    """
    video = await asyncio.to_thread(gateway.videos.get, video_id)
    ref = None
    if video.content_deleted:
        ref = await asyncio.to_thread(gateway.motions.known, video.sha256, job.text("model"), job.dancer(role))
    if ref is None:
        ref = job.motion_of(video.sha256, role)
    if not await asyncio.to_thread(gateway.motions.exists, ref):
        raise ConflictError(f"the job is {job.status}; the motion is not complete", reason="NOT_FINISHED")
    summary = await asyncio.to_thread(gateway.motions.summary, ref)
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"', "Cache-Control": "private, max-age=3600"}
    pieces = write_npz(lambda: gateway.motions.open(ref), summary.frames)
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)
