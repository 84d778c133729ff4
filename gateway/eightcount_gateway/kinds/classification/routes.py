"""Classifications: `/v1/classifications`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.classification.artifacts import ClassificationArtifacts
from eightcount_gateway.kinds.classification.schemas import (
    ClassificationBody,
    ClassificationList,
    ClassificationRequest,
    ClassificationResult,
)
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream, require_classifier, started

router = contract_router("/v1/classifications", "classifications")

_MISSING = answers(s404="no such classification", s409="the classification has not got so far, or it failed")


@router.post(
    "",
    status_code=202,
    responses=answers(
        s400="not a valid request", s404="no such video or motion", s503="there is no classifier service"
    ),
)
async def start_classification(
    body: ClassificationRequest, response: Response, gateway: GatewayOf
) -> ClassificationBody:
    """Starts a classification; `Location` tells where to follow it."""
    require_classifier(gateway)
    await asyncio.to_thread(gateway.videos.get, body.video_id or body.motion_id)
    job = await started(gateway, "classification", body.model_dump())
    response.headers["Location"] = f"/v1/classifications/{job.id}"
    return ClassificationBody.of(job)


@router.get("")
async def list_classifications(
    gateway: GatewayOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> ClassificationList:
    """Classifications, newest first."""
    jobs = await asyncio.to_thread(gateway.jobs.list, "classification", limit=limit, offset=offset)
    return ClassificationList(classifications=[ClassificationBody.of(job) for job in jobs])


@router.get("/{classification_id}", responses=answers(s404="no such classification"))
async def get_classification(classification_id: str, gateway: GatewayOf) -> ClassificationBody:
    """A classification and how far it got."""
    return ClassificationBody.of(await _job(gateway, classification_id))


@router.get(
    "/{classification_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such classification"),
)
async def follow_classification(classification_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the classification on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, classification_id))


@router.delete("/{classification_id}", status_code=202, responses=answers(s404="no such classification"))
async def cancel_classification(classification_id: str, gateway: GatewayOf) -> ClassificationBody:
    """Cancels a classification; one that has ended stays as it is."""
    return ClassificationBody.of(await cancelled(gateway, await _job(gateway, classification_id)))


@router.get("/{classification_id}/result.json", response_model=ClassificationResult, responses=_MISSING)
async def get_result(classification_id: str, request: Request, gateway: GatewayOf) -> Response:
    """What the movement was found to be: as a whole, and window by window."""
    job = await _job(gateway, classification_id)
    if job.status != "succeeded":
        raise ConflictError(f"the classification is {job.status}; there is no result", reason="NOT_FINISHED")
    key = ClassificationArtifacts(gateway.store, job.id).result_key
    return await ranges.respond(request, gateway.store, key, media_type="application/json", etag=f"{job.id}-result")


async def _job(gateway: Gateway, classification_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, classification_id, "classification")
