"""The artifact of a style addition: its result."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import cached_json, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.results import require_finished, respond_with_json
from eightcount_gateway.kinds.routing import artifact_router
from eightcount_gateway.kinds.style_addition.schemas import StyleAdditionResult
from eightcount_gateway.kinds.style_addition.workflow import result_key

router = artifact_router()


@router.get(
    "/{style_addition_id}/result.json", response_model=StyleAdditionResult, operation_id="downloadStyleAdditionResult",
    responses=problems("STYLE_ADDITION_NOT_FOUND", "NOT_FINISHED") | cached_json(),
)  # fmt: skip
async def get_result(style_addition_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the model with the style in it, and the recordings that could not be used."""
    job = await require_finished(gateway, style_addition_id, "style_addition")
    return await respond_with_json(request, gateway, job, result_key(job.id), StyleAdditionResult)
