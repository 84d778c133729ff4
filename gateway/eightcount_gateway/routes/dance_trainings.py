"""Trainings of models that dance: `/v1/dance-trainings`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError
from eightcount_gateway import ranges
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.jobs.dance_training import DanceTrainingArtifacts
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.routes import GatewayOf, answers
from eightcount_gateway.routes.jobs import cancelled, event_stream, require_generator, started
from eightcount_gateway.schemas import DanceTrainingBody, DanceTrainingList, DanceTrainingRequest, DanceTrainingResult

router = APIRouter(prefix="/v1/dance-trainings", tags=["trainings"])


@router.post("", status_code=202, responses=answers(s400="not a valid request", s503="there is no generator service"))
async def start_training(body: DanceTrainingRequest, response: Response, gateway: GatewayOf) -> DanceTrainingBody:
    """Starts a training; `Location` tells where to follow it.

    Recordings that cannot serve are listed in the result with their reasons. Where a recording has no music, its beats
    are taken from its motion.
    """
    require_generator(gateway)
    artifacts = DanceTrainingArtifacts.new(gateway.store)
    await asyncio.to_thread(artifacts.write_items, [item.model_dump() for item in body.items])
    request = body.model_dump(exclude={"items"}) | {"folder": artifacts.folder, "item_count": len(body.items)}
    job = await started(gateway, "dance_training", request)
    response.headers["Location"] = f"/v1/dance-trainings/{job.id}"
    return DanceTrainingBody.of(job)


@router.get("")
async def list_trainings(
    gateway: GatewayOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> DanceTrainingList:
    """Trainings, newest first."""
    jobs = await asyncio.to_thread(gateway.jobs.list, "dance_training", limit=limit, offset=offset)
    return DanceTrainingList(trainings=[DanceTrainingBody.of(job) for job in jobs])


@router.get("/{training_id}", responses=answers(s404="no such training"))
async def get_training(training_id: str, gateway: GatewayOf) -> DanceTrainingBody:
    """A training and how far it got."""
    return DanceTrainingBody.of(await _job(gateway, training_id))


@router.get(
    "/{training_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such training"),
)
async def follow_training(training_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the training on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, training_id))


@router.delete("/{training_id}", status_code=202, responses=answers(s404="no such training"))
async def cancel_training(training_id: str, gateway: GatewayOf) -> DanceTrainingBody:
    """Cancels a training; one that has ended stays as it is."""
    return DanceTrainingBody.of(await cancelled(gateway, await _job(gateway, training_id)))


@router.get(
    "/{training_id}/result.json",
    response_model=DanceTrainingResult,
    responses=answers(s404="no such training", s409="the training has no result (yet)"),
)
async def get_result(training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The model with its card, and what was left out."""
    job = await _job(gateway, training_id)
    if job.status != "succeeded":
        raise ConflictError(f"the training is {job.status}; there is no result", reason="NOT_FINISHED")
    key = DanceTrainingArtifacts(gateway.store, job.text("folder")).key("result.json")
    return await ranges.respond(request, gateway.store, key, media_type="application/json", etag=f"{job.id}-result")


async def _job(gateway: Gateway, training_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, training_id, "dance_training")
