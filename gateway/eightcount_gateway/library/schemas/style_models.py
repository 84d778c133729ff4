"""Bodies of `/v1/style-models`."""

from __future__ import annotations

from pydantic import Field

from eightcount.models.v1 import models_pb2
from eightcount_gateway.library.schemas.models import ModelBody
from eightcount_gateway.library.style_models import model_as_json


class StyleModel(ModelBody):
    """A model that names styles."""

    balanced_accuracy: float | None = Field(
        None, examples=[0.87], description="balanced accuracy on held-out data, 0 to 1; null when not measured"
    )

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> StyleModel:
        """Return the message as a body."""
        return cls.model_validate(model_as_json(model))


class StyleModelCard(StyleModel):
    """A model that names styles, with its card."""

    card: str = Field(examples=["# starter\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> StyleModelCard:
        """Return the message as a body."""
        return cls.model_validate(model_as_json(model) | {"card": model.card})
