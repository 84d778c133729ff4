"""Key poses and edits in the bodies of `/v1/dances`."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, Body

BodyPart = Literal["legs", "upper_body"]
MAX_KEY_POSES = 64


class KeyPoseBody(Body):
    """A pose that the dance passes through: that of a moment of another dance, or of a video."""

    seconds: float = Field(ge=0, allow_inf_nan=False, examples=[4.0], description="time in the dance")
    dance_id: str = Field(
        "", max_length=64, examples=[EXAMPLE_ID], description="a finished dance; alternatively a `video_id`"
    )
    video_id: str = Field(
        "", max_length=64, examples=[""], description="an uploaded video; the pose is that of its main dancer"
    )
    at_seconds: float = Field(
        0.0, ge=0, allow_inf_nan=False, examples=[12.5], description="time in that dance or video"
    )

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if bool(self.dance_id) == bool(self.video_id):
            raise ValueError("a key pose comes from either a dance_id or a video_id")
        return self


class EditBody(Body):
    """An edit of a dance: what is generated again and what is kept. It is as long as the dance that it changes."""

    dance_id: str = Field(max_length=64, examples=[EXAMPLE_ID], description="a finished dance; it is not changed")
    keep: list[BodyPart] = Field(
        default_factory=list,
        max_length=2,
        examples=[["legs"]],
        description="body part that is kept throughout; legs include the path on the floor",
    )
    start_seconds: float = Field(
        0.0, ge=0, allow_inf_nan=False, examples=[8.0], description="start of the range that is generated again"
    )
    end_seconds: float | None = Field(
        None,
        gt=0,
        allow_inf_nan=False,
        examples=[16.0],
        description="end of the range that is generated again; null: the end of the dance",
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if set(self.keep) == {"legs", "upper_body"}:
            raise ValueError("an edit that keeps legs and upper_body changes nothing")
        if not self.keep and not self.start_seconds and self.end_seconds is None:
            raise ValueError("an edit keeps legs or upper_body, or generates a range again; else it is a new dance")
        if self.end_seconds is not None and self.end_seconds <= self.start_seconds:
            raise ValueError("the range that is generated again ends after it starts")
        return self
