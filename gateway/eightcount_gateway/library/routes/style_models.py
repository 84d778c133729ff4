"""Models of styles: `/v1/style-models`."""

from __future__ import annotations

from eightcount_common.errors import NotFoundError
from eightcount_gateway.http.contract import contract_router
from eightcount_gateway.http.dependencies import GatewayOf, answers
from eightcount_gateway.library.schemas.style_models import StyleModel, StyleModelCard, StyleModelList
from eightcount_gateway.library.style_models import find_model

router = contract_router("/v1/style-models", "styles")


@router.get("", responses=answers(s503="the classifier cannot be reached"))
async def list_style_models(gateway: GatewayOf) -> StyleModelList:
    """The models that came with the service, and those that were trained here."""
    return StyleModelList(models=[StyleModel.of(model) for model in await gateway.backends.classifier.list_models()])


@router.get("/{name}", responses=answers(s404="no such model", s503="the classifier cannot be reached"))
async def get_style_model(name: str, gateway: GatewayOf) -> StyleModelCard:
    """A model and its card: what it knows, what it was trained on, how good it is."""
    model = await find_model(gateway.backends.classifier, name)
    if model is None:
        raise NotFoundError("a name is wanted", reason="STYLE_MODEL_NOT_FOUND")
    return StyleModelCard.of(model)
