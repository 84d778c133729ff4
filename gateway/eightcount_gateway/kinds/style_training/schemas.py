"""Bodies of `/v1/style-trainings`."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, NAME, Body, Model, StoredBody, VideoId
from eightcount_gateway.kinds.schemas import MAX_TRAINING_ITEMS, JobBody, RejectedBody
from eightcount_gateway.library.schemas.style_models import StyleModel

Family = Literal["pose", "pose-lstm", "frames-gru"]
_ID = Field("", max_length=200)


class StyleTrainingItem(Body):
    """One labelled recording. Ids that are empty are not known; equal ids never lie on both sides of a split."""

    video_id: VideoId = Field(examples=[EXAMPLE_ID])
    style: NAME = Field(
        examples=["house"], description="name of the style; `not_a_dance` and `other_dance` are reserved"
    )
    performer: str = _ID
    choreography: str = _ID
    music: str = _ID
    take: str = _ID
    camera: str = _ID
    label: str = Field(
        "", max_length=1000, examples=["house/monday.mp4"], description="name of the recording in reports"
    )


class StyleTrainingRequest(Body):
    """Train a style model."""

    name: NAME = Field(examples=["our-studio"], description="a model of that name is replaced")
    family: Family = "pose"
    model: Model = Field("heavy", description="pose network for recordings without a stored motion")
    seed: int = Field(0, ge=0, lt=2**63)
    max_epochs: int | None = Field(
        None, ge=1, le=100_000, examples=[None], description="maximum number of epochs; null: that of the family"
    )
    items: list[StyleTrainingItem] = Field(min_length=1, max_length=MAX_TRAINING_ITEMS)


class StyleTrainingBody(JobBody):
    """A style training and its progress."""

    kind: Literal["style_training"]
    name: str
    family: Family
    model: Model
    seed: int
    max_epochs: int | None = None
    item_count: int


class StyleTrainingResult(StoredBody):
    """The outcome of a training."""

    renamed: ClassVar[dict[str, str]] = {"kept_apart": "split_by"}

    model: StyleModel
    items_used: int
    rejected: list[RejectedBody]
    split_by: list[str] = Field(
        examples=[["performer"]], description="ids by which training and test data were separated"
    )


class StyleTrainingReport(StoredBody):
    """The evaluation of a style model; docs/style-models.md explains its keys. Families of models add keys."""

    model_config = ConfigDict(extra="allow", json_schema_serialization_defaults_required=False)

    data: dict[str, Any] = Field(default_factory=dict, description="numbers of recordings and ids, by style")
    split: dict[str, Any] = Field(default_factory=dict, description="how training and test data were separated")
    chance: float | None = Field(None, examples=[0.5], description="balanced accuracy of a random guess")
    honest: dict[str, Any] = Field(default_factory=dict, description="metrics on held-out recordings")
    leaking: dict[str, Any] | None = Field(None, description="metrics of a random split of windows, for comparison")
    probes: list[dict[str, Any]] = Field(default_factory=list, description="accuracies of simple cues, for comparison")
    warnings: list[str] = Field(default_factory=list)
    epochs: int | None = Field(None, examples=[40])
