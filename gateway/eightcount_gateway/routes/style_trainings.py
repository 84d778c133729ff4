"""Trainings: `/v1/style-trainings`."""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError
from eightcount_gateway import ranges
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.training_artifacts import FILES, TrainingArtifacts
from eightcount_gateway.routes import GatewayOf, answers
from eightcount_gateway.routes.jobs import cancelled, event_stream, require_classifier, started
from eightcount_gateway.schemas import TrainingBody, TrainingList, TrainingRequest, TrainingResult

router = APIRouter(prefix="/v1/style-trainings", tags=["trainings"])

_MISSING = answers(s404="no such training, or no such file of it", s409="the training has no result (yet)")


@router.post("", status_code=202, responses=answers(s400="not a valid request", s503="there is no classifier service"))
async def start_training(body: TrainingRequest, response: Response, gateway: GatewayOf) -> TrainingBody:
    """Starts a training; `Location` tells where to follow it.

    Recordings that cannot serve are listed in the result with their reasons. Asked for again with the same name, items
    and options after it was cut short, it goes on from its last checkpoint.
    """
    require_classifier(gateway)
    artifacts = TrainingArtifacts.new(gateway.store)
    await asyncio.to_thread(artifacts.write_items, [item.model_dump() for item in body.items])
    request = body.model_dump(exclude={"items"}) | {"folder": artifacts.folder, "item_count": len(body.items)}
    job = await started(gateway, "style_training", request)
    response.headers["Location"] = f"/v1/style-trainings/{job.id}"
    return TrainingBody.of(job)


@router.get("")
async def list_trainings(
    gateway: GatewayOf,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0)] = 0,
) -> TrainingList:
    """Trainings, newest first."""
    jobs = await asyncio.to_thread(gateway.jobs.list, "style_training", limit=limit, offset=offset)
    return TrainingList(trainings=[TrainingBody.of(job) for job in jobs])


@router.get("/{training_id}", responses=answers(s404="no such training"))
async def get_training(training_id: str, gateway: GatewayOf) -> TrainingBody:
    """A training and how far it got; the note of the step `train` tells stage, epoch and loss."""
    return TrainingBody.of(await _job(gateway, training_id))


@router.get(
    "/{training_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such training"),
)
async def follow_training(training_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the training on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, training_id))


@router.delete("/{training_id}", status_code=202, responses=answers(s404="no such training"))
async def cancel_training(training_id: str, gateway: GatewayOf) -> TrainingBody:
    """Cancels a training; one that has ended stays as it is."""
    return TrainingBody.of(await cancelled(gateway, await _job(gateway, training_id)))


@router.get("/{training_id}/result.json", response_model=TrainingResult, responses=_MISSING)
async def get_result(training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The model, what was left out, and what was kept apart for the test."""
    return await _file(gateway, request, training_id, "result.json", "application/json")


@router.get("/{training_id}/{name}", response_class=Response, responses=_MISSING)
async def get_file(
    training_id: str, name: Literal["card.md", "report.json", "confusion.png"], request: Request, gateway: GatewayOf
) -> Response:
    """The model card (Markdown), the report (JSON), or the confusion matrix (PNG)."""
    return await _file(gateway, request, training_id, name, FILES[name])


async def _file(gateway: Gateway, request: Request, training_id: str, name: str, media_type: str) -> Response:
    job = await _job(gateway, training_id)
    if job.status != "succeeded":
        raise ConflictError(f"the training is {job.status}; there is no result", reason="NOT_FINISHED")
    key = TrainingArtifacts(gateway.store, job.text("folder")).key(name)
    return await ranges.respond(request, gateway.store, key, media_type=media_type, etag=f"{job.id}-{name}")


async def _job(gateway: Gateway, training_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, training_id, "style_training")
