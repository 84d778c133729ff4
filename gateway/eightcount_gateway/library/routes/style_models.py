"""Style models: `/v1/style-models`."""

from __future__ import annotations

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import CLASSIFIER_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.paging import CursorText, Limit, Page, page_of_models
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.model_metadata import require_trained
from eightcount_gateway.library.schemas.style_models import StyleModel, StyleModelCard
from eightcount_gateway.library.style_models import find_model

router = contract_router("/v1/style-models", "styles")


@router.get("", operation_id="listStyleModels", responses=problems(*CLASSIFIER_CALL))
async def list_style_models(gateway: GatewayOf, limit: Limit = 50, cursor: CursorText = None) -> Page[StyleModel]:
    """List the style models, newest first, pretrained ones included."""
    models = [StyleModel.of(model) for model in await gateway.backends.classifier.list_models()]
    return page_of_models(models, limit, cursor)


@router.get("/{name}", operation_id="getStyleModel", responses=problems("MODEL_NOT_FOUND", *CLASSIFIER_CALL))
async def get_style_model(name: str, gateway: GatewayOf) -> StyleModelCard:
    """Return a style model and its card: its styles, its training data and its accuracy."""
    model = await find_model(gateway.backends.classifier, name)
    if model is None:
        raise NotFoundError("the name of a model is required; got an empty one", reason="MODEL_NOT_FOUND")
    return StyleModelCard.of(model)


@router.delete(
    "/{name}",
    operation_id="deleteStyleModel",
    responses=problems("MODEL_NOT_FOUND", "MODEL_IS_PRETRAINED", "NOT_FINISHED", *CLASSIFIER_CALL),
)
async def delete_style_model(name: str, gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
    """Delete a trained model and every file that its training kept in the service; jobs that used it stay."""
    model = await find_model(gateway.backends.classifier, name)
    if model is None:
        raise NotFoundError("the name of a model is required; got an empty one", reason="MODEL_NOT_FOUND")
    require_trained(model)
    return DeletionBody.of(await gateway.deletion.delete(Resource("style_model", name), dry_run=dry_run))
