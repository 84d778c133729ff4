"""A job: its request, its steps, and its progress."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from eightcount_common.errors import InternalError

Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
StepState = Literal["pending", "running", "done", "cached", "skipped", "failed"]
JsonValue = str | int | float | bool | list[Any] | dict[str, Any] | None
JsonObject = dict[str, JsonValue]
Lane = Literal["short", "middle", "long", "trainings"]
"""Jobs of one lane wait for each other: short ones take seconds, middle ones minutes, long ones and trainings hours."""
ENDED: frozenset[Status] = frozenset({"succeeded", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job.

    Attributes:
        name: one of the steps of its kind.
        state: `cached` when the result was there already, `skipped` when nobody needs it.
        done: units (frames, files, recordings) finished.
        total: units expected; 0 when unknown.
        seconds: duration of the step.
        note: the item in work, for a person; empty when there is nothing to say.
    """

    name: str
    state: StepState = "pending"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """The cause of a failed job: a machine-readable reason, and a sentence."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """A request and the progress of the work on it.

    Attributes:
        id: also the id of its durable workflow.
        kind: name of its kind.
        request: the request as JSON values; `traceparent` if it was traced, and whatever the steps note in it.
        created_at, started_at, finished_at: seconds since the epoch; None before that, and in jobs of older versions.
        version: grows with every change.
        score: 0 to 100, of kinds that give one, once it is known.
        answer: the result in short, of kinds that give one, once it is known.
        cancel_requested: whether the job is to stop.
        runner: the run of the gateway that may write to it.
        lane: jobs of one lane wait for each other.
    """

    id: str
    kind: str
    status: Status
    request: JsonObject
    steps: tuple[Step, ...]
    created_at: float
    version: int = 0
    score: float | None = None
    error: Failure | None = None
    cancel_requested: bool = False
    runner: str = field(default="")
    started_at: float | None = None
    finished_at: float | None = None
    lane: Lane = "middle"
    answer: JsonObject | None = None

    @property
    def ended(self) -> bool:
        """Whether the job has ended, well or not."""
        return self.status in ENDED

    @property
    def traceparent(self) -> str:
        """Span of the HTTP request that created the job (W3C Trace Context); empty when it was not traced."""
        return str(self.request.get("traceparent", ""))

    def text(self, name: str) -> str:
        """Return a string of the request.

        Raises:
            InternalError: the request has no such field.
        """
        value = self.request.get(name)
        if not isinstance(value, str):
            raise InternalError(f"job request: {name}: a string is required; got {type(value).__name__}")
        return value

    def optional_text(self, name: str) -> str:
        """Return a string of the request; empty when jobs of an earlier version have none."""
        return str(self.request.get(name) or "")

    def number(self, name: str) -> int:
        """Return an integer of the request.

        Raises:
            InternalError: the request has no such number.
        """
        value = self.request.get(name)
        if not isinstance(value, int):
            raise InternalError(f"job request: {name}: a number is required; got {type(value).__name__}")
        return value

    def optional_number(self, name: str) -> int | None:
        """Return an integer of the request; None when it was not given.

        Raises:
            InternalError: it is no integer.
        """
        return None if self.request.get(name) is None else self.number(name)

    def real(self, name: str) -> float:
        """Return a number of the request.

        Raises:
            InternalError: the request has no such number.
        """
        value = self.request.get(name)
        if not isinstance(value, int | float):
            raise InternalError(f"job request: {name}: a number is required; got {type(value).__name__}")
        return float(value)

    def optional_real(self, name: str) -> float | None:
        """Return a number of the request; None when it was not given.

        Raises:
            InternalError: it is no number.
        """
        return None if self.request.get(name) is None else self.real(name)

    def texts(self, name: str) -> list[str]:
        """Return a list of the request.

        Raises:
            InternalError: the request has no such list.
        """
        values = self.request.get(name)
        if not isinstance(values, list):
            raise InternalError(f"job request: {name}: a list is required; got {type(values).__name__}")
        return values

    def records(self, name: str) -> list[dict[str, Any]]:
        """Return a list of objects of the request; empty when there is none."""
        values = self.request.get(name)
        return values if isinstance(values, list) else []

    def record(self, name: str) -> dict[str, Any] | None:
        """Return an object of the request; None when it was not given."""
        value = self.request.get(name)
        return value if isinstance(value, dict) else None

    def step(self, name: str) -> Step:
        """Return the step of that name."""
        return next(step for step in self.steps if step.name == name)

    def with_step(self, step: Step) -> Job:
        """Return the job with one step replaced."""
        return replace(self, steps=tuple(step if old.name == step.name else old for old in self.steps))
