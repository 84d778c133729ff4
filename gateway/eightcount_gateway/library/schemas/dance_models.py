"""Bodies of `/v1/dance-models`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eightcount.generator.v1 import generator_pb2
from eightcount_gateway.library.dance_models import dance_model_as_json


class DanceModel(BaseModel):
    """A model that dances."""

    name: str = Field(examples=["mine"])
    version: str = Field(examples=["3f2a9c41d0be"])
    family: str = Field(examples=["graph"])
    styles: list[str] = Field(examples=[["salsa"]])
    shipped: bool = Field(description="whether it came with the service")
    takes_key_poses: bool = Field(description="whether it leads through given poses, and edits dances")

    @classmethod
    def of(cls, model: generator_pb2.ModelInfo) -> DanceModel:
        """The message as a body."""
        return cls.model_validate(dance_model_as_json(model))


class DanceModelCard(DanceModel):
    """A model that dances, with its card."""

    card: str = Field(examples=["# mine\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: generator_pb2.ModelInfo) -> DanceModelCard:
        """The message as a body."""
        return cls.model_validate(dance_model_as_json(model) | {"card": model.card})


class DanceModelList(BaseModel):
    """The models there are."""

    models: list[DanceModel]
