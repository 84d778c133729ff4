"""Bodies that several kinds of job share."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID
from eightcount_gateway.jobs.model import Job, Status, StepState


class RejectedBody(BaseModel):
    """A recording that could not serve."""

    label: str = Field(examples=["house/broken.mp4"])
    reason: str = Field(examples=["TOO_SHORT"])
    message: str = Field(examples=["the motion is shorter than one window"])


class StepBody(BaseModel):
    """One step of a job."""

    name: str = Field(examples=["extract_take"])
    state: StepState = Field(examples=["running"])
    done: int = Field(examples=[240], description="frames (or files) finished")
    total: int = Field(examples=[1274], description="0 when not known")
    seconds: float = Field(examples=[3.2])
    note: str = Field("", examples=["monday.mp4"], description="what it is at, for a person")


class ErrorBody(BaseModel):
    """Why a job failed."""

    reason: str = Field(examples=["NO_PERSON"])
    message: str = Field(examples=["no person was found in the video"])


class JobBody(BaseModel):
    """A job and how far it got."""

    id: str = Field(examples=[EXAMPLE_ID])
    status: Status = Field(examples=["running"])
    steps: list[StepBody]
    error: ErrorBody | None
    created_at: datetime
    links: dict[str, str] = Field(description="where to go from here; results appear when there are any")


def common(job: Job) -> dict[str, Any]:
    """What every job's body says."""
    return {
        **job.request,
        "id": job.id,
        "status": job.status,
        "steps": [asdict(step) for step in job.steps],
        "error": asdict(job.error) if job.error else None,
        "created_at": datetime.fromtimestamp(job.created_at, UTC),
    }
