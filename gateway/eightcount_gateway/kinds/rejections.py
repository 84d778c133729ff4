"""Recordings that a job left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import CancelledError, EightcountError


@dataclass(frozen=True, slots=True)
class Rejected:
    """A recording that could not be used, and the reason."""

    label: str
    reason: str
    message: str

    @classmethod
    def of_message(cls, item: models_pb2.RejectedItem) -> Self:
        """Return the message of a service as a value."""
        return cls(item.label, item.reason, item.message)

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        return cls(**value)

    def as_json(self) -> dict[str, Any]:
        """Return the value as JSON values."""
        return asdict(self)


def reject_recording(label: str, error: EightcountError) -> Rejected:
    """Return the reason for which a recording among many is left out.

    Raises:
        EightcountError: it is not the recording's fault: the work was cancelled, or can be done later.
    """
    if error.retryable or isinstance(error, CancelledError):
        raise error
    return Rejected(label, error.reason, error.message)


def describe_rejections(rejected: Sequence[Rejected]) -> str:
    """Return a sentence on why no recording is left."""
    first = rejected[0]
    return f"none of the {len(rejected)} recordings can serve; of {first.label}: {first.message}"
