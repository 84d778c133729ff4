"""The errors of the domain, and the one table that maps them to gRPC and HTTP.

Core code raises these; an interceptor turns them into a gRPC status with a `google.rpc.ErrorInfo`, the client turns
that back into the same class, and the gateway answers it as problem details (RFC 9457).
"""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar

import grpc


class EightcountError(Exception):
    """An error that says what was wrong, what was wanted and what was given.

    Attributes:
        reason: machine-readable cause in upper snake case, for example "NOT_A_VIDEO"; stable across versions.
        message: one or two sentences for a person.
        grpc_status: status that a gRPC call ends with.
        http_status: status that an HTTP request ends with.
        retryable: whether the same request can succeed later.
    """

    default_reason: ClassVar[str] = "INTERNAL"
    grpc_status: ClassVar[grpc.StatusCode] = grpc.StatusCode.INTERNAL
    http_status: ClassVar[HTTPStatus] = HTTPStatus.INTERNAL_SERVER_ERROR
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, reason: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason or self.default_reason

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.message, self.reason))


def _rebuild(kind: type[EightcountError], message: str, reason: str) -> EightcountError:
    return kind(message, reason=reason)


class InternalError(EightcountError):
    """A fault of ours; the message carries only an id that the log explains."""


class InvalidInputError(EightcountError):
    """The request cannot be understood or violates a stated rule."""

    default_reason = "INVALID_INPUT"
    grpc_status = grpc.StatusCode.INVALID_ARGUMENT
    http_status = HTTPStatus.BAD_REQUEST


class UnusableMediaError(EightcountError):
    """The file was read and cannot serve: not a video, truncated, no person, no audio."""

    default_reason = "UNUSABLE_MEDIA"
    grpc_status = grpc.StatusCode.FAILED_PRECONDITION
    http_status = HTTPStatus.UNPROCESSABLE_ENTITY


class TooLargeError(EightcountError):
    """A stated size limit was passed."""

    default_reason = "TOO_LARGE"
    grpc_status = grpc.StatusCode.OUT_OF_RANGE
    http_status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE


class NotFoundError(EightcountError):
    """There is no such object, video or comparison."""

    default_reason = "NOT_FOUND"
    grpc_status = grpc.StatusCode.NOT_FOUND
    http_status = HTTPStatus.NOT_FOUND


class ConflictError(EightcountError):
    """The request does not fit the present state, for example the report of an unfinished comparison."""

    default_reason = "CONFLICT"
    grpc_status = grpc.StatusCode.ABORTED
    http_status = HTTPStatus.CONFLICT


class UnauthenticatedError(EightcountError):
    """Credentials are missing or not accepted."""

    default_reason = "UNAUTHENTICATED"
    grpc_status = grpc.StatusCode.UNAUTHENTICATED
    http_status = HTTPStatus.UNAUTHORIZED


class BusyError(EightcountError):
    """Every worker is busy and the queue is full."""

    default_reason = "BUSY"
    grpc_status = grpc.StatusCode.RESOURCE_EXHAUSTED
    http_status = HTTPStatus.TOO_MANY_REQUESTS
    retryable = True


class UnavailableError(EightcountError):
    """A backend cannot be reached."""

    default_reason = "UNAVAILABLE"
    grpc_status = grpc.StatusCode.UNAVAILABLE
    http_status = HTTPStatus.SERVICE_UNAVAILABLE
    retryable = True


class DeadlineExceededError(EightcountError):
    """The work took longer than the caller was ready to wait."""

    default_reason = "DEADLINE_EXCEEDED"
    grpc_status = grpc.StatusCode.DEADLINE_EXCEEDED
    http_status = HTTPStatus.GATEWAY_TIMEOUT
    retryable = True


class CancelledError(EightcountError):
    """The caller asked for the work to stop, and it did."""

    default_reason = "CANCELLED"
    grpc_status = grpc.StatusCode.CANCELLED
    http_status = HTTPStatus.CONFLICT


ERROR_OF_STATUS: dict[grpc.StatusCode, type[EightcountError]] = {
    kind.grpc_status: kind
    for kind in (
        InternalError,
        InvalidInputError,
        UnusableMediaError,
        TooLargeError,
        NotFoundError,
        ConflictError,
        UnauthenticatedError,
        BusyError,
        UnavailableError,
        DeadlineExceededError,
        CancelledError,
    )
}
"""gRPC status -> error class; a status that is not here is an `InternalError`."""
