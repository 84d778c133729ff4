"""The style models of the classifier service."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import NotFoundError
from eightcount_gateway.backends.classifier import ClassifierClient
from eightcount_gateway.library.model_metadata import creation_time, origin_name

FEW_SHOT = "few-shot"
"""Name of the model that styles are added to."""


async def find_model(classifier: ClassifierClient, name: str) -> models_pb2.ModelInfo | None:
    """Return the model of that name; None for the default model, whose name is empty.

    Raises:
        NotFoundError: there is no such model.
    """
    if not name:
        return None
    for model in await classifier.list_models():
        if model.name == name:
            return model
    raise NotFoundError(f"there is no style model {name[:64]!r}", reason="MODEL_NOT_FOUND")


def watches_frames(family: str) -> bool:
    """Whether models of the family look at the video itself instead of the dancer's motion."""
    return family.startswith("frames")


def model_as_json(model: models_pb2.ModelInfo) -> dict[str, Any]:
    """Return the model's metadata without its card; None for what is not known."""
    return {
        "name": model.name,
        "version": model.version,
        "family": model.family,
        "styles": list(model.styles),
        "origin": origin_name(model.origin),
        "is_default": model.is_default,
        "size_bytes": model.size_bytes or None,
        "created_at": creation_time(model),
        "balanced_accuracy": round(model.balanced_accuracy, 4) if model.HasField("balanced_accuracy") else None,
    }


def added_styles(models: Iterable[models_pb2.ModelInfo]) -> list[str]:
    """Return the names of the styles that were added to the few-shot model."""
    return [style for model in models if model.name == FEW_SHOT for style in model.styles]
