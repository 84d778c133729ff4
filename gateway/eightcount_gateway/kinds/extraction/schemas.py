"""Bodies of `/v1/extractions`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from eightcount_gateway.http.schemas.base import DANCER, EXAMPLE_ID, Body, DancerBody, Model
from eightcount_gateway.kinds.schemas import JobBody, WarningBody


class ExtractionRequest(Body):
    """Extract the motion of one video."""

    video_id: str = Field(max_length=64, examples=[EXAMPLE_ID])
    model: Model = "heavy"
    dancer: DancerBody | None = Field(None, description=DANCER)
    training: bool = Field(
        False, description="for training data: also finds the beats of the music, and writes no preview"
    )


class ExtractionBody(JobBody):
    """A extraction and its progress."""

    kind: Literal["extraction"]
    video_id: str
    model: Model
    dancer: DancerBody | None = None
    training: bool = False
    warnings: list[WarningBody] = Field(
        default_factory=list, description="about the motion, once it is extracted; what of the video was left out"
    )
