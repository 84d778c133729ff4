"""The commands about one recording and another: compare, extract, align."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from eightcount_client.cli import work
from eightcount_client.cli.options import FileArgument, JsonOption, Model, ModelOption, dancer_option, print_result
from eightcount_client.cli.outcomes import ExitCode, reported
from eightcount_client.cli.progress import ProgressDisplay
from eightcount_client.cli.session import ClientSettings, connected
from eightcount_client.cli.summary import describe_alignment, summarise_report


class AlignBy(StrEnum):
    """What lines the two videos up."""

    auto = "auto"
    audio = "audio"
    motion = "motion"


def compare(
    reference: Annotated[Path, FileArgument],
    take: Annotated[Path, FileArgument],
    out: Annotated[Path, typer.Option(file_okay=False, help="Folder of the results.")] = Path("eightcount-result"),
    model: ModelOption = Model.heavy,
    mirrored: Annotated[bool, typer.Option(help="The take is a mirror image of the reference.")] = False,
    reference_dancer: Annotated[dict[str, float] | None, dancer_option("--reference-dancer", "in REFERENCE")] = None,
    take_dancer: Annotated[dict[str, float] | None, dancer_option("--take-dancer", "in TAKE")] = None,
    skeletons_only: Annotated[bool, typer.Option(help="Show skeletons and no person in the video.")] = False,
    align_by: Annotated[
        AlignBy, typer.Option("--align", help="Line up by sound, by motion, or what fits.")
    ] = AlignBy.auto,
    as_json: JsonOption = False,
) -> None:
    """Score TAKE against REFERENCE and say what to change.

    Writes report.json, side_by_side.mp4, reference.npz and take.npz. Ctrl-C cancels the comparison on the server.
    """
    options = work.ComparisonOptions(
        model.value, mirrored, skeletons_only, align_by.value, reference_dancer, take_dancer
    )  # fmt: skip
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            comparison = work.compare(client, reference, take, options=options, display=display)
            files = work.fetch_results(client, comparison.id, out)
        if as_json:
            print_result({"id": comparison.id, "url": comparison.page, "files": files, "report": comparison.report})
        else:
            print_result(
                f"{summarise_report(comparison.report)}\n\nWritten to {out}: {', '.join(map(_name, files.values()))}"
            )


def extract(
    video: Annotated[Path, FileArgument],
    out: Annotated[Path, typer.Option(dir_okay=False, help="The npz file to write.")],
    model: ModelOption = Model.heavy,
    dancer: Annotated[dict[str, float] | None, dancer_option("--dancer", "where several people are in VIDEO")] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the dancer's keypoints of VIDEO to a numpy file.

    Arrays: timestamps [T] in seconds, image [T,33,2] in pixels, world [T,33,3] in metres, visibility [T,33]; and
    skeleton, keypoints and model by name.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            work.extract(client, video, out, model=model.value, dancer=dancer, display=display)
        print_result({"file": str(out)} if as_json else f"Written to {out}")


def align(
    a: Annotated[Path, FileArgument],
    b: Annotated[Path, FileArgument],
    search_speed: Annotated[bool, typer.Option(help="Try other speeds than 1, too; slower.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Find how recording B lies on the time of recording A: t_A = t_B + offset_seconds.

    Ends with exit code 4 when there is no match, or more than one.
    """
    with reported(as_json=as_json):
        with ProgressDisplay() as display, connected(ClientSettings(), display.say) as client:
            alignment = work.align(client, a, b, search_speed=search_speed, display=display)
        print_result(alignment if as_json else describe_alignment(alignment))
    if alignment["verdict"] != "aligned":
        if alignment["reason"] == "DIFFERENT_MUSIC" and not search_speed and not as_json:
            print_result("If one of them plays faster or slower, --search-speed may find it.")
        raise typer.Exit(ExitCode.NO_MATCH)


def _name(path: str) -> str:
    return Path(path).name
