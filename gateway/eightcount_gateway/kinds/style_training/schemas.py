"""Bodies of `/v1/style-trainings`."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, NAME, Body, Model, StoredBody, VideoId
from eightcount_gateway.kinds.schemas import JobBody, RejectedBody
from eightcount_gateway.library.schemas.style_models import StyleModel

Family = Literal["pose", "pose-lstm", "frames-gru"]
MAX_ITEMS = 20_000
_ID = Field("", max_length=200)


class StyleTrainingItem(Body):
    """One labelled recording. Ids that are empty are not known; equal ids never lie on both sides of a split."""

    video_id: VideoId = Field(examples=[EXAMPLE_ID])
    style: NAME = Field(examples=["house"], description="`not_a_dance` and `other_dance` mean what they say")
    performer: str = _ID
    choreography: str = _ID
    music: str = _ID
    take: str = _ID
    camera: str = _ID
    label: str = Field("", max_length=1000, examples=["house/monday.mp4"], description="what reports call it")


class StyleTrainingRequest(Body):
    """Train a model of styles."""

    name: NAME = Field(examples=["our-studio"], description="a model of that name is replaced")
    family: Family = "pose"
    model: Model = Field("heavy", description="pose network that watches recordings of which no motion is kept")
    seed: int = Field(0, ge=0, lt=2**63)
    max_epochs: int = Field(0, ge=0, le=100_000, description="0 leaves it to the family")
    items: list[StyleTrainingItem] = Field(min_length=1, max_length=MAX_ITEMS)


class StyleTrainingBody(JobBody):
    """A style training and its progress."""

    kind: Literal["style_training"]
    name: str
    family: Family
    model: Model
    seed: int
    max_epochs: int
    item_count: int


class StyleTrainingResult(StoredBody):
    """The outcome of a training."""

    renamed: ClassVar[dict[str, str]] = {"kept_apart": "split_by"}

    model: StyleModel
    items_used: int
    rejected: list[RejectedBody]
    split_by: list[str] = Field(
        examples=[["performer"]], description="ids by which training and test data were kept apart"
    )
