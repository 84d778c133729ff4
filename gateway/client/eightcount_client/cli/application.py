"""The root of the command line."""

from __future__ import annotations

from collections.abc import Sequence

import click

from eightcount_client.cli.errors import report_errors
from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.lazy_group import LazyGroup
from eightcount_client.cli.options import json_option, key_option, print_result
from eightcount_client.cli.settings import Settings

_COMMANDS = "eightcount_client.cli.commands"
_EXIT_CODES = (
    "Exit codes: 0 success; 1 the server failed, or a result could not be written; 2 wrong arguments; 3 a file cannot "
    "be used; 4 align found no single match; 5 the server cannot be reached or refuses the API key, or the private "
    "stack cannot start; 6 cancelled on the server; 130 interrupted."
)


@click.group(
    cls=LazyGroup,
    lazy={
        "compare": (f"{_COMMANDS}.compare:compare", "Score a take against a reference and say what to change."),
        "extract": (f"{_COMMANDS}.extract:extract", "Write the dancer's keypoints of a video to a numpy file."),
        "align": (f"{_COMMANDS}.align:align", "Find the time offset between two recordings."),
        "classify": (f"{_COMMANDS}.classify:classify", "Classify the dance style of a recording."),
        "choreograph": (f"{_COMMANDS}.choreograph:choreograph", "Generate a dance to a song."),
        "styles": (f"{_COMMANDS}.styles:styles", "List style models; add and remove your own styles."),
        "train": (f"{_COMMANDS}.train:train", "Train models on your own recordings."),
        "data": (f"{_COMMANDS}.data:data", "List and delete what the server stores."),
        "up": (f"{_COMMANDS}.up:up", "Start every service on this machine."),
        "completion": (f"{_COMMANDS}.completion:completion", "Print the completion script of a shell."),
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    invoke_without_command=True,
    no_args_is_help=True,
    epilog="EIGHTCOUNT_URL names the server to use; without it, a command starts a private stack for its run.",
    help=f"Compare dance videos count by count, classify dance styles, and generate dances to music.\n\n{_EXIT_CODES}",
)
@click.option("--version", "show_version", is_flag=True, help="Print the version.")
@json_option
@key_option
@click.pass_context
def application(context: click.Context, show_version: bool) -> None:
    """Handle the options that need no command."""
    settings: Settings = context.obj
    if show_version:
        version = _version()
        print_result({"version": version} if settings.as_json else f"eightcount {version}")
    elif context.invoked_subcommand is None:
        raise click.UsageError("a command is required", context)


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    with report_errors(as_json="--json" in arguments):
        code = application.main(
            args=list(arguments), prog_name="eightcount", standalone_mode=False, obj=Settings.from_environment()
        )
        return code if isinstance(code, int) else ExitCode.OK


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("eightcount-client")
    except PackageNotFoundError:
        return "unknown (not installed)"
