"""The errors of the domain.

Core code raises these. `eightcount_common.rpc.errors` maps each class to a gRPC status and back; the gateway maps each
to an HTTP status and answers with problem details (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """One field of a request that violates a rule.

    Attributes:
        field: path in the request, for example "dancer.x".
        description: the rule and what was given, in a sentence.
    """

    field: str
    description: str


class EightcountError(Exception):
    """An error that says what was wrong, what is required and what was given.

    Attributes:
        reason: machine-readable cause in upper snake case, for example "NOT_A_VIDEO"; stable across versions.
        message: one or two sentences for a person.
        field_violations: the fields of the request that caused it; empty when no single field did.
        retry_after_seconds: how long to wait before the next attempt; None when nothing is known.
        retryable: whether the same request can succeed later.
    """

    default_reason: ClassVar[str] = "INTERNAL"
    retryable: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        reason: str | None = None,
        field_violations: Sequence[FieldViolation] = (),
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason
        self.field_violations = tuple(field_violations)
        self.retry_after_seconds = retry_after_seconds

    def __reduce__(self) -> tuple[object, ...]:
        arguments = (type(self), self.message, self.reason, self.field_violations, self.retry_after_seconds)
        return (_rebuild, arguments)


def _rebuild(
    kind: type[EightcountError],
    message: str,
    reason: str,
    field_violations: tuple[FieldViolation, ...] = (),
    retry_after_seconds: float | None = None,
) -> EightcountError:
    return kind(message, reason=reason, field_violations=field_violations, retry_after_seconds=retry_after_seconds)


class InternalError(EightcountError):
    """An internal fault; the message contains only an id, under which the log has the details."""


class InvalidInputError(EightcountError):
    """The request cannot be understood or violates a stated rule."""

    default_reason = "INVALID_INPUT"


class UnusableMediaError(EightcountError):
    """The file was read but cannot be used: not a video, truncated, no person, no audio."""

    default_reason = "UNUSABLE_MEDIA"


class TooLargeError(EightcountError):
    """A stated size limit was exceeded."""

    default_reason = "TOO_LARGE"


class NotFoundError(EightcountError):
    """There is no such object, video or comparison."""

    default_reason = "NOT_FOUND"


class ConflictError(EightcountError):
    """The request does not fit the present state, for example the report of an unfinished comparison."""

    default_reason = "CONFLICT"


class UnauthenticatedError(EightcountError):
    """Credentials are missing or not accepted."""

    default_reason = "UNAUTHENTICATED"


class BusyError(EightcountError):
    """Every worker is busy and the queue is full."""

    default_reason = "BUSY"
    retryable = True


class UnavailableError(EightcountError):
    """A backend cannot be reached."""

    default_reason = "UNAVAILABLE"
    retryable = True


class DeadlineExceededError(EightcountError):
    """The work took longer than the caller was prepared to wait."""

    default_reason = "DEADLINE_EXCEEDED"
    retryable = True


class CancelledError(EightcountError):
    """The caller asked for the work to stop, and it did."""

    default_reason = "CANCELLED"
