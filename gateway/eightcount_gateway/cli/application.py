"""The commands and their arguments."""

from __future__ import annotations

import json
import threading
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import typer

from eightcount_gateway.cli import work
from eightcount_gateway.cli.outcomes import ExitCode, ignore_interrupts, reported
from eightcount_gateway.cli.progress import ProgressDisplay
from eightcount_gateway.cli.session import ClientSettings, connected
from eightcount_gateway.cli.summary import describe_alignment, summarise_report
from eightcount_gateway.stack import Stack

_EPILOG = (
    "Exit codes: 0 done; 1 a fault of the server; 2 wrong arguments; 3 a file cannot serve; 4 align found no single "
    "match; 5 the server cannot be reached or the stack cannot start; 6 cancelled on the server; 130 interrupted."
)
app = typer.Typer(
    help="Tells a dancer, count by count, what to change. " + _EPILOG,
    epilog="EIGHTCOUNT_URL names the server to use; without it a command starts a private stack for its run.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Model(StrEnum):
    """Size of the pose network."""

    heavy = "heavy"
    full = "full"
    lite = "lite"


class AlignBy(StrEnum):
    """What lines the two videos up."""

    auto = "auto"
    audio = "audio"
    motion = "motion"


_File = typer.Argument(exists=True, dir_okay=False, readable=True)
_Json = Annotated[bool, typer.Option("--json", help="Print JSON on standard output; progress is on standard error.")]
_Model = Annotated[Model, typer.Option(help="Pose network: heavy is the most accurate, lite the fastest.")]


def main() -> None:
    """Runs the command line."""
    app()


@app.callback(invoke_without_command=True)
def _root(
    context: typer.Context,
    show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    as_json: _Json = False,
) -> None:
    if show_version:
        _print({"version": _version()} if as_json else f"eightcount {_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        raise typer.Exit(ExitCode.USAGE)


@app.command()
def up(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="HTTP port; 0 picks a free one.")] = 8000,
    data: Annotated[Path, typer.Option(file_okay=False, help="Objects, jobs and logs.")] = Path("eightcount-data"),
    as_json: _Json = False,
) -> None:
    """Start every service on this machine and keep it running until Ctrl-C.

    Crashed services are started again. Logs are in DATA/logs.
    """
    display = ProgressDisplay()
    with reported(as_json=as_json):
        display.say("starting pose, sync, scoring and the gateway")
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


@app.command()
def compare(
    reference: Annotated[Path, _File],
    take: Annotated[Path, _File],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the results.")] = Path("eightcount-result"),
    model: _Model = Model.heavy,
    mirrored: Annotated[bool, typer.Option(help="The take is a mirror image of the reference.")] = False,
    skeletons_only: Annotated[bool, typer.Option(help="Show skeletons and no person in the video.")] = False,
    align_by: Annotated[
        AlignBy, typer.Option("--align", help="Line up by sound, by motion, or what fits.")
    ] = AlignBy.auto,
    as_json: _Json = False,
) -> None:
    """Score TAKE against REFERENCE and say what to change.

    Writes report.json, side_by_side.mp4, reference.npz and take.npz. Ctrl-C cancels the comparison on the server.
    """
    options = work.ComparisonOptions(model.value, mirrored, skeletons_only, align_by.value)
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            comparison = work.compare(client, reference, take, options=options, display=display)
            files = work.fetch_results(client, comparison.id, out)
        if as_json:
            _print({"id": comparison.id, "url": comparison.page, "files": files, "report": comparison.report})
        else:
            _print(
                f"{summarise_report(comparison.report)}\n\nWritten to {out}: {', '.join(map(_name, files.values()))}"
            )


@app.command()
def extract(
    video: Annotated[Path, _File],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The npz file to write.")],
    model: _Model = Model.heavy,
    as_json: _Json = False,
) -> None:
    """Write the dancer's keypoints of VIDEO to a numpy file.

    Arrays: timestamps [T] in seconds, image [T,33,2] in pixels, world [T,33,3] in metres, visibility [T,33]; and
    skeleton, keypoints and model by name.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            work.extract(client, video, out, model=model.value, display=display)
        _print({"file": str(out)} if as_json else f"Written to {out}")


@app.command()
def align(
    a: Annotated[Path, _File],
    b: Annotated[Path, _File],
    search_speed: Annotated[bool, typer.Option(help="Try other speeds than 1, too; slower.")] = False,
    as_json: _Json = False,
) -> None:
    """Find how recording B lies on the time of recording A: t_A = t_B + offset_seconds.

    Ends with exit code 4 when there is no match, or more than one.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            alignment = work.align(client, a, b, search_speed=search_speed, display=display)
        _print(alignment if as_json else describe_alignment(alignment))
    if alignment["verdict"] != "aligned":
        if alignment["reason"] == "DIFFERENT_MUSIC" and not search_speed and not as_json:
            _print("If one of them plays faster or slower, --search-speed may find it.")
        raise typer.Exit(ExitCode.NO_MATCH)


def _print(result: str | dict[str, Any]) -> None:
    typer.echo(result if isinstance(result, str) else json.dumps(result, indent=2))


def _name(path: str) -> str:
    return Path(path).name


def _version() -> str:
    try:
        return version("eightcount-gateway")
    except PackageNotFoundError:
        return "unknown (not installed)"
