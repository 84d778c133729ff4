"""What the gateway needs to know of models that dance."""

from __future__ import annotations

from typing import Any

from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import NotFoundError
from eightcount_gateway.generator_client import Generator

NO_DANCE_MODEL = "NO_DANCE_MODEL"
DANCE_MODEL_NOT_FOUND = "DANCE_MODEL_NOT_FOUND"
_HOW_TO_MAKE_ONE = "make one with: eightcount train dance --data DIR --name NAME"


async def find_dance_model(generator: Generator, name: str) -> generator_pb2.ModelInfo | None:
    """The model of that name; none for the service's own choice, whose name is empty.

    Raises:
        NotFoundError: there is no such model, or there are none at all.
    """
    models = await generator.models()
    if not models:
        raise NotFoundError(f"there is no model that dances yet; {_HOW_TO_MAKE_ONE}", reason=NO_DANCE_MODEL)
    for model in models:
        if model.name == name:
            return model
    if name:
        names = ", ".join(model.name for model in models)
        raise NotFoundError(
            f"there is no model {name[:64]!r} that dances; there are: {names}", reason=DANCE_MODEL_NOT_FOUND
        )
    return None


def dance_model_as_json(model: generator_pb2.ModelInfo) -> dict[str, Any]:
    """The message but its card."""
    return {
        "name": model.name,
        "version": model.version,
        "family": model.family,
        "styles": list(model.styles),
        "shipped": model.shipped,
        "takes_key_poses": model.takes_key_poses,
    }
