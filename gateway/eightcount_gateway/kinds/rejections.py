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


def list_rejections(rejected: Sequence[Rejected]) -> str:
    """Return the recordings that were left out, with their reasons, in a sentence."""
    return f"left out: {'; '.join(f'{one.label}: {one.message}' for one in rejected)}"


@dataclass(frozen=True, slots=True)
class Content:
    """A recording among others: its video, its name in reports and its style, if it has one."""

    video_id: str
    label: str
    style: str = ""


class Contents:
    """The contents of recordings so far, by their SHA-256: the same bytes count once."""

    def __init__(self) -> None:
        self._first: dict[str, Content] = {}

    def add(self, sha256: str, content: Content) -> Content | None:
        """Note a recording; return the one before it that has the same bytes."""
        if sha256 in self._first:
            return self._first[sha256]
        self._first[sha256] = content
        return None


def reject_twin(content: Content, first: Content, usable: list[dict[str, Any]]) -> list[Rejected]:
    """Return what is left out of two recordings with the same bytes.

    Of one style it is the second; of two styles it is both, as it is not known which is right.

    Args:
        content: the second.
        first: the first.
        usable: items so far; the first is taken out where both are left out.
    """
    if content.style == first.style:
        return [Rejected(content.label, "DUPLICATE_RECORDING", f"it has the same bytes as {first.label}")]
    before = len(usable)
    usable[:] = [item for item in usable if item["video_id"] != first.video_id]
    pairs = ((content, first), (first, content))
    return [
        Rejected(
            one.label, "DUPLICATE_IN_STYLES", f"it has the same bytes as {other.label}, of the style {other.style!r}"
        )
        for one, other in pairs[: 1 + (len(usable) < before)]
    ]
