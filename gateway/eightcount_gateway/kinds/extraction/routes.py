"""Extractions: `/v1/extractions`."""

from __future__ import annotations

import asyncio

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.extraction.schemas import ExtractionBody, ExtractionRequest
from eightcount_gateway.kinds.lifecycle import cancelled, event_stream, motion_file, started

router = contract_router("/v1/extractions", "extractions")


@router.post("", status_code=202, responses=answers(s400="not a valid request", s404="no such video"))
async def start_extraction(body: ExtractionRequest, response: Response, gateway: GatewayOf) -> ExtractionBody:
    """Starts the extraction of a video's motion; `Location` tells where to follow it."""
    await asyncio.to_thread(gateway.videos.get, body.video_id)
    job = await started(gateway, "extraction", body.model_dump())
    response.headers["Location"] = f"/v1/extractions/{job.id}"
    return ExtractionBody.of(job)


@router.get("/{extraction_id}", responses=answers(s404="no such extraction"))
async def get_extraction(extraction_id: str, gateway: GatewayOf) -> ExtractionBody:
    """An extraction and how far it got."""
    return ExtractionBody.of(await _job(gateway, extraction_id))


@router.get(
    "/{extraction_id}/events",
    response_class=StreamingResponse,
    responses=answers({200: {"content": {"text/event-stream": {}}}}, s404="no such extraction"),
)
async def follow_extraction(extraction_id: str, request: Request, gateway: GatewayOf) -> StreamingResponse:
    """Server-sent events: `progress` with the extraction on every change, then `end`."""
    return event_stream(gateway, request, await _job(gateway, extraction_id))


@router.delete("/{extraction_id}", status_code=202, responses=answers(s404="no such extraction"))
async def cancel_extraction(extraction_id: str, gateway: GatewayOf) -> ExtractionBody:
    """Cancels an extraction; one that has ended stays as it is."""
    return ExtractionBody.of(await cancelled(gateway, await _job(gateway, extraction_id)))


@router.get(
    "/{extraction_id}/motion.npz",
    response_class=StreamingResponse,
    responses=answers(s404="no such extraction", s409="the motion is not complete"),
)
async def get_motion(extraction_id: str, gateway: GatewayOf) -> StreamingResponse:
    """The motion, for numpy."""
    job = await _job(gateway, extraction_id)
    return await motion_file(gateway, job, job.text("video_id"), "motion.npz")


async def _job(gateway: Gateway, extraction_id: str) -> Job:
    return await asyncio.to_thread(gateway.jobs.get, extraction_id, "extraction")
