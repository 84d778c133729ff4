"""Comparisons: `/v1/comparisons`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.comparison.artifacts import ComparisonArtifacts
from eightcount_gateway.kinds.comparison.frame_errors import write_errors
from eightcount_gateway.kinds.comparison.schemas import ComparisonBody, ComparisonList, ComparisonRequest
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream, motion_file, started

router = contract_router("/v1/comparisons", "comparisons")

_MISSING = answers(s404="no such comparison", s409="the comparison has not got so far, or it failed")


@router.post("", status_code=202, responses=answers(s400="not a valid request", s404="no such video"))
async def start_comparison(body: ComparisonRequest, response: Response, gateway: GatewayOf) -> ComparisonBody:
    """Starts a comparison; `Location` tells where to follow it."""
    for video_id in (body.reference_video_id, body.take_video_id):
        await asyncio.to_thread(gateway.videos.get, video_id)
    job = await started(gateway, "comparison", body.model_dump())
    response.headers["Location"] = f"/v1/comparisons/{job.id}"
    return ComparisonBody.of(job)


@router.get("")
async def list_comparisons(
    gateway: GatewayOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> ComparisonList:
    """Comparisons, newest first."""
    jobs = await asyncio.to_thread(gateway.jobs.list, "comparison", limit=limit, offset=offset)
    return ComparisonList(comparisons=[ComparisonBody.of(job) for job in jobs])


@router.get("/{comparison_id}", responses=answers(s404="no such comparison"))
async def get_comparison(comparison_id: str, gateway: GatewayOf) -> ComparisonBody:
    """A comparison and how far it got."""
    return ComparisonBody.of(await _job(gateway, comparison_id))


@router.get(
    "/{comparison_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such comparison"),
)
async def follow_comparison(comparison_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the comparison on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, comparison_id))


@router.delete("/{comparison_id}", status_code=202, responses=answers(s404="no such comparison"))
async def cancel_comparison(comparison_id: str, gateway: GatewayOf) -> ComparisonBody:
    """Cancels a comparison; one that has ended stays as it is."""
    return ComparisonBody.of(await cancelled(gateway, await _job(gateway, comparison_id)))


@router.head("/{comparison_id}/report.json", include_in_schema=False)
@router.get("/{comparison_id}/report.json", responses=_MISSING, response_class=Response)
async def get_report(comparison_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The report."""
    artifacts = await _artifacts(gateway, comparison_id)
    return await ranges.respond(
        request, gateway.store, artifacts.report_key, media_type="application/json", etag=f"{comparison_id}-report"
    )


@router.head("/{comparison_id}/side_by_side.mp4", include_in_schema=False)
@router.get(
    "/{comparison_id}/side_by_side.mp4",
    response_class=Response,
    responses={206: {"description": "the range that was asked for"}, **_MISSING},
)
async def get_side_by_side(comparison_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Both dancers side by side, whole or in ranges."""
    artifacts = await _artifacts(gateway, comparison_id)
    return await ranges.respond(
        request, gateway.store, artifacts.video_key, media_type="video/mp4", etag=f"{comparison_id}-video",
        file_name="side_by_side.mp4",
    )  # fmt: skip


@router.get("/{comparison_id}/errors.json", response_class=StreamingResponse, responses=_MISSING)
async def get_errors(comparison_id: str, gateway: GatewayOf) -> StreamingResponse:
    """The errors of every frame and joint, as multiples of the joint's limit."""
    artifacts = await _artifacts(gateway, comparison_id)
    return StreamingResponse(write_errors(artifacts.open_errors), media_type="application/json")


@router.get("/{comparison_id}/motions/{role}.npz", response_class=StreamingResponse, responses=_MISSING)
async def get_motion(comparison_id: str, role: Literal["reference", "take"], gateway: GatewayOf) -> StreamingResponse:
    """The motion of the `reference` or the `take`, for numpy."""
    job = await _job(gateway, comparison_id)
    return await motion_file(gateway, job, job.text(f"{role}_video_id"), f"{role}.npz", role=role)


async def _job(gateway: Gateway, comparison_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, comparison_id, "comparison")


async def _artifacts(gateway: Gateway, comparison_id: str) -> ComparisonArtifacts:
    job = await _job(gateway, comparison_id)
    if job.status != "succeeded":
        raise ConflictError(f"the comparison is {job.status}; there is no result", reason="NOT_FINISHED")
    return ComparisonArtifacts(gateway.store, job.id)
