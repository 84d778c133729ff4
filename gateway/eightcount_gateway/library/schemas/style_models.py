"""Bodies of `/v1/style-models`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from eightcount.models.v1 import models_pb2
from eightcount_gateway.http.schemas.base import ModelOrigin
from eightcount_gateway.library.style_models import model_as_json


class StyleModel(BaseModel):
    """A style model."""

    name: str = Field(examples=["starter"])
    version: str = Field(examples=["3f2a9c41d0be"], description="start of the SHA-256 of its file")
    family: str = Field(examples=["pose"])
    styles: list[str] = Field(examples=[["ballet", "hip_hop"]])
    origin: ModelOrigin = Field(description="whether it came with the service or was trained here")
    is_default: bool = Field(description="whether it is used when a request names no model")
    size_bytes: int = Field(examples=[1048576], description="of the model file")
    created_at: datetime | None = Field(description="when it was trained; null when its file does not say")
    balanced_accuracy: float | None = Field(
        examples=[0.87], description="on data kept apart, 0 to 1; null when it was not measured"
    )

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> StyleModel:
        """The message as a body."""
        return cls.model_validate(model_as_json(model))


class StyleModelCard(StyleModel):
    """A style model with its card."""

    card: str = Field(examples=["# starter\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> StyleModelCard:
        """The message as a body."""
        return cls.model_validate(model_as_json(model) | {"card": model.card})
