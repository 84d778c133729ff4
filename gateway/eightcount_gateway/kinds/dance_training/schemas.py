"""Bodies of `/v1/dance-trainings`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, NAME, Body, Model, StoredBody, VideoId
from eightcount_gateway.kinds.schemas import MAX_TRAINING_ITEMS, JobBody, RejectedBody
from eightcount_gateway.library.schemas.dance_models import DanceModelCard

DanceFamily = Literal["graph", "seq2seq", "diffusion"]
_STYLE_OR_NONE = Annotated[str, Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,63})?$")]
_ID = Field("", max_length=200)


class DanceTrainingItem(Body):
    """One recording of a dance. What is empty is not known."""

    video_id: VideoId = Field(examples=[EXAMPLE_ID])
    style: _STYLE_OR_NONE = Field("", examples=["salsa"], description="style that a dance can be requested in")
    label: str = Field(
        "", max_length=1000, examples=["salsa/monday.mp4"], description="name of the recording in reports"
    )
    performer: str = _ID
    take: str = _ID


class DanceTrainingRequest(Body):
    """Train a dance model."""

    name: NAME = Field(examples=["our-studio"], description="a model of that name is replaced")
    family: DanceFamily = Field("graph", description="model family; with `base`, that of the base model")
    base: str = Field("", max_length=64, examples=[""], description="a model to fine-tune; it is not changed")
    seed: int = Field(0, ge=0, lt=2**63)
    max_epochs: int | None = Field(
        None, ge=1, le=100_000, examples=[None], description="maximum number of epochs; null: that of the family"
    )
    model: Model = Field("heavy", description="pose network for recordings without a stored motion")
    items: list[DanceTrainingItem] = Field(min_length=1, max_length=MAX_TRAINING_ITEMS)

    @property
    def family_is_given(self) -> bool:
        """Whether somebody chose the family."""
        return "family" in self.model_fields_set


class DanceTrainingBody(JobBody):
    """A dance training and its progress."""

    kind: Literal["dance_training"]
    name: str
    family: DanceFamily
    base: str = Field("", description="the model that is fine-tuned; empty for a training from scratch")
    model: Model
    seed: int
    max_epochs: int | None = None
    item_count: int


class DanceTrainingResult(StoredBody):
    """The outcome of a training."""

    model: DanceModelCard
    items_used: int
    rejected: list[RejectedBody]
