"""Bodies of `/v1/classifications`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from eightcount_gateway.http.schemas.base import DANCER, EXAMPLE_ID, Body, DancerBody, Model, StoredBody
from eightcount_gateway.kinds.schemas import JobBody, WarningBody

VerdictName = Literal["style", "unknown", "not_a_dance", "not_seen"]
_PROBABILITIES = {"hip_hop": 0.91, "ballet": 0.05, "not_a_dance": 0.04}


class ClassificationRequest(Body):
    """Tell the style of the dance in a recording."""

    video_id: str = Field("", max_length=64, examples=[EXAMPLE_ID])
    motion_id: str = Field("", max_length=64, description="id of a motion from a file, instead of `video_id`")
    model: Model = Field("heavy", description="pose network: heavy is the most accurate, lite the fastest")
    dancer: DancerBody | None = Field(None, description=DANCER)
    style_model: str = Field("", max_length=64, description="style model; empty for the default model")

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if bool(self.video_id) == bool(self.motion_id):
            raise ValueError("either video_id or motion_id is required")
        if self.dancer and self.motion_id:
            raise ValueError("a dancer can be chosen in a video only; a motion is one dancer's")
        return self


class ClassificationBody(JobBody):
    """A classification and its progress."""

    kind: Literal["classification"]
    video_id: str = Field(description="empty when a motion from a file was given")
    motion_id: str = ""
    model: Model
    dancer: DancerBody | None = None
    style_model: str
    warnings: list[WarningBody] = Field(
        default_factory=list, description="about the motion, once it is extracted; what of the video was left out"
    )


class WindowBody(StoredBody):
    """The classification of a window of a few seconds."""

    start_s: float = Field(examples=[2.0])
    end_s: float = Field(examples=[4.0])
    probabilities: dict[str, float] | None = Field(
        examples=[_PROBABILITIES], description="they sum to 1; null where the dancer was hardly visible"
    )
    verdict: VerdictName = Field(examples=["style"])
    style: str = Field(examples=["hip_hop"], description="empty unless the verdict is `style`")


class ClassificationResult(StoredBody):
    """The classification of a movement."""

    model: str = Field(examples=["starter/3f2a9c41d0be"], description="name and version")
    styles: list[str] = Field(examples=[["hip_hop", "ballet"]])
    probabilities: dict[str, float] | None = Field(
        examples=[_PROBABILITIES],
        description="calibrated, for the whole motion; they sum to 1; null when the dancer was hardly visible",
    )
    verdict: VerdictName = Field(examples=["style"])
    style: str = Field(examples=["hip_hop"], description="empty unless the verdict is `style`")
    message: str = Field(examples=["This is hip hop, with 91 % certainty."])
    novelty: float | None = Field(
        examples=[0.42], description="distance from the training data; above 1 the verdict is `unknown`"
    )
    track_id: int = Field(examples=[1], description="identity of the tracked dancer")
    windows: list[WindowBody] = Field(description="in order of time")
