"""Recordings that a job left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from eightcount.models.v1 import models_pb2
from eightcount_common.errors import CancelledError, EightcountError


@dataclass(frozen=True, slots=True)
class Rejected:
    """A recording that could not serve, and why."""

    label: str
    reason: str
    message: str

    @classmethod
    def of_message(cls, item: models_pb2.RejectedItem) -> Self:
        """What a service that trains says."""
        return cls(item.label, item.reason, item.message)

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Self:
        """What `as_json` made."""
        return cls(**value)

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


def rejection(label: str, error: EightcountError) -> Rejected:
    """Why a recording among many is left out.

    Raises:
        EightcountError: it is not the recording's fault: the work was cancelled, or can be done later.
    """
    if error.retryable or isinstance(error, CancelledError):
        raise error
    return Rejected(label, error.reason, error.message)


def all_rejected(rejected: Sequence[Rejected]) -> str:
    """A sentence on why nothing is left."""
    first = rejected[0]
    return f"none of the {len(rejected)} recordings can serve; of {first.label}: {first.message}"
