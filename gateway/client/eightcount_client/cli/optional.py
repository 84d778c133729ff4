"""Parts of Eightcount that are used when they are installed; found by name, so that the client runs without them."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from eightcount_client.cli.errors import CliError
from eightcount_client.cli.exit_codes import ExitCode


def import_optional(module: str, *, purpose: str, distribution: str) -> Any:
    """Return a module of a distribution that the client does not depend on.

    Raises:
        CliError: NOT_INSTALLED; the message says what to install.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != package:
            raise
        message = f"{purpose} {distribution}, which is not installed here: pip install {distribution}"
        raise CliError(message, reason="NOT_INSTALLED", exit_code=ExitCode.UNREACHABLE) from error
