"""What a job is: its request, its steps, and how far it got."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Literal

from eightcount_common.errors import ConflictError, InternalError
from eightcount_gateway.library.motion_refs import Dancer, MotionRef

Kind = Literal["comparison", "extraction", "classification", "style", "style_training", "dance", "dance_training"]
Status = Literal["queued", "running", "succeeded", "failed", "cancelled"]
StepState = Literal["pending", "running", "done", "cached", "skipped", "failed"]
JsonValue = str | int | float | bool | list[Any] | dict[str, Any] | None

STEPS: dict[Kind, tuple[str, ...]] = {
    "comparison": ("probe", "extract_reference", "extract_take", "align", "score", "render"),
    "extraction": ("extract",),
    "classification": ("probe", "extract", "listen", "classify"),
    "style": ("extract", "add"),
    "style_training": ("extract", "train"),
    "dance": ("listen", "generate", "export"),
    "dance_training": ("extract", "train"),
}
_EXTRACTED_KEY_POSES = ("listen", "extract", "generate", "export")
ENDED: frozenset[Status] = frozenset({"succeeded", "failed", "cancelled"})


def steps_of(kind: Kind, request: dict[str, JsonValue]) -> tuple[str, ...]:
    """Names of the steps; a dance with key poses from videos looks for the dancer in them."""
    keys = request.get("key_poses") if kind == "dance" else None
    if isinstance(keys, list) and any(key["video_id"] for key in keys):
        return _EXTRACTED_KEY_POSES
    return STEPS[kind]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a job.

    Attributes:
        name: one of `STEPS`.
        state: `cached` when the result was there already, `skipped` when nobody needs it.
        done: frames (or parts) finished.
        total: frames expected; 0 when unknown.
        seconds: how long the step has run.
        note: what it is at, for a person; empty when there is nothing to say.
    """

    name: str
    state: StepState = "pending"
    done: int = 0
    total: int = 0
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed: machine-readable reason, and a sentence."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Job:
    """Work that was asked for.

    Attributes:
        id: also the id of its durable workflow.
        request: what was asked for, as JSON values; `traceparent` if that was traced, and `model_id` once the pose
            service has said it (`reference_model_id` and `take_model_id` of dancers chosen in a comparison).
        created_at: seconds since the epoch.
        version: grows with every change.
        score: 0 to 100 once a comparison is scored.
        cancel_requested: somebody asked for it to stop.
        runner: which run of which gateway may write to it.
    """

    id: str
    kind: Kind
    status: Status
    request: dict[str, JsonValue]
    steps: tuple[Step, ...]
    created_at: float
    version: int = 0
    score: float | None = None
    error: Failure | None = None
    cancel_requested: bool = False
    runner: str = field(default="")

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in ENDED

    @property
    def traceparent(self) -> str:
        """Span of the HTTP request that asked for the job (W3C Trace Context); empty when it was not traced."""
        return str(self.request.get("traceparent", ""))

    def text(self, name: str) -> str:
        """A field of the request.

        Raises:
            InternalError: the request has no such field.
        """
        value = self.request.get(name)
        if not isinstance(value, str):
            raise InternalError(f"job request: {name} wants a string, got {type(value).__name__}")
        return value

    def number(self, name: str) -> int:
        """A whole number in the request.

        Raises:
            InternalError: the request has no such number.
        """
        value = self.request.get(name)
        if not isinstance(value, int):
            raise InternalError(f"job request: {name} wants a number, got {type(value).__name__}")
        return value

    def real(self, name: str) -> float:
        """A number in the request.

        Raises:
            InternalError: the request has no such number.
        """
        value = self.request.get(name)
        if not isinstance(value, int | float):
            raise InternalError(f"job request: {name} wants a number, got {type(value).__name__}")
        return float(value)

    def texts(self, name: str) -> list[str]:
        """A list in the request.

        Raises:
            InternalError: the request has no such list.
        """
        values = self.request.get(name)
        if not isinstance(values, list):
            raise InternalError(f"job request: {name} wants a list, got {type(values).__name__}")
        return values

    def parts(self, name: str) -> list[dict[str, Any]]:
        """A list of objects in the request; empty when there is none."""
        values = self.request.get(name)
        return values if isinstance(values, list) else []

    def part(self, name: str) -> dict[str, Any] | None:
        """An object in the request; none when it was not given."""
        value = self.request.get(name)
        return value if isinstance(value, dict) else None

    @property
    def pose_model(self) -> str:
        """Size of the pose network that watches videos; a dance has a model of its own kind besides."""
        return self.text("pose_model" if self.kind == "dance" else "model")

    def dancer(self, role: str = "") -> Dancer | None:
        """Who is followed in the video of that role; None for the main dancer.

        Raises:
            InternalError: the request has something else in that field.
        """
        value = self.request.get(_of_role(role, "dancer"))
        if value is None:
            return None
        if not isinstance(value, dict):
            raise InternalError(f"job request: a dancer wants x, y and at_seconds, got {type(value).__name__}")
        return Dancer(**value)

    def model_field(self, role: str = "") -> str:
        """The field of the request that names the pose model; in a comparison every chosen dancer has one."""
        return _of_role(role, "model_id") if self.dancer(role) else "model_id"

    def motion_of(self, sha256: str, role: str = "") -> MotionRef:
        """The motion of a video that this job works with, in a comparison as `reference` or `take`.

        Raises:
            ConflictError: the pose service has not been asked yet.
        """
        model = self.request.get(self.model_field(role))
        if not isinstance(model, str):
            raise ConflictError(f"the job is {self.status}; the motion is not complete", reason="NOT_FINISHED")
        return MotionRef(sha256, self.pose_model, model, self.dancer(role))

    def step(self, name: str) -> Step:
        """The step of that name."""
        return next(step for step in self.steps if step.name == name)

    def with_step(self, step: Step) -> Job:
        """The job with one step replaced."""
        return replace(self, steps=tuple(step if old.name == step.name else old for old in self.steps))


def _of_role(role: str, name: str) -> str:
    return f"{role}_{name}" if role else name
