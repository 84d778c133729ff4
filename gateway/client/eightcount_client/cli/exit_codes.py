"""Exit codes of the client's errors."""

from __future__ import annotations

from eightcount_client import errors
from eightcount_client.cli.errors import ExitCode

_OF_CLASS: dict[type[errors.EightcountError], ExitCode] = {
    errors.UnreachableError: ExitCode.UNREACHABLE,
    errors.BusyError: ExitCode.UNREACHABLE,
    errors.AuthenticationError: ExitCode.UNREACHABLE,
    errors.ForbiddenError: ExitCode.UNREACHABLE,
    errors.InvalidRequestError: ExitCode.USAGE,
    errors.NotFoundError: ExitCode.USAGE,
    errors.ConflictError: ExitCode.USAGE,
    errors.UnusableMediaError: ExitCode.BAD_MEDIA,
    errors.JobCancelledError: ExitCode.CANCELLED,
}
_UNAVAILABLE = ("BUSY", "UNAVAILABLE", "SERVICE_UNREACHABLE", "DEADLINE_EXCEEDED")
_UNAVAILABLE_ENDINGS = ("_UNAVAILABLE", "_NOT_CONFIGURED")
_ARGUMENTS = frozenset(
    {
        "MODEL_NOT_FOUND", "NO_DANCE_MODEL", "UNKNOWN_STYLE",
        "UNKNOWN_FAMILY", "NO_EPOCHS", "NO_KEY_POSES", "INVALID_OPTIONS", "INVALID_BASE", "INVALID_INPUT",
    }
)  # fmt: skip
"""Reasons that lie with what was named on the command line."""


def exit_code_of(error: errors.EightcountError) -> ExitCode:
    """Return the exit code of an error.

    The request of a failed job was accepted, so that a reason which is no fault of the server lies with the media.
    """
    if error.reason in _ARGUMENTS:
        return ExitCode.USAGE
    if isinstance(error, errors.JobFailedError) and not isinstance(error, errors.JobCancelledError):
        return _of_job(error.reason)
    return next((code for kind, code in _OF_CLASS.items() if isinstance(error, kind)), ExitCode.FAILED)


def _of_job(reason: str) -> ExitCode:
    if reason == "INTERNAL":
        return ExitCode.FAILED
    away = reason in _UNAVAILABLE or reason.endswith(_UNAVAILABLE_ENDINGS)
    return ExitCode.UNREACHABLE if away else ExitCode.BAD_MEDIA
