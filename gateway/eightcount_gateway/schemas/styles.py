"""Bodies of `/v1/style-models`."""

from __future__ import annotations

import math

from pydantic import BaseModel, Field

from eightcount.classifier.v1 import classifier_pb2


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
        return cls.model_validate(_values(model))


class StyleModelCard(StyleModel):
    """A model of styles with its card."""

    card: str = Field(examples=["# starter\n\nTrained on ...\n"], description="Markdown")

    @classmethod
    def of(cls, model: classifier_pb2.ModelInfo) -> StyleModelCard:
        """The message as a body."""
        return cls.model_validate(_values(model) | {"card": model.card})


class StyleModelList(BaseModel):
    """The models there are."""

    models: list[StyleModel]


def _values(model: classifier_pb2.ModelInfo) -> dict[str, object]:
    accuracy = model.balanced_accuracy
    return {
        "name": model.name,
        "version": model.version,
        "family": model.family,
        "styles": list(model.styles),
        "shipped": model.shipped,
        "balanced_accuracy": round(accuracy, 4) if math.isfinite(accuracy) else None,
    }
