"""Bodies of `/v1/style-models`, `/v1/styles` and `/v1/style-additions`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, NAME, Body, Model, StoredBody, VideoId
from eightcount_gateway.kinds.schemas import JobBody, RejectedBody
from eightcount_gateway.library.schemas.style_models import StyleModel

RESERVED_STYLES = frozenset({"not_a_dance", "other_dance"})
"""Names for movements that are not dances, and for dances of styles that a model does not have."""


class StyleAdditionRequest(Body):
    """Add a style to the few-shot model from a few recordings, or replace it."""

    name: NAME = Field(examples=["our_solo"])
    video_ids: list[VideoId] = Field(
        min_length=2, max_length=200, examples=[[EXAMPLE_ID] * 2], description="two or more; five are better"
    )
    model: Model = "heavy"

    @field_validator("name")
    @classmethod
    def _is_free(cls, name: str) -> str:
        if name in RESERVED_STYLES:
            raise ValueError(f"{name} is a reserved name")
        return name


class StyleAdditionBody(JobBody):
    """A style addition and its progress."""

    kind: Literal["style_addition"]
    name: str
    video_ids: list[str]
    model: Model


class StyleAdditionResult(StoredBody):
    """The few-shot model with the style in it."""

    model: StyleModel
    rejected: list[RejectedBody]
