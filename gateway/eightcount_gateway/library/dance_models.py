"""The dance models of the generator service."""

from __future__ import annotations

from typing import Any

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_gateway.backends.generator import GeneratorClient
from eightcount_gateway.library.model_metadata import creation_time, origin_name

NO_DANCE_MODEL = "NO_DANCE_MODEL"
NO_KEY_POSES = "NO_KEY_POSES"
INVALID_BASE = "INVALID_BASE"
_HOW_TO_MAKE_ONE = "make one with: eightcount train dance --data DIR --name NAME"


async def find_dance_model(generator: GeneratorClient, name: str) -> models_pb2.ModelInfo | None:
    """Return the model of that name; None for the default model, whose name is empty.

    Raises:
        NotFoundError: there is no such model, or there are none at all.
    """
    models = await generator.list_models()
    if not models:
        raise NotFoundError(f"there is no dance model yet; {_HOW_TO_MAKE_ONE}", reason=NO_DANCE_MODEL)
    for model in models:
        if model.name == name:
            return model
    if name:
        names = ", ".join(model.name for model in models)
        raise NotFoundError(f"there is no dance model {name[:64]!r}; the models are: {names}", reason="MODEL_NOT_FOUND")
    return None


async def base_family(generator: GeneratorClient, base: str, *, name: str, family: str = "") -> str:
    """Return the family of a model that is fine-tuned to another one, `name`.

    Raises:
        NotFoundError: there is no such model, or there are none at all.
        InvalidInputError: INVALID_BASE; it would be replaced, or is not of the requested `family`.
    """
    if name == base:
        raise InvalidInputError(
            f"the new model must have another name than its base {base!r}, which is not changed", reason=INVALID_BASE
        )
    model = await find_dance_model(generator, base)
    found = model.family if model else ""
    if family and family != found:
        raise InvalidInputError(
            f"a model fine-tuned from {base!r} has its family, {found!r}; got {family!r}",
            reason=INVALID_BASE,
        )
    return found


async def find_constraint_model(generator: GeneratorClient, name: str, *, preferred: str = "") -> str:
    """Return the name of a model that supports key poses and edits: `name`; if empty, `preferred` or another one.

    Raises:
        NotFoundError: there is no such model, or there are none at all.
        InvalidInputError: NO_KEY_POSES; the model does not, or none does.
    """
    named = await find_dance_model(generator, name)
    models = [model.name for model in await generator.list_models() if model.supports_constraints]
    if named is not None and named.name not in models:
        others = f"; these do: {', '.join(models)}" if models else ""
        raise InvalidInputError(
            f"the model {name!r} ({named.family}) supports neither key poses nor edits{others}", reason=NO_KEY_POSES
        )
    if not models:
        raise InvalidInputError(
            'no model supports key poses and edits; models of the family "diffusion" do', reason=NO_KEY_POSES
        )
    return name or (preferred if preferred in models else models[0])


def dance_model_as_json(model: models_pb2.ModelInfo) -> dict[str, Any]:
    """Return the model's metadata without its card."""
    return {
        "name": model.name,
        "version": model.version,
        "family": model.family,
        "styles": list(model.styles),
        "origin": origin_name(model.origin),
        "is_default": model.is_default,
        "size_bytes": model.size_bytes or None,
        "created_at": creation_time(model),
        "supports_constraints": model.supports_constraints,
    }
