"""Bodies of `/v1/classifications`."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from eightcount_gateway.http.schemas.base import DANCER, EXAMPLE_ID, Body, DancerBody, Model
from eightcount_gateway.http.schemas.classified import StyleAnswer
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.schemas import JobBody, WarningBody


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
    answer: StyleAnswer | None = Field(description="the result in short; null until it is known")

    @classmethod
    def derive_fields(cls, job: Job) -> dict[str, Any]:
        """Return the answer."""
        return {"answer": job.answer}
