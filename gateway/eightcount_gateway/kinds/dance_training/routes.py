"""The artifact of a training of a dance model: its result."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import cached_json, problems
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.dance_training.artifacts import DanceTrainingFolder
from eightcount_gateway.kinds.dance_training.schemas import DanceTrainingResult
from eightcount_gateway.kinds.results import require_finished, respond_with_json
from eightcount_gateway.kinds.routing import artifact_router

router = artifact_router()


@router.get(
    "/{dance_training_id}/result.json", response_model=DanceTrainingResult, operation_id="downloadDanceTrainingResult",
    responses=problems("DANCE_TRAINING_NOT_FOUND", "NOT_FINISHED") | cached_json(),
)  # fmt: skip
async def get_result(dance_training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the model with its card, and the recordings that were left out."""
    job = await require_finished(gateway, dance_training_id, "dance_training")
    key = DanceTrainingFolder(gateway.store, job.text("folder")).key("result.json")
    return await respond_with_json(request, gateway, job, key, DanceTrainingResult)
