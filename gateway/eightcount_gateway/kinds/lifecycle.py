"""The lifecycle of every kind of job, written once: create, list, get, events, cancel, delete.

Annotations are evaluated here, and not kept as text: those of the routes name what is only known within a function.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common import telemetry
from eightcount_common.errors import InvalidInputError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.contract import body_limit, contract_router, event_stream_of, problems, repeatable
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.events import follow
from eightcount_gateway.http.paging import CreatedAfter, CreatedBefore, Cursor, CursorText, Limit, Page
from eightcount_gateway.http.schemas.base import Body
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import JobKind, Resource
from eightcount_gateway.jobs.model import Job, JsonObject, Status
from eightcount_gateway.jobs.store import JobFilter
from eightcount_gateway.kinds.schemas import JobBody, describe_job
from eightcount_gateway.threads import run_in_thread

_CANCEL_SECONDS = 2.0
_POLL_SECONDS = 0.05


def job_router(kind: JobKind) -> APIRouter:
    """Return the routes of a kind: its lifecycle, and those of its artifacts."""
    router = contract_router(f"/v1/{kind.path}", kind.tag)
    _add_create(router, kind)
    _add_list(router, kind)
    _add_reading(router, kind)
    _add_ending(router, kind)
    for artifacts in kind.routers:
        router.include_router(artifacts)
    return router


def _add_create(router: APIRouter, kind: JobKind) -> None:
    async def create(body: Body, response: Response, gateway: GatewayOf) -> JobBody:
        job = await submit_job(gateway, kind, await kind.prepare(gateway.context, body))
        response.headers["Location"] = kind.url(job.id)
        return await _describe(gateway, kind, job)

    create.__doc__ = f"Create a {kind.title}; `Location` is its URL.\n\n{kind.request.__doc__ or ''}"
    create.__annotations__["body"] = kind.request
    router.post(
        "", status_code=202, response_model=kind.body, operation_id=f"create{kind.operation}",
        responses=problems(*kind.failures), name=f"create_{kind.name}",
    )(body_limit(kind.max_body_bytes)(create))  # fmt: skip


def _add_list(router: APIRouter, kind: JobKind) -> None:
    plural = kind.path.replace("-", " ")

    @router.get(
        "", response_model=Page[kind.body], operation_id=f"list{kind.operations}", name=f"list {plural}",  # type: ignore[name-defined]
        description=f"List the {plural}, newest first.", responses=problems("INVALID_CURSOR"),
    )  # fmt: skip
    async def list_jobs(
        gateway: GatewayOf,
        limit: Limit = 50,
        cursor: CursorText = None,
        status: Annotated[list[Status] | None, Query(description="any of these; can be repeated")] = None,
        created_after: CreatedAfter = None,
        created_before: CreatedBefore = None,
        *,
        answers: Annotated[Mapping[str, Sequence[str]], Depends(kind.filter_answers)],
    ) -> dict[str, Any]:
        which = JobFilter(tuple(status or ()), _seconds(created_after), _seconds(created_before), answers)
        jobs = await run_in_thread(
            gateway.jobs.list, kind.name, limit=limit + 1, after=_read_cursor(cursor), which=which
        )
        page = jobs[:limit]
        positions = await _queue_positions(gateway, page)
        more = len(jobs) > limit
        return {
            "items": [describe_job(kind, job, positions.get(job.id)) for job in page],
            "next_cursor": Cursor(page[-1].created_at, page[-1].id).encode() if more else None,
        }


def _add_reading(router: APIRouter, kind: JobKind) -> None:
    job_id = Path(alias=f"{kind.name}_id")

    @router.get(
        f"/{{{kind.name}_id}}", response_model=kind.body, operation_id=f"get{kind.operation}",
        name=f"get_{kind.name}", description=f"Return a {kind.title} and its progress.",
        responses=problems(kind.not_found),
    )  # fmt: skip
    async def get_job(id_: Annotated[str, job_id], gateway: GatewayOf) -> JobBody:
        return await _describe(gateway, kind, await _find(gateway, kind, id_))

    @router.get(
        f"/{{{kind.name}_id}}/events", response_class=StreamingResponse, operation_id=f"follow{kind.operation}",
        name=f"follow_{kind.name}", description=f"Follow a {kind.title} by server-sent events.",
        responses=event_stream_of(kind.body) | problems(kind.not_found),
    )  # fmt: skip
    async def follow_job(id_: Annotated[str, job_id], request: Request, gateway: GatewayOf) -> StreamingResponse:
        job = await _find(gateway, kind, id_)
        events = follow(
            lambda: gateway.jobs.get(job.id), job,
            describe=lambda job: _describe(gateway, kind, job), seen=request.headers.get("last-event-id"),
        )  # fmt: skip
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _add_ending(router: APIRouter, kind: JobKind) -> None:
    job_id = Path(alias=f"{kind.name}_id")

    @repeatable
    async def cancel(id_: Annotated[str, job_id], gateway: GatewayOf) -> JobBody:
        return await _describe(gateway, kind, await cancel_job(gateway, await _find(gateway, kind, id_)))

    router.post(
        f"/{{{kind.name}_id}}/cancel", status_code=202, response_model=kind.body,
        operation_id=f"cancel{kind.operation}", name=f"cancel_{kind.name}",
        description=f"Cancel a {kind.title}; one that has ended stays as it is.", responses=problems(kind.not_found),
    )(cancel)  # fmt: skip

    @router.delete(
        f"/{{{kind.name}_id}}", operation_id=f"delete{kind.operation}", name=f"delete_{kind.name}",
        description=(
            f"Delete a {kind.title} that has ended, with everything that was made of it alone. The answer lists what "
            "was deleted, and what is kept because another resource needs it."
        ),
        responses=problems(kind.not_found, "NOT_FINISHED", *kind.deletion_failures),
    )  # fmt: skip
    async def delete_job(id_: Annotated[str, job_id], gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
        job = await _find(gateway, kind, id_)
        return DeletionBody.of(await gateway.deletion.delete(Resource(kind.name, job.id), dry_run=dry_run))


async def submit_job(gateway: Gateway, kind: JobKind, request: JsonObject) -> Job:
    """Create a job and queue it; it continues the trace of this HTTP request."""
    if traceparent := telemetry.current_traceparent():
        request = {**request, "traceparent": traceparent}
    bounds = (gateway.settings.short_seconds, gateway.settings.middle_seconds)
    lane = await run_in_thread(kind.select_lane, gateway.context, request, bounds_seconds=bounds)
    job = await run_in_thread(gateway.jobs.create, kind.name, request, kind.new_steps(request), lane)
    await gateway.engine.submit(job)
    return job


async def cancel_job(gateway: Gateway, job: Job) -> Job:
    """Ask a job to stop and return it; usually it has stopped by then."""
    job = await gateway.engine.cancel(job.id)
    deadline = asyncio.get_running_loop().time() + _CANCEL_SECONDS
    while not job.ended and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(_POLL_SECONDS)
        job = await run_in_thread(gateway.jobs.get, job.id)
    return job


async def _describe(gateway: Gateway, kind: JobKind, job: Job) -> JobBody:
    positions = await _queue_positions(gateway, [job])
    return describe_job(kind, job, positions.get(job.id))


async def _queue_positions(gateway: Gateway, jobs: list[Job]) -> dict[str, int]:
    """Return the positions of queued jobs by their ids; they are read only when a job is queued."""
    if not any(job.status == "queued" for job in jobs):
        return {}
    return await run_in_thread(gateway.jobs.queue_positions)


async def _find(gateway: Gateway, kind: JobKind, job_id: str) -> Job:
    return await run_in_thread(gateway.jobs.get, job_id, kind.name)


def _read_cursor(text: str | None) -> tuple[float, str] | None:
    """Return creation time and id of the last job of the page before.

    Raises:
        InvalidInputError: INVALID_CURSOR; the cursor is of another list.
    """
    cursor = Cursor.decode(text)
    if cursor is None:
        return None
    if isinstance(cursor.created_at, str):
        raise InvalidInputError("cursor: the next_cursor of an earlier page is required", reason="INVALID_CURSOR")
    return float(cursor.created_at), cursor.id


def _seconds(moment: datetime | None) -> float | None:
    """Return seconds since the epoch; a time without a zone is UTC."""
    if moment is None:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
