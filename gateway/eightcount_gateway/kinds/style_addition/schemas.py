"""Bodies of `/v1/style-models`, `/v1/styles` and `/v1/style-additions`."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, NAME, Body, Model, VideoId
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.schemas import JobBody, RejectedBody, common
from eightcount_gateway.library.schemas.style_models import StyleModel

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


class StyleResult(BaseModel):
    """The few-shot model with the style in it."""

    model: StyleModel
    rejected: list[RejectedBody]
