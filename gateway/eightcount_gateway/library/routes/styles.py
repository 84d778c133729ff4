"""Styles of the few-shot model: `/v1/styles`."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Path, Response

from eightcount_gateway.http.contract import CLASSIFIER_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.http.paging import Cursor, CursorText, Limit, Page, page_of, text_cursor
from eightcount_gateway.kinds.lifecycle import require_classifier, started
from eightcount_gateway.kinds.style_addition.schemas import StyleBody, StyleRequest
from eightcount_gateway.library.schemas.styles import AddedStyle
from eightcount_gateway.library.style_models import added_styles

router = contract_router("/v1/styles", "styles")


@router.post(
    "",
    status_code=202,
    operation_id="createStyle",
    responses=problems("VIDEO_NOT_FOUND", "CLASSIFIER_NOT_CONFIGURED"),
)
async def add_style(body: StyleRequest, response: Response, gateway: GatewayOf) -> StyleBody:
    """Add a style from a few recordings, without training; `Location` names the job that does it."""
    require_classifier(gateway)
    for video_id in body.video_ids:
        await asyncio.to_thread(gateway.videos.get, video_id)
    job = await started(gateway, "style", body.model_dump())
    response.headers["Location"] = f"/v1/style-additions/{job.id}"
    return StyleBody.of(job)


@router.get("", operation_id="listStyles", responses=problems(*CLASSIFIER_CALL))
async def list_styles(gateway: GatewayOf, limit: Limit = 50, cursor: CursorText = None) -> Page[AddedStyle]:
    """List the styles that were added to the few-shot model, by name."""
    after = text_cursor(cursor)
    names = sorted(added_styles(await gateway.backends.classifier.list_models()))
    styles = [AddedStyle(name=name) for name in names if after is None or name > after[1]]
    return page_of(styles, limit, lambda style: Cursor("", style.name))


@router.delete(
    "/{name}",
    status_code=204,
    operation_id="deleteStyle",
    responses=problems("STYLE_NOT_FOUND", *CLASSIFIER_CALL),
)
async def remove_style(name: Annotated[str, Path(max_length=64)], gateway: GatewayOf) -> None:
    """Remove a style that was added."""
    await gateway.backends.classifier.remove_style(name)
