"""Bodies of `/v1/comparisons` and `/v1/alignments`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from eightcount_gateway.http.schemas.base import DANCER, EXAMPLE_ID, OTHER_EXAMPLE_ID, Body, DancerBody, Model
from eightcount_gateway.http.schemas.beats import OWN_BEATS, BeatsBody
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.schemas import JobBody


class ComparisonRequest(Body):
    """Compare a take with a reference; either can be a motion from a file, which is aligned by the movement."""

    reference_video_id: str = Field(max_length=64, examples=[EXAMPLE_ID], description="a video or a motion")
    take_video_id: str = Field(max_length=64, examples=[OTHER_EXAMPLE_ID], description="a video or a motion")
    model: Model = Field("heavy", description="pose network: heavy is the most accurate, lite the fastest")
    reference_dancer: DancerBody | None = Field(None, description=DANCER)
    take_dancer: DancerBody | None = Field(None, description=DANCER)
    mirrored: bool = Field(False, description="the take is a mirror image of the reference")
    skeletons_only: bool = Field(False, description="the video shows skeletons on a plain background and no person")
    align: Literal["auto", "audio", "motion"] = Field("auto", description="auto: by sound, otherwise by movement")
    beats: BeatsBody | None = Field(None, description=OWN_BEATS)


class ComparisonBody(JobBody):
    """A comparison and its progress."""

    kind: Literal["comparison"]
    reference_video_id: str
    take_video_id: str
    model: Model
    reference_dancer: DancerBody | None = None
    take_dancer: DancerBody | None = None
    mirrored: bool
    skeletons_only: bool = False
    align: Literal["auto", "audio", "motion"]
    beats: BeatsBody | None = None
    score: float | None = Field(
        examples=[78.4], description="0 to 100; null until it is scored, and when it is not known"
    )

    @classmethod
    def derive_fields(cls, job: Job) -> dict[str, Any]:
        """Return the score."""
        return {"score": job.score}
