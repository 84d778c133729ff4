"""Bodies of `/v1/extractions`."""

from __future__ import annotations

from pydantic import Field

from eightcount_gateway.http.schemas.base import DANCER, EXAMPLE_ID, Body, DancerBody, Model
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.kinds.schemas import JobBody, common


class ExtractionRequest(Body):
    """Extract the motion of one video."""

    video_id: str = Field(max_length=64, examples=[EXAMPLE_ID])
    model: Model = "heavy"
    dancer: DancerBody | None = Field(None, description=DANCER)
    training: bool = Field(
        False, description="for training: keeps the beats of the music, too, and makes no small copy of the pictures"
    )


class ExtractionBody(JobBody):
    """An extraction and how far it got."""

    video_id: str
    model: Model
    dancer: DancerBody | None = None
    training: bool = False

    @classmethod
    def of(cls, job: Job) -> ExtractionBody:
        """The job as a body."""
        base = f"/v1/extractions/{job.id}"
        links = {"self": base, "events": f"{base}/events"}
        if job.status == "succeeded":
            links["motion.npz"] = f"{base}/motion.npz"
        return cls.model_validate(common(job) | {"links": links})
