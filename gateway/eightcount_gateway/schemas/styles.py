"""Bodies of `/v1/style-models`, `/v1/styles` and `/v1/style-additions`."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from eightcount.classifier.v1 import classifier_pb2
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.schemas.base import EXAMPLE_ID, Body, JobBody, Model, common
from eightcount_gateway.style_models import model_as_json


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


NAME = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
"""Letters, digits, ".", "_" and "-"."""

VideoId = Annotated[str, Field(max_length=64)]
RESERVED_STYLES = frozenset({"not_a_dance", "other_dance"})
"""What models call movements that are no dance, and dances of styles that they do not name."""


class StyleRequest(Body):
    """Add a style to the few-shot model from a few recordings, or replace it."""

    name: NAME = Field(examples=["our_solo"])
    video_ids: list[VideoId] = Field(
        min_length=2, max_length=200, examples=[[EXAMPLE_ID] * 2], description="five or more are better than two"
    )
    model: Model = "heavy"

    @field_validator("name")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name in RESERVED_STYLES:
            raise ValueError(f"{name} is a reserved name")
        return name


class StyleBody(JobBody):
    """The addition of a style and how far it got."""

    name: str
    video_ids: list[str]
    model: Model

    @classmethod
    def of(cls, job: Job) -> StyleBody:
        """The job as a body."""
        base = f"/v1/style-additions/{job.id}"
        links = {"self": base, "events": f"{base}/events"}
        if job.status == "succeeded":
            links["result.json"] = f"{base}/result.json"
        return cls.model_validate(common(job) | {"links": links})


class RejectedBody(BaseModel):
    """A recording that could not serve."""

    label: str = Field(examples=["house/broken.mp4"])
    reason: str = Field(examples=["TOO_SHORT"])
    message: str = Field(examples=["the motion is shorter than one window"])


class StyleResult(BaseModel):
    """The few-shot model with the style in it."""

    model: StyleModel
    rejected: list[RejectedBody]
