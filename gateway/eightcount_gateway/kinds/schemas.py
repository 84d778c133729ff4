"""Bodies that every kind of job shares."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from eightcount_gateway.http.schemas.base import EXAMPLE_ID, StoredBody
from eightcount_gateway.jobs.kind import JobKind
from eightcount_gateway.jobs.model import Job, Status, Step, StepState

MAX_TRAINING_ITEMS = 20_000
"""Recordings of one training."""


class RejectedBody(StoredBody):
    """A recording that could not be used."""

    label: str = Field(examples=["house/broken.mp4"])
    reason: str = Field(examples=["TOO_SHORT"])
    message: str = Field(examples=["the motion is shorter than one window"])


class WarningBody(StoredBody):
    """Something that makes a result less reliable."""

    reason: str = Field(examples=["DAMAGED_VIDEO"])
    message: str = Field(examples=["3 frames cannot be decoded and were left out."])


class StepBody(BaseModel):
    """One step of a job."""

    name: str = Field(examples=["extract_take"])
    state: StepState = Field(examples=["running"])
    done: int = Field(examples=[240], description="number of finished units")
    total: int | None = Field(examples=[1274], description="number of all units; null when not known")
    seconds: float = Field(examples=[3.2])
    note: str = Field("", examples=["monday.mp4"], description="the current item, as text")
    title: str = Field(examples=["Follow the dancer of the take"], description="title of the step, as text")
    unit: Literal["frames", "files", ""] = Field(description="what `done` and `total` count; empty for other things")


class ErrorBody(BaseModel):
    """The cause of a failed job."""

    reason: str = Field(examples=["NO_PERSON"])
    message: str = Field(examples=["no person was found in the video"])


class JobBody(BaseModel):
    """A job and its progress."""

    id: str = Field(examples=[EXAMPLE_ID])
    kind: str
    status: Status = Field(examples=["running"])
    steps: list[StepBody]
    error: ErrorBody | None
    created_at: datetime
    started_at: datetime | None = Field(description="null until the job runs")
    finished_at: datetime | None = Field(description="null until the job has ended")
    queue_position: int | None = Field(
        examples=[1], description="1 for the next job of the queue; null once the job runs"
    )
    links: dict[str, str] = Field(description="URLs of the job, of its events, its page and its files")

    @classmethod
    def derive_fields(cls, job: Job) -> dict[str, Any]:
        """Return the fields of a kind's body that are not fields of its request."""
        del job
        return {}


def describe_job(kind: JobKind, job: Job, queue_position: int | None = None) -> JobBody:
    """Return a job as a body of its kind."""
    url = kind.url(job.id)
    links = {"self": url, "events": f"{url}/events"}
    if kind.has_page:
        links["page"] = f"/{kind.path}/{job.id}"
    if job.status == "succeeded":
        links |= {name: f"{url}/{name}" for name in kind.artifacts(job)}
    steps = [_describe_step(kind, step) for step in job.steps]
    fields = {
        **job.request,
        "id": job.id,
        "kind": kind.name,
        "status": job.status,
        "steps": steps,
        "error": asdict(job.error) if job.error else None,
        "created_at": _moment(job.created_at),
        "started_at": _moment(job.started_at),
        "finished_at": _moment(job.finished_at),
        "queue_position": queue_position,
        "links": links,
    }
    body_type: type[BaseModel] = kind.body
    derived = body_type.derive_fields(job) if issubclass(body_type, JobBody) else {}
    links |= derived.pop("links", {})
    body = body_type.model_validate(fields | derived)
    assert isinstance(body, JobBody)  # noqa: S101 - every kind's body is one
    return body


def _describe_step(kind: JobKind, step: Step) -> dict[str, Any]:
    title, unit = kind.steps.get(step.name, step.name), kind.units.get(step.name, "")
    return asdict(step) | {"total": step.total or None, "title": title, "unit": unit}


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
