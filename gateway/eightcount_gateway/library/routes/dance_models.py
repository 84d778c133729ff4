"""Models that dance: `/v1/dance-models`."""

from __future__ import annotations

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.library.dance_models import DANCE_MODEL_NOT_FOUND, find_dance_model
from eightcount_gateway.library.schemas.dance_models import DanceModel, DanceModelCard, DanceModelList

router = contract_router("/v1/dance-models", "dances")


@router.get("", responses=answers(s503="the generator cannot be reached"))
async def list_dance_models(gateway: GatewayOf) -> DanceModelList:
    """The models that came with the service, and those that were trained here."""
    return DanceModelList(models=[DanceModel.of(model) for model in await gateway.backends.generator.list_models()])


@router.get("/{name}", responses=answers(s404="no such model", s503="the generator cannot be reached"))
async def get_dance_model(name: str, gateway: GatewayOf) -> DanceModelCard:
    """A model and its card: what it was made of, and whether it ever heard music."""
    model = await find_dance_model(gateway.backends.generator, name)
    if model is None:
        raise NotFoundError("a name is wanted", reason=DANCE_MODEL_NOT_FOUND)
    return DanceModelCard.of(model)
