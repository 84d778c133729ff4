"""What the gateway needs to know of models of styles."""

from __future__ import annotations

import math
from typing import Any

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import NotFoundError
from eightcount_gateway.backends.classifier import ClassifierClient


async def find_model(classifier: ClassifierClient, name: str) -> classifier_pb2.ModelInfo | None:
    """The model of that name; none for the starter model, whose name is empty.

    Raises:
        NotFoundError: there is no such model.
    """
    if not name:
        return None
    for model in await classifier.models():
        if model.name == name:
            return model
    raise NotFoundError(f"there is no model of styles {name[:64]!r}", reason="STYLE_MODEL_NOT_FOUND")


def watches_frames(family: str) -> bool:
    """Whether models of the family look at the video itself instead of the dancer's motion."""
    return family.startswith("frames")


def model_as_json(model: classifier_pb2.ModelInfo) -> dict[str, Any]:
    """The message but its card; what was not measured is None."""
    accuracy = model.balanced_accuracy
    return {
        "name": model.name,
        "version": model.version,
        "family": model.family,
        "styles": list(model.styles),
        "shipped": model.shipped,
        "balanced_accuracy": round(accuracy, 4) if math.isfinite(accuracy) else None,
    }
