"""`eightcount compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eightcount_client.cli.beats_options import beats_options, take_beats
from eightcount_client.cli.options import (
    OutputFolder,
    dancer_option,
    file_argument,
    pose_model_option,
    print_result,
    server_options,
)
from eightcount_client.cli.settings import Settings


@click.command()
@file_argument("reference")
@file_argument("take")
@click.option(
    "--out", type=OutputFolder(), default=Path("eightcount-result"), show_default=True, help="Folder of the results."
)
@pose_model_option()
@click.option("--mirrored/--no-mirrored", help="The take mirrors the reference.")
@dancer_option("--reference-dancer", "in REFERENCE")
@dancer_option("--take-dancer", "in TAKE")
@click.option("--skeletons-only/--no-skeletons-only", help="Show skeletons and no person in the video.")
@click.option(
    "--align", type=click.Choice(["auto", "audio", "motion"]), default="auto", show_default=True,
    help="Align by sound, by motion, or by whichever fits.",
)  # fmt: skip
@beats_options
@server_options
def compare(settings: Settings, reference: Path, take: Path, out: Path, **options: Any) -> None:
    """Score TAKE against REFERENCE and say what to change.

    Writes report.json, side_by_side.mp4, reference.npz and take.npz. Ctrl-C cancels the comparison on the server.
    """
    options["beats"] = take_beats(options)

    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.reports import summarise_report
    from eightcount_client.cli.work import recordings

    with ProgressDisplay() as display, connect(settings, display.say) as client:
        comparison = recordings.compare(client, reference, take, options=options, display=display)
        files = recordings.fetch_results(client, comparison.id, out)
    if settings.as_json:
        report = comparison.report.raw
        print_result({"id": comparison.id, "url": comparison.page, "files": files, "report": report})
    else:
        names = ", ".join(Path(path).name for path in files.values())
        print_result(f"{summarise_report(comparison.report)}\n\nWritten to {out}: {names}")
