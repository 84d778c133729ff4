"""Styles of the few-shot model: `/v1/styles`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import CLASSIFIER_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.style_models import list_styles

router = contract_router("/v1/styles", "styles")


@router.delete(
    "/{name}", operation_id="deleteStyle", responses=problems("STYLE_NOT_FOUND", "NOT_FINISHED", *CLASSIFIER_CALL)
)
async def delete_style(
    name: Annotated[str, Path(max_length=64)], gateway: GatewayOf, dry_run: DryRun = False
) -> DeletionBody:
    """Delete a style that was added, and the additions that it was made by."""
    if name not in await list_styles(gateway.backends.classifier):
        raise NotFoundError(f"there is no added style {name!r}", reason="STYLE_NOT_FOUND")
    return DeletionBody.of(await gateway.deletion.delete(Resource("style", name), dry_run=dry_run))
