"""The commands and their arguments."""

from __future__ import annotations

import json
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import typer

from eightcount_client.cli import commands, dance_commands, style_commands, training_commands
from eightcount_client.cli.options import JsonOption, print_result
from eightcount_client.cli.outcomes import ExitCode, ignore_interrupts, reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_gateway import fetch_three
from eightcount_gateway.settings import GatewaySettings
from eightcount_gateway.stack import Stack

_EPILOG = (
    "Exit codes: 0 done; 1 a fault of the server; 2 wrong arguments; 3 a file cannot serve; 4 align found no single "
    "match; 5 the server cannot be reached or the stack cannot start; 6 cancelled on the server; 130 interrupted."
)
app = typer.Typer(
    help="Tells a dancer, count by count, what to change, and makes dances to music. " + _EPILOG,
    epilog="EIGHTCOUNT_URL names the server to use; without it a command starts a private stack for its run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Runs the command line."""
    app()


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    as_json: JsonOption = False,
) -> None:
    if show_version:
        print_result({"version": _version()} if as_json else f"eightcount {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(ExitCode.USAGE)


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="HTTP port; 0 picks a free one.")] = 8000,
    data: Annotated[Path, typer.Option(file_okay=False, help="Objects, jobs and logs.")] = Path("eightcount-data"),
    as_json: JsonOption = False,
) -> None:
    """Start every service on this machine and keep it running until Ctrl-C.

    Crashed services are started again. Logs are in DATA/logs.
    """
    display = ProgressDisplay()
    with reported(as_json=as_json):
        display.say("starting pose, sync, scoring, classifier, generator and the gateway")
        if not fetch_three.is_there(GatewaySettings().three):
            display.say(f"dances are shown as films only; for the 3D stage run {fetch_three.COMMAND}")
        with Stack(data, host=host, port=port, announce=display.say) as stack:
            ready = f"Eightcount is ready at {stack.url} (data and logs in {data}; Ctrl-C stops)"
            typer.echo(
                json.dumps({"url": stack.url, "data": str(data.resolve()), "pids": stack.pids}) if as_json else ready
            )
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                ignore_interrupts()
                display.say("stopping")
        display.say("stopped")


for _command in (
    commands.compare, commands.extract, commands.align, style_commands.classify, dance_commands.choreograph
):  # fmt: skip
    app.command()(_command)
app.add_typer(style_commands.styles)
app.add_typer(training_commands.train)


def _version() -> str:
    try:
        return version("eightcount-gateway")
    except PackageNotFoundError:
        return "unknown (not installed)"
