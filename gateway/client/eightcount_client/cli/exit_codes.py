"""Exit codes of the commands, and which error ends with which."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from eightcount_client.errors import EightcountError


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FAILED = 1
    """The server failed, or a result could not be written."""
    USAGE = 2
    """The arguments are wrong, or name something that does not exist."""
    BAD_MEDIA = 3
    """A file cannot be used: it is not a video, is truncated or too large, or nobody is in it."""
    NO_MATCH = 4
    """`align` found no single offset at which the recordings fit."""
    UNREACHABLE = 5
    """The server cannot be reached, is overloaded or refuses the API key, or the private stack cannot start."""
    CANCELLED = 6
    """The job was cancelled on the server by somebody else."""
    INTERRUPTED = 130
    """Ctrl-C or SIGTERM; running jobs were cancelled."""


FATAL = frozenset({ExitCode.UNREACHABLE, ExitCode.CANCELLED})
"""Exit codes of errors that no other file would avoid."""
_UNAVAILABLE = ("BUSY", "UNAVAILABLE", "SERVICE_UNREACHABLE", "DEADLINE_EXCEEDED")
_UNAVAILABLE_ENDINGS = ("_UNAVAILABLE", "_NOT_CONFIGURED")
_ARGUMENTS = frozenset(
    {
        "MODEL_NOT_FOUND", "NO_DANCE_MODEL", "UNKNOWN_STYLE",
        "UNKNOWN_FAMILY", "NO_EPOCHS", "NO_KEY_POSES", "INVALID_OPTIONS", "INVALID_BASE", "INVALID_INPUT",
    }
)  # fmt: skip
"""Reasons that lie with what was named on the command line."""


def exit_code_of(error: EightcountError) -> ExitCode:
    """Return the exit code of an error.

    The request of a failed job was accepted, so that a reason which is no fault of the server lies with the media.
    """
    if error.reason in _ARGUMENTS:
        return ExitCode.USAGE
    from eightcount_client.values.jobs import JobCancelledError, JobFailedError

    if isinstance(error, JobCancelledError):
        return ExitCode.CANCELLED
    if isinstance(error, JobFailedError):
        return _of_job(error.reason)
    return _of_class(error)


def _of_class(error: EightcountError) -> ExitCode:
    from eightcount_client import errors

    codes: dict[type[EightcountError], ExitCode] = {
        errors.UnreachableError: ExitCode.UNREACHABLE,
        errors.BusyError: ExitCode.UNREACHABLE,
        errors.AuthenticationError: ExitCode.UNREACHABLE,
        errors.ForbiddenError: ExitCode.UNREACHABLE,
        errors.InvalidRequestError: ExitCode.USAGE,
        errors.NotFoundError: ExitCode.USAGE,
        errors.ConflictError: ExitCode.USAGE,
        errors.UnusableMediaError: ExitCode.BAD_MEDIA,
    }
    return next((code for kind, code in codes.items() if isinstance(error, kind)), ExitCode.FAILED)


def _of_job(reason: str) -> ExitCode:
    if reason == "INTERNAL":
        return ExitCode.FAILED
    away = reason in _UNAVAILABLE or reason.endswith(_UNAVAILABLE_ENDINGS)
    return ExitCode.UNREACHABLE if away else ExitCode.BAD_MEDIA
