"""Dances made to music: `/v1/dances`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError, NotFoundError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.dance.artifacts import MEDIA_TYPES, DanceArtifacts
from eightcount_gateway.kinds.dance.dance_request import complete
from eightcount_gateway.kinds.dance.schemas import DanceBody, DanceList, DanceRequest, DanceResult
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream, require_generator, started

router = contract_router("/v1/dances", "dances")

_MISSING = answers(s404="no such dance, or it was not written as that", s409="the dance is not done, or it failed")


@router.post(
    "",
    status_code=202,
    responses=answers(
        s400="not a valid request, or no model can carry it out",
        s404="no such music, dance, video, model or skeleton",
        s409="the dance that is used is not done",
        s503="there is no generator service",
    ),
)
async def start_dance(body: DanceRequest, response: Response, gateway: GatewayOf) -> DanceBody:
    """Starts a dance; `Location` tells where to follow it.

    Music without a beat (silence, speech) fails the step `listen` with the reason. With `edit` a dance is changed: the
    outcome is a dance of its own, and the other stays as it is.
    """
    require_generator(gateway)
    job = await started(gateway, "dance", await complete(gateway, body))
    response.headers["Location"] = f"/v1/dances/{job.id}"
    return DanceBody.of(job)


@router.get("")
async def list_dances(
    gateway: GatewayOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> DanceList:
    """Dances, newest first."""
    jobs = await asyncio.to_thread(gateway.jobs.list, "dance", limit=limit, offset=offset)
    return DanceList(dances=[DanceBody.of(job) for job in jobs])


@router.get("/{dance_id}", responses=answers(s404="no such dance"))
async def get_dance(dance_id: str, gateway: GatewayOf) -> DanceBody:
    """A dance and how far it got."""
    return DanceBody.of(await known_dance(gateway, dance_id))


@router.get(
    "/{dance_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such dance"),
)
async def follow_dance(dance_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the dance on every change, then `end`."""
    return event_stream(gateway, request, await known_dance(gateway, dance_id))


@router.delete("/{dance_id}", status_code=202, responses=answers(s404="no such dance"))
async def cancel_dance(dance_id: str, gateway: GatewayOf) -> DanceBody:
    """Cancels a dance; one that has ended stays as it is."""
    return DanceBody.of(await cancelled(gateway, await known_dance(gateway, dance_id)))


@router.get("/{dance_id}/result.json", response_model=DanceResult, responses=_MISSING)
async def get_result(dance_id: str, request: Request, gateway: GatewayOf) -> Response:
    """What was made, by which model, and from which recordings."""
    job = await finished_dance(gateway, dance_id)
    key = DanceArtifacts(gateway.store, job.id).result_key
    return await ranges.respond(request, gateway.store, key, media_type="application/json", etag=f"{job.id}-result")


@router.head("/{dance_id}/dance.{name}", include_in_schema=False)
@router.get(
    "/{dance_id}/dance.{name}",
    response_class=Response,
    responses={206: {"description": "the range that was asked for"}, **_MISSING},
)
async def get_file(
    dance_id: str, name: Literal["mp4", "bvh", "glb", "npz"], request: Request, gateway: GatewayOf
) -> Response:
    """The dance as a film with the music (mp4), for animators (bvh, glb) or for numpy (npz), whole or in ranges."""
    job = await finished_dance(gateway, dance_id)
    if name not in job.texts("formats"):
        written = ", ".join(job.texts("formats"))
        raise NotFoundError(f"the dance was not written as {name}, but as {written}", reason="FORMAT_NOT_WRITTEN")
    return await ranges.respond(
        request, gateway.store, DanceArtifacts(gateway.store, job.id).export_key(name),
        media_type=MEDIA_TYPES[name], etag=f"{job.id}-{name}", file_name=f"dance.{name}",
    )  # fmt: skip


async def finished_dance(gateway: Gateway, dance_id: str) -> Job:
    """A dance that is done.

    Raises:
        NotFoundError: there is no such dance.
        ConflictError: NOT_FINISHED; it is not done, or it failed.
    """
    job = await known_dance(gateway, dance_id)
    if job.status != "succeeded":
        raise ConflictError(f"the dance is {job.status}; there is no result", reason="NOT_FINISHED")
    return job


async def known_dance(gateway: Gateway, dance_id: str) -> Job:
    """A dance.

    Raises:
        NotFoundError: there is no such dance.
    """
    return await asyncio.to_thread(gateway.jobs.get, dance_id, "dance")
