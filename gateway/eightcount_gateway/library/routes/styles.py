"""Styles of the few-shot model: `/v1/styles`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import CLASSIFIER_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.paging import Cursor, CursorText, Limit, Page, page_of, text_cursor
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.schemas.styles import AddedStyle
from eightcount_gateway.library.style_models import added_styles

router = contract_router("/v1/styles", "styles")


@router.get("", operation_id="listStyles", responses=problems(*CLASSIFIER_CALL))
async def list_styles(gateway: GatewayOf, limit: Limit = 50, cursor: CursorText = None) -> Page[AddedStyle]:
    """List the styles that were added to the few-shot model, by name."""
    after = text_cursor(cursor)
    names = sorted(added_styles(await gateway.backends.classifier.list_models()))
    styles = [AddedStyle(name=name) for name in names if after is None or name > after[1]]
    return page_of(styles, limit, lambda style: Cursor("", style.name))


@router.delete(
    "/{name}", operation_id="deleteStyle", responses=problems("STYLE_NOT_FOUND", "NOT_FINISHED", *CLASSIFIER_CALL)
)
async def delete_style(
    name: Annotated[str, Path(max_length=64)], gateway: GatewayOf, dry_run: DryRun = False
) -> DeletionBody:
    """Delete a style that was added, and the additions that it was made by."""
    if name not in added_styles(await gateway.backends.classifier.list_models()):
        raise NotFoundError(f"there is no added style {name!r}", reason="STYLE_NOT_FOUND")
    return DeletionBody.of(await gateway.deletion.delete(Resource("style", name), dry_run=dry_run))
