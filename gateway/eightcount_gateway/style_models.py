"""What the gateway needs to know of models of styles."""

from __future__ import annotations

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import NotFoundError
from eightcount_gateway.classifier_client import Classifier


async def find_model(classifier: Classifier, name: str) -> classifier_pb2.ModelInfo | None:
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
