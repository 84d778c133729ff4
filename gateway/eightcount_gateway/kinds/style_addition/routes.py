"""Jobs that add a style: `/v1/style-additions`."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from eightcount_common.errors import ConflictError
from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream
from eightcount_gateway.kinds.style_addition.schemas import StyleBody, StyleResult
from eightcount_gateway.kinds.style_addition.workflow import style_result_key

router = contract_router("/v1/style-additions", "styles")


@router.get("/{addition_id}", responses=answers(s404="no such addition"))
async def get_addition(addition_id: str, gateway: GatewayOf) -> StyleBody:
    """The addition of a style and how far it got."""
    return StyleBody.of(await _job(gateway, addition_id))


@router.get(
    "/{addition_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such addition"),
)
async def follow_addition(addition_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the addition on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, addition_id))


@router.delete("/{addition_id}", status_code=202, responses=answers(s404="no such addition"))
async def cancel_addition(addition_id: str, gateway: GatewayOf) -> StyleBody:
    """Cancels an addition; one that has ended stays as it is."""
    return StyleBody.of(await cancelled(gateway, await _job(gateway, addition_id)))


@router.get(
    "/{addition_id}/result.json",
    response_model=StyleResult,
    responses=answers(s404="no such addition", s409="the addition has not got so far, or it failed"),
)
async def get_result(addition_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The model with the style in it, and the recordings that could not serve."""
    job = await _job(gateway, addition_id)
    if job.status != "succeeded":
        raise ConflictError(f"the addition is {job.status}; there is no result", reason="NOT_FINISHED")
    key = style_result_key(job.id)
    return await ranges.respond(request, gateway.store, key, media_type="application/json", etag=f"{job.id}-result")


async def _job(gateway: Gateway, addition_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, addition_id, "style")
