"""Bodies of `/v1/style-models`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from eightcount.classifier.v1 import classifier_pb2
from eightcount_gateway.library.style_models import model_as_json


class StyleModel(BaseModel):
    """A model of styles."""

    name: str = Field(examples=["starter"])
    version: str = Field(examples=["3f2a9c41d0be"], description="start of the SHA-256 of its file")
    family: str = Field(examples=["pose"])
    styles: list[str] = Field(examples=[["ballet", "hip_hop"]])
    shipped: bool = Field(description="whether it came with the service")
    balanced_accuracy: float | None = Field(
        examples=[0.87], description="on data kept apart, 0 to 1; null when it was not measured"
    )

    @classmethod
    def of(cls, model: classifier_pb2.ModelInfo) -> StyleModel:
        """The message as a body."""
        return cls.model_validate(model_as_json(model))


class StyleModelCard(StyleModel):
    """A model of styles with its card."""

    card: str = Field(examples=["# starter\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: classifier_pb2.ModelInfo) -> StyleModelCard:
        """The message as a body."""
        return cls.model_validate(model_as_json(model) | {"card": model.card})


class StyleModelList(BaseModel):
    """The models there are."""

    models: list[StyleModel]
