"""Trainings: `/v1/style-trainings`."""

from __future__ import annotations

from typing import Literal

from fastapi import Request, Response

from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http.contract import MAX_TRAINING_BYTES, body_limit, contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.kinds.lifecycle import require_classifier
from eightcount_gateway.kinds.style_training.artifacts import FILES, TrainingArtifacts
from eightcount_gateway.kinds.style_training.schemas import TrainingBody, TrainingList, TrainingRequest, TrainingResult
from eightcount_gateway.kinds.training_routes import add_lifecycle, started_training, training_file

router = contract_router("/v1/style-trainings", "trainings")

_MISSING = answers(s404="no such training, or no such file of it", s409="the training has no result (yet)")


@router.post("", status_code=202, responses=answers(s400="not a valid request", s503="there is no classifier service"))
@body_limit(MAX_TRAINING_BYTES)
async def start_training(body: TrainingRequest, response: Response, gateway: GatewayOf) -> TrainingBody:
    """Starts a training; `Location` tells where to follow it.

    Recordings that cannot serve are listed in the result with their reasons. Asked for again with the same name, items
    and options after it was cut short, it goes on from its last checkpoint.
    """
    require_classifier(gateway)
    options, items = body.model_dump(exclude={"items"}), [item.model_dump() for item in body.items]
    folder = TrainingArtifacts.new(gateway.store)
    job = await started_training(gateway, "style_training", folder, items, options)
    response.headers["Location"] = f"/v1/style-trainings/{job.id}"
    return TrainingBody.of(job)


add_lifecycle(router, "style_training", TrainingBody.of, body=TrainingBody, listed=TrainingList)


@router.get("/{training_id}/result.json", response_model=TrainingResult, responses=_MISSING)
async def get_result(training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """The model, what was left out, and what was kept apart for the test."""
    return await _file(gateway, request, training_id, "result.json", "application/json")


@router.get("/{training_id}/{name}", response_class=Response, responses=_MISSING)
async def get_file(
    training_id: str, name: Literal["card.md", "report.json", "confusion.png"], request: Request, gateway: GatewayOf
) -> Response:
    """The model card (Markdown), the report (JSON), or the confusion matrix (PNG)."""
    return await _file(gateway, request, training_id, name, FILES[name])


async def _file(gateway: Gateway, request: Request, training_id: str, name: str, media_type: str) -> Response:
    return await training_file(
        gateway, request, training_id, folder=TrainingArtifacts, kind="style_training", name=name,
        media_type=media_type,
    )  # fmt: skip
