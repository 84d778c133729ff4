"""What the server tells about running work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Self

from eightcount_client.cli.outcomes import CliError, ExitCode, error_of_job

StepState = Literal["pending", "running", "done", "cached", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: `done` of `total` frames (0 when unknown), running for `seconds`; `note` tells what it is at."""

    name: str
    state: StepState
    done: int
    total: int
    seconds: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class JobState:
    """Work as the server last described it."""

    id: str
    status: str
    steps: tuple[Step, ...]
    error_reason: str = ""
    error_message: str = ""

    @classmethod
    def of_json(cls, body: dict[str, Any]) -> Self:
        """Reads the server's JSON."""
        error = body.get("error") or {}
        steps = tuple(
            Step(
                step["name"],
                step["state"],
                step["done"] or 0,
                step["total"] or 0,
                step["seconds"] or 0.0,
                step.get("note") or "",
            )
            for step in body["steps"]
        )
        return cls(body["id"], body["status"], steps, error.get("reason", ""), error.get("message", ""))

    def require_success(self) -> None:
        """Does nothing when the work succeeded.

        Raises:
            CliError: it failed or was cancelled.
        """
        if self.status == "cancelled":
            raise CliError("the work was cancelled on the server", reason="CANCELLED", exit_code=ExitCode.CANCELLED)
        if self.status != "succeeded":
            raise error_of_job(reason=self.error_reason or "INTERNAL", message=self.error_message or "the work failed")
