"""The artifacts of a training of a style model: result, card, report and confusion matrix."""

from __future__ import annotations

from fastapi import Request, Response

from eightcount_gateway.gateway import Gateway
from eightcount_gateway.http import ranges
from eightcount_gateway.http.contract import cached_json, problems, ranged_file
from eightcount_gateway.http.dependencies import GatewayOf
from eightcount_gateway.kinds.results import require_finished, respond_with_json
from eightcount_gateway.kinds.routing import artifact_router
from eightcount_gateway.kinds.style_training.artifacts import FILES, StyleTrainingFolder
from eightcount_gateway.kinds.style_training.schemas import StyleTrainingReport, StyleTrainingResult

router = artifact_router()

_PROBLEMS = problems("STYLE_TRAINING_NOT_FOUND", "OBJECT_NOT_FOUND", "NOT_FINISHED")


@router.get(
    "/{style_training_id}/result.json", response_model=StyleTrainingResult, responses=_PROBLEMS | cached_json(),
    operation_id="downloadStyleTrainingResult",
)  # fmt: skip
async def get_result(style_training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the model, the recordings that were left out, and how training and test data were separated."""
    job = await require_finished(gateway, style_training_id, "style_training")
    key = StyleTrainingFolder(gateway.store, job.text("folder")).key("result.json")
    return await respond_with_json(request, gateway, job, key, StyleTrainingResult)


@router.get(
    "/{style_training_id}/report.json", response_model=StyleTrainingReport, responses=_PROBLEMS | cached_json(),
    operation_id="downloadStyleTrainingReport",
)  # fmt: skip
async def get_report(style_training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the evaluation of the model on recordings that it was not trained on."""
    job = await require_finished(gateway, style_training_id, "style_training")
    key = StyleTrainingFolder(gateway.store, job.text("folder")).key("report.json")
    return await respond_with_json(request, gateway, job, key, StyleTrainingReport)


@router.get(
    "/{style_training_id}/card.md", response_class=Response, operation_id="downloadStyleTrainingCard",
    responses=ranged_file("The model card in Markdown.", "text/markdown") | _PROBLEMS,
)  # fmt: skip
async def get_card(style_training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the model card in Markdown."""
    return await _file(gateway, request, style_training_id, "card.md")


@router.get(
    "/{style_training_id}/confusion.png", response_class=Response, operation_id="downloadStyleTrainingConfusion",
    responses=ranged_file("The confusion matrix as an image.", "image/png") | _PROBLEMS,
)  # fmt: skip
async def get_confusion(style_training_id: str, request: Request, gateway: GatewayOf) -> Response:
    """Return the confusion matrix as an image; not every family of models draws one."""
    return await _file(gateway, request, style_training_id, "confusion.png")


async def _file(gateway: Gateway, request: Request, training_id: str, name: str) -> Response:
    job = await require_finished(gateway, training_id, "style_training")
    key = StyleTrainingFolder(gateway.store, job.text("folder")).key(name)
    return await ranges.respond(request, gateway.store, key, media_type=FILES[name], etag=f"{job.id}-{name}")
