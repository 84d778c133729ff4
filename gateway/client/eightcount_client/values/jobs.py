"""Jobs of every kind and their state."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from eightcount_client.errors import EightcountError

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]
StepState = Literal["pending", "running", "done", "cached", "skipped", "failed"]
_ENDED = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a job.

    Attributes:
        name: stable name.
        title: for people; empty where the server has none.
        done: units that are finished.
        total: None where the number is not known.
        unit: "frames" or "files"; empty for other things.
        seconds: how long the step has been running.
        note: what it is working on.
    """

    name: str
    state: StepState
    title: str | None = None
    done: int | None = 0
    total: int | None = None
    unit: str | None = ""
    seconds: float | None = 0.0
    note: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why a job failed."""

    reason: str
    message: str


class JobFailedError(EightcountError):
    """A job ended without a result; `job` is its last state."""

    def __init__(self, message: str, *, reason: str, job: Job) -> None:
        super().__init__(message, reason=reason)
        self.job = job


class JobCancelledError(JobFailedError):
    """A job was cancelled on the server."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """State of a job as the server last described it; `raw` is the whole JSON object."""

    id: str
    status: JobStatus
    steps: tuple[Step, ...]
    kind: str = ""
    error: JobError | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    queue_position: int | None = None
    links: dict[str, str] = field(default_factory=dict)
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def ended(self) -> bool:
        """Whether the job succeeded, failed or was cancelled."""
        return self.status in _ENDED

    def require_success(self) -> None:
        """Return when the job succeeded.

        Raises:
            JobCancelledError: it was cancelled.
            JobFailedError: it failed; the reason is the server's.
        """
        if self.status == "cancelled":
            raise JobCancelledError("the job was cancelled on the server", reason="CANCELLED", job=self)
        if self.status != "succeeded":
            reason = self.error.reason if self.error else "INTERNAL"
            message = self.error.message if self.error else f"the job is {self.status}"
            raise JobFailedError(message, reason=reason, job=self)
