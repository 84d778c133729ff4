"""What trainings of every kind answer in the same way: following, listing and cancelling them, and their files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job, JsonValue, Kind
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream, started
from eightcount_gateway.kinds.schemas import JobBody
from eightcount_gateway.kinds.training_folder import TrainingFolder

BodyOf = Callable[[Job], JobBody]


def add_lifecycle(
    router: APIRouter, kind: Kind, body_of: BodyOf, *, body: type[JobBody], listed: type[BaseModel]
) -> None:
    """Adds GET, the list, the events and DELETE.

    Args:
        router: of the trainings.
        kind: of their jobs.
        body_of: a job as a body.
        body: what that is.
        listed: a body with `trainings`.
    """

    @router.get("", response_model=listed)
    async def list_trainings(
        gateway: GatewayOf,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        offset: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        """Trainings, newest first."""
        jobs = await asyncio.to_thread(gateway.jobs.list, kind, limit=limit, offset=offset)
        return {"trainings": [body_of(job) for job in jobs]}

    @router.get("/{training_id}", response_model=body, responses=answers(s404="no such training"))
    async def get_training(training_id: str, gateway: GatewayOf) -> JobBody:
        """A training and how far it got; the note of the step `train` tells stage, epoch and loss."""
        return body_of(await _job(gateway, training_id, kind))

    @router.get(
        "/{training_id}/events",
        response_class=StreamingResponse,
        responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such training"),
    )
    async def follow_training(training_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
        """Server-sent events: `progress` with the training on every change, then `end`."""
        return event_stream(gateway, request, await _job(gateway, training_id, kind))

    @router.delete("/{training_id}", status_code=202, response_model=body, responses=answers(s404="no such training"))
    async def cancel_training(training_id: str, gateway: GatewayOf) -> JobBody:
        """Cancels a training; one that has ended stays as it is."""
        return body_of(await cancelled(gateway, await _job(gateway, training_id, kind)))


async def started_training(
    gateway: Gateway, kind: Kind, folder: TrainingFolder, items: list[dict[str, Any]], options: dict[str, JsonValue]
) -> Job:
    """A training in the queue; what it is to learn from is kept in its folder."""
    await asyncio.to_thread(folder.write_items, items)
    return await started(gateway, kind, options | {"folder": folder.folder, "item_count": len(items)})


async def training_file(
    gateway: Gateway, request: Request, training_id: str, *, folder: type[TrainingFolder], kind: Kind, name: str,
    media_type: str,
) -> Response:  # fmt: skip
    """A file that a training left.

    Raises:
        NotFoundError: there is no such training, or no such file of it.
        ConflictError: it has no result (yet).
    """
    job = await _job(gateway, training_id, kind)
    if job.status != "succeeded":
        raise ConflictError(f"the training is {job.status}; there is no result", reason="NOT_FINISHED")
    key = folder(gateway.store, job.text("folder")).key(name)
    return await ranges.respond(request, gateway.store, key, media_type=media_type, etag=f"{job.id}-{name}")


async def _job(gateway: Gateway, training_id: str, kind: Kind) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, training_id, kind)
