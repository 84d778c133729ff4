"""Errors that the client raises; each has a machine-readable `reason` and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass


class EightcountError(Exception):
    """Base of every error of the client."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason


class UnreachableError(EightcountError):
    """The server did not answer; the same request may succeed later."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="SERVER_UNREACHABLE")


class UnexpectedResponseError(EightcountError):
    """The server answered with something that is not Eightcount's API."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="UNEXPECTED_RESPONSE")


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field of a request that was refused, and why."""

    field: str
    message: str


class ProblemError(EightcountError):
    """The server refused a request with a problem document (RFC 9457).

    Attributes:
        status: HTTP status code.
        reason: machine-readable reason out of the server's catalogue.
        field_errors: the refused fields of a validation error.
        request_id: identifies the request in the server's logs; empty where the server sent none.
        retry_after_seconds: how long the server asks to wait before the next try; None where it does not say.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        reason: str,
        field_errors: tuple[FieldError, ...] = (),
        request_id: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message, reason=reason)
        self.status = status
        self.field_errors = field_errors
        self.request_id = request_id
        self.retry_after_seconds = retry_after_seconds


class InvalidRequestError(ProblemError):
    """A field or a parameter of the request is wrong (400)."""


class AuthenticationError(ProblemError):
    """The server requires an API key, or does not know the given one (401)."""


class ForbiddenError(ProblemError):
    """The server does not allow the request (403)."""


class NotFoundError(ProblemError):
    """There is no such resource (404)."""


class ConflictError(ProblemError):
    """The state of the resource does not allow the request (409)."""


class UnusableMediaError(ProblemError):
    """A file is too large or cannot be used (413, 415, 422)."""


class BusyError(ProblemError):
    """The server, or a service behind it, is overloaded or away; a retry may succeed (429, 502 to 504)."""


class ServerFaultError(ProblemError):
    """The server failed (other 5xx)."""


_OF_STATUS: dict[int, type[ProblemError]] = {
    400: InvalidRequestError, 401: AuthenticationError, 403: ForbiddenError, 404: NotFoundError, 409: ConflictError,
    413: UnusableMediaError, 415: UnusableMediaError, 422: UnusableMediaError,
    429: BusyError, 502: BusyError, 503: BusyError, 504: BusyError,
}  # fmt: skip


def problem_class(status: int) -> type[ProblemError]:
    """Return the class of the error that an HTTP status stands for."""
    return _OF_STATUS.get(status, ServerFaultError if status >= 500 else ProblemError)
