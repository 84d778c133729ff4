"""Bodies of `/v1/alignments`, and the alignment in reports."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, OTHER_EXAMPLE_ID, Body, StoredBody, null_if_unknown


class AlignmentRequest(Body):
    """Align two recordings by their sound."""

    a_video_id: str = Field(max_length=64, examples=[EXAMPLE_ID])
    b_video_id: str = Field(max_length=64, examples=[OTHER_EXAMPLE_ID])
    search_speed: bool = Field(False, description="also search for other playback speeds; slower")


class AlignmentSegment(StoredBody):
    """A part of the take with an offset of its own, where the music was edited."""

    take_start_s: float | None = Field(None, examples=[0.0], description="null where the segment is open")
    take_end_s: float | None = Field(None, examples=[20.5], description="null where the segment is open")
    offset_seconds: float | None = Field(None, examples=[3.0371])
    ratio: float | None = Field(None, examples=[1.0], description="ratio of the clocks")


class AlignmentCandidate(StoredBody):
    """An offset that fits, too, because the music repeats itself."""

    offset_seconds: float | None = Field(None, examples=[35.04])
    speed_ratio: float | None = Field(None, examples=[1.0])
    strength: float | None = Field(None, examples=[0.91])


class Alignment(StoredBody):
    """When the second recording starts in the first: t_a = offset_seconds + speed_ratio * clock_ratio * t_b."""

    verdict: Literal["aligned", "no_match", "ambiguous"] | None = Field(None, examples=["aligned"])
    offset_seconds: float | None = Field(None, examples=[3.0371])
    clock_ratio: float | None = Field(None, examples=[1.0000213])
    speed_ratio: float | None = Field(None, examples=[1.0])
    confidence: float | None = Field(None, examples=[0.99], description="0 to 1")
    reason: str = Field("", examples=["OK"])
    message: str = Field("", examples=["The recordings share their music."])
    method: Literal["audio", "motion"] | None = Field(None, examples=["audio"], description="null when neither fits")
    overlap_seconds: float | None = Field(None, examples=[40.2])
    residual_rms_seconds: float | None = Field(None, examples=[0.0021], description="null when it was not measured")
    sound_offset_seconds: float | None = Field(
        None, examples=[3.0371], description="offset at which the sounds fit; null when the movement was not asked"
    )
    picture_offset_seconds: float | None = Field(
        None,
        examples=[3.0402],
        description="offset at which the movement fits; null when none within 2 s of the sound's is clearly the best",
    )
    segments: list[AlignmentSegment] = Field(default_factory=list)
    candidates: list[AlignmentCandidate] = Field(default_factory=list)

    _null_if_unknown = field_validator("verdict", "method", mode="before")(null_if_unknown)
