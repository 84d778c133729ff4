"""Bodies of `/v1/dance-models`."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from eightcount.models.v1 import models_pb2
from eightcount_gateway.library.dance_models import dance_model_as_json
from eightcount_gateway.library.schemas.models import ModelBody


class DanceModel(ModelBody):
    """A model that generates dances."""

    renamed: ClassVar[dict[str, str]] = {"takes_key_poses": "supports_constraints"}

    supports_constraints: bool = Field(False, description="whether it accepts key poses and edits")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> DanceModel:
        """Return the message as a body."""
        return cls.model_validate(dance_model_as_json(model))


class DanceModelCard(DanceModel):
    """A model that generates dances, with its card."""

    card: str = Field(examples=["# mine\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: models_pb2.ModelInfo) -> DanceModelCard:
        """Return the message as a body."""
        return cls.model_validate(dance_model_as_json(model) | {"card": model.card})
