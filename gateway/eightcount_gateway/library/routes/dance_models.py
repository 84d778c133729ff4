"""Models that generate dances: `/v1/dance-models`."""

from __future__ import annotations

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import GENERATOR_CALL, contract_router, problems
from eightcount_gateway.http.dependencies import DryRun, GatewayOf
from eightcount_gateway.http.paging import CursorText, Limit, Page, page_of_models
from eightcount_gateway.http.schemas.deletions import DeletionBody
from eightcount_gateway.jobs.kind import Resource
from eightcount_gateway.library.dance_models import find_dance_model
from eightcount_gateway.library.model_metadata import require_trained
from eightcount_gateway.library.schemas.dance_models import DanceModel, DanceModelCard

router = contract_router("/v1/dance-models", "dance-models")


@router.get("", operation_id="listDanceModels", responses=problems(*GENERATOR_CALL))
async def list_dance_models(gateway: GatewayOf, limit: Limit = 50, cursor: CursorText = None) -> Page[DanceModel]:
    """List the dance models, newest first, pretrained ones included."""
    models = [DanceModel.of(model) for model in await gateway.backends.generator.list_models()]
    return page_of_models(models, limit, cursor)


@router.get(
    "/{name}",
    operation_id="getDanceModel",
    responses=problems("MODEL_NOT_FOUND", "NO_DANCE_MODEL", *GENERATOR_CALL),
)
async def get_dance_model(name: str, gateway: GatewayOf) -> DanceModelCard:
    """Return a model that generates dances and its card: its training data, and whether it has learned from music."""
    model = await find_dance_model(gateway.backends.generator, name)
    if model is None:
        raise NotFoundError("the name of a model is required; got an empty one", reason="MODEL_NOT_FOUND")
    return DanceModelCard.of(model)


@router.delete(
    "/{name}",
    operation_id="deleteDanceModel",
    responses=problems("MODEL_NOT_FOUND", "NO_DANCE_MODEL", "MODEL_IS_PRETRAINED", "NOT_FINISHED", *GENERATOR_CALL),
)
async def delete_dance_model(name: str, gateway: GatewayOf, dry_run: DryRun = False) -> DeletionBody:
    """Delete a trained model and every file that its training kept in the service; jobs that used it stay."""
    model = await find_dance_model(gateway.backends.generator, name)
    if model is None:
        raise NotFoundError("the name of a model is required; got an empty one", reason="MODEL_NOT_FOUND")
    require_trained(model)
    return DeletionBody.of(await gateway.deletion.delete(Resource("dance_model", name), dry_run=dry_run))
