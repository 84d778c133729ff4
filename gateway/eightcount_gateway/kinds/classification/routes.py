"""The artifact of a classification: its result."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import cached_json, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.http.schemas.classified import ClassificationResult
from eightcount_gateway.kinds.classification.artifacts import ClassificationArtifacts
from eightcount_gateway.kinds.results import require_finished, respond_with_json
from eightcount_gateway.kinds.routing import artifact_router

router = artifact_router()


@router.get(
    "/{classification_id}/result.json", response_model=ClassificationResult,
    operation_id="downloadClassificationResult",
    responses=problems("CLASSIFICATION_NOT_FOUND", "NOT_FINISHED") | cached_json(),
)  # fmt: skip
async def get_result(classification_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the style of the dance: as a whole, and window by window."""
    job = await require_finished(gateway, classification_id, "classification")
    return await respond_with_json(
        request, gateway, job, ClassificationArtifacts(gateway.store, job.id).result_key, ClassificationResult
    )
