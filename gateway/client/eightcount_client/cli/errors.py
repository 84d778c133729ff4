"""Errors of commands, as one line for a person or one object for a program."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click

from eightcount_client.cli.exit_codes import ExitCode, exit_code_of

if TYPE_CHECKING:
    from types import FrameType

    from eightcount_client.errors import EightcountError


class CliError(Exception):
    """Ends a command with a reason for programs and a sentence for people."""

    def __init__(self, message: str, *, reason: str, exit_code: ExitCode) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.exit_code = exit_code


@contextmanager
def report_errors(*, as_json: bool) -> Iterator[None]:
    """End the process with the right code and one line when a command fails; SIGTERM acts like Ctrl-C.

    With `as_json` standard output gets `{"error": {"reason", "message"}}`, too.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    except click.ClickException as error:
        _end_with_usage(error, as_json=as_json)
    except CliError as error:
        _end(error.exit_code, error.reason, error.message, as_json=as_json)
    except (KeyboardInterrupt, click.Abort):
        _end(ExitCode.INTERRUPTED, "INTERRUPTED", "interrupted", as_json=as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.FAILED)
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        _end(ExitCode.FAILED, "IO_ERROR", f"{error.strerror or error}{where}", as_json=as_json)
    except Exception as error:  # the edge of the process
        from eightcount_client.errors import EightcountError

        if isinstance(error, EightcountError):
            _end(exit_code_of(error), error.reason, error.message, as_json=as_json, **_details(error))
        if os.environ.get("EIGHTCOUNT_TRACEBACK"):
            raise
        message = f"unexpected {type(error).__name__}: {error}; EIGHTCOUNT_TRACEBACK=1 shows where it comes from"
        _end(ExitCode.FAILED, "UNEXPECTED", message, as_json=as_json)


def ignore_interrupts() -> None:
    """Let nothing disturb an orderly end, which is bounded in time."""
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, signal.SIG_IGN)


def _details(error: EightcountError) -> dict[str, Any]:
    """Fields of a problem that a program may want to know."""
    request_id = getattr(error, "request_id", "")
    fields = [{"field": one.field, "message": one.message} for one in getattr(error, "field_errors", ())]
    return ({"request_id": request_id} if request_id else {}) | ({"errors": fields} if fields else {})


def _end_with_usage(error: click.ClickException, *, as_json: bool) -> NoReturn:
    if as_json:
        _end(ExitCode.USAGE, "INVALID_ARGUMENTS", error.format_message(), as_json=True)
    error.show()
    sys.exit(ExitCode.USAGE)


def _end(code: ExitCode, reason: str, message: str, *, as_json: bool, **details: Any) -> NoReturn:
    click.echo(f"eightcount: {' '.join(message.split())} [{reason}]", err=True)
    if as_json:
        import json

        click.echo(json.dumps({"error": {"reason": reason, "message": message, **details}}))
    sys.exit(code)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
