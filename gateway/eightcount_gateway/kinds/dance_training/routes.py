"""Trainings of models that dance: `/v1/dance-trainings`."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.http.contract import MAX_TRAINING_BYTES, body_limit, contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.kinds.dance_training.schemas import (
    DanceTrainingBody,
    DanceTrainingList,
    DanceTrainingRequest,
    DanceTrainingResult,
)
from eightcount_gateway.kinds.dance_training.workflow import DanceTrainingArtifacts
from eightcount_gateway.kinds.lifecycle import require_generator
from eightcount_gateway.kinds.training_routes import add_lifecycle, started_training, training_file
from eightcount_gateway.library.dance_models import base_family

router = contract_router("/v1/dance-trainings", "trainings")


@router.post(
    "",
    status_code=202,
    responses=answers(s400="not a valid request", s404="no such base", s503="there is no generator service"),
)
@body_limit(MAX_TRAINING_BYTES)
async def start_training(body: DanceTrainingRequest, response: Response, gateway: GatewayOf) -> DanceTrainingBody:
    """Starts a training; `Location` tells where to follow it.

    With a `base` that model learns the recordings besides what it knows; the outcome is a model of its own. Recordings
    that cannot serve are listed in the result with their reasons. Where a recording has no music, its beats are taken
    from its motion.
    """
    require_generator(gateway)
    options = body.model_dump(exclude={"items"})
    if body.base:
        wanted = body.family if body.family_is_given else ""
        options["family"] = await base_family(gateway.backends.generator, body.base, name=body.name, family=wanted)
    items = [item.model_dump() for item in body.items]
    folder = DanceTrainingArtifacts.new(gateway.store)
    job = await started_training(gateway, "dance_training", folder, items, options)
    response.headers["Location"] = f"/v1/dance-trainings/{job.id}"
    return DanceTrainingBody.of(job)


add_lifecycle(router, "dance_training", DanceTrainingBody.of, body=DanceTrainingBody, listed=DanceTrainingList)


@router.get(
    "/{training_id}/result.json",
    response_model=DanceTrainingResult,
    responses=answers(s404="no such training", s409="the training has no result (yet)"),
)
async def get_result(training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The model with its card, and what was left out."""
    return await training_file(
        gateway, request, training_id, folder=DanceTrainingArtifacts, kind="dance_training", name="result.json",
        media_type="application/json",
    )  # fmt: skip
