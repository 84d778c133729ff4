"""How a command ends: exit codes, and errors that become one line for a person or one object for a program."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from http import HTTPStatus
from types import FrameType

from eightcount_gateway.stack import StackError


class ExitCode(IntEnum):
    """Exit codes of every command."""

    OK = 0
    FAILED = 1
    """A fault of the server, or a result that could not be written."""
    USAGE = 2
    """The arguments are wrong, or name something that does not exist."""
    BAD_MEDIA = 3
    """A file cannot serve: not a video, truncated, nobody in it, too large."""
    NO_MATCH = 4
    """`align` found no single place where the recordings fit."""
    UNREACHABLE = 5
    """The server cannot be reached, is overloaded or refuses us, or the private stack cannot start."""
    CANCELLED = 6
    """Somebody else cancelled the work on the server."""
    INTERRUPTED = 130
    """Ctrl-C or SIGTERM; running work was cancelled."""


class CliError(Exception):
    """Ends a command with a reason for programs and a sentence for people."""

    def __init__(self, message: str, *, reason: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.exit_code = exit_code


class UnreachableError(CliError):
    """The server did not answer, or not now; asking again can help."""

    def __init__(self, message: str, *, reason: str = "SERVER_UNREACHABLE") -> None:
        super().__init__(message, reason=reason, exit_code=ExitCode.UNREACHABLE)


_UNAVAILABLE = {
    HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT
}  # fmt: skip
_EXIT_CODES = {
    HTTPStatus.UNAUTHORIZED: ExitCode.UNREACHABLE,
    HTTPStatus.FORBIDDEN: ExitCode.UNREACHABLE,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: ExitCode.BAD_MEDIA,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: ExitCode.BAD_MEDIA,
    HTTPStatus.UNPROCESSABLE_ENTITY: ExitCode.BAD_MEDIA,
    HTTPStatus.BAD_REQUEST: ExitCode.USAGE,
    HTTPStatus.NOT_FOUND: ExitCode.USAGE,
    HTTPStatus.CONFLICT: ExitCode.USAGE,
}
_AWAY = ("BUSY", "UNAVAILABLE", "SERVICE_UNREACHABLE", "DEADLINE_EXCEEDED", "CLASSIFIER_NOT_CONFIGURED")
_NAMED = ("STYLE_MODEL_NOT_FOUND", "NO_DANCE_MODEL", "DANCE_MODEL_NOT_FOUND", "NO_SUCH_MODEL", "UNKNOWN_STYLE",
          "UNKNOWN_FAMILY", "NO_EPOCHS", "NO_KEY_POSES", "INVALID_WISHES", "NO_FINE_TUNING")  # fmt: skip
"""Reasons that lie with what was named on the command line."""
_SERVICES = ("POSE", "SYNC", "SCORING", "CLASSIFIER", "GENERATOR")
_OTHER_FAULTS = {
    "INTERNAL": ExitCode.FAILED,
    "CANCELLED": ExitCode.CANCELLED,
    **dict.fromkeys(_NAMED, ExitCode.USAGE),
    **dict.fromkeys(_AWAY, ExitCode.UNREACHABLE),
    **{f"{service}_UNAVAILABLE": ExitCode.UNREACHABLE for service in _SERVICES},
}
"""Exit codes of reasons that do not lie with the media."""


def error_of_response(status: int, *, reason: str, message: str) -> CliError:
    """The error that an HTTP answer stands for."""
    if status in _UNAVAILABLE:
        return UnreachableError(message, reason=reason)
    code = ExitCode.USAGE if reason == "INVALID_INPUT" else _EXIT_CODES.get(HTTPStatus(status), ExitCode.FAILED)
    return CliError(message, reason=reason, exit_code=code)


def error_of_job(*, reason: str, message: str) -> CliError:
    """The error that failed work stands for.

    Its request was accepted, so what is no fault of the server lies with the media.
    """
    return CliError(message, reason=reason, exit_code=_OTHER_FAULTS.get(reason, ExitCode.BAD_MEDIA))


@contextmanager
def reported(*, as_json: bool) -> Iterator[None]:
    """Ends the process with the right code and one line when the command fails; SIGTERM acts like Ctrl-C.

    With `as_json` standard output gets `{"error": {"reason", "message"}}`, too.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except CliError as error:
        _fail(error.exit_code, error.reason, error.message, as_json=as_json)
    except StackError as error:
        _fail(ExitCode.UNREACHABLE, error.reason, error.message, as_json=as_json)
    except KeyboardInterrupt:
        _fail(ExitCode.INTERRUPTED, "INTERRUPTED", "interrupted", as_json=as_json)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _fail(ExitCode.FAILED, "IO_ERROR", f"{error.strerror or error}{where}", as_json=as_json)
    except Exception as error:  # the edge of the process
        if os.environ.get("EIGHTCOUNT_TRACEBACK"):
            raise
        message = f"unexpected {type(error).__name__}: {error}; EIGHTCOUNT_TRACEBACK=1 shows where it comes from"
        _fail(ExitCode.FAILED, "UNEXPECTED", message, as_json=as_json)


def ignore_interrupts() -> None:
    """From now on nothing disturbs an orderly end, which is bounded in time."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_IGN)


def _fail(code: ExitCode, reason: str, message: str, *, as_json: bool) -> None:
    print(f"eightcount: {' '.join(message.split())} [{reason}]", file=sys.stderr)
    if as_json:
        print(json.dumps({"error": {"reason": reason, "message": message}}))
    sys.exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
