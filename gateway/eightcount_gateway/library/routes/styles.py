"""Styles of the few-shot model: `/v1/styles`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Path, Response

from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.kinds.lifecycle import require_classifier, started
from eightcount_gateway.kinds.style_addition.schemas import StyleBody, StyleRequest

router = contract_router("/v1/styles", "styles")


@router.post(
    "",
    status_code=202,
    responses=answers(s400="not a valid request", s404="no such video", s503="there is no classifier service"),
)
async def add_style(body: StyleRequest, response: Response, gateway: GatewayOf) -> StyleBody:
    """Adds a style from a few recordings, without training; `Location` tells where to follow it."""
    require_classifier(gateway)
    for video_id in body.video_ids:
        await asyncio.to_thread(gateway.videos.get, video_id)
    job = await started(gateway, "style", body.model_dump())
    response.headers["Location"] = f"/v1/style-additions/{job.id}"
    return StyleBody.of(job)


@router.delete(
    "/{name}", status_code=204, responses=answers(s404="no such style", s503="the classifier cannot be reached")
)
async def remove_style(name: Annotated[str, Path(max_length=64)], gateway: GatewayOf) -> None:
    """Removes a style that was added."""
    await gateway.backends.classifier.remove_style(name)
