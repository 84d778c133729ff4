"""Bodies of `/v1/dance-models`."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from eightcount.models.v1 import models_pb2
from eightcount_gateway.http.schemas.base import ModelOrigin
from eightcount_gateway.library.dance_models import dance_model_as_json


class DanceModel(BaseModel):
    """A dance model."""

    name: str = Field(examples=["mine"])
    version: str = Field(examples=["3f2a9c41d0be"])
    family: str = Field(examples=["graph"])
    styles: list[str] = Field(examples=[["salsa"]])
    origin: ModelOrigin = Field(description="whether it came with the service or was trained here")
    is_default: bool = Field(description="whether it is used when a request names no model")
    size_bytes: int = Field(examples=[1048576], description="of the model file")
    created_at: datetime | None = Field(description="when it was trained; null when its file does not say")
    supports_constraints: bool = Field(description="whether it accepts key poses and edits")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> DanceModel:
        """The message as a body."""
        return cls.model_validate(dance_model_as_json(model))


class DanceModelCard(DanceModel):
    """A dance model, with its card."""

    card: str = Field(examples=["# mine\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> DanceModelCard:
        """The message as a body."""
        return cls.model_validate(dance_model_as_json(model) | {"card": model.card})
