"""`eightcount classify`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.options import (
    dancer_option,
    file_argument,
    own_styles_option,
    pose_model_option,
    print_result,
    server_options,
)
from eightcount_client.cli.settings import Settings

if TYPE_CHECKING:
    from eightcount_client.cli.work.dataset import Dataset


@click.command()
@file_argument("file", folders=True)
@click.option(
    "--csv", "table", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path), metavar="TABLE",
    help="Classify every recording below the folder FILE and write a table; - is standard output.",
)  # fmt: skip
@click.option(
    "--style-model", default="", metavar="NAME",
    help="Style model, as `styles list` names it; the server's default if not given.",
)  # fmt: skip
@own_styles_option
@pose_model_option()
@dancer_option("--dancer", "where several people are in FILE")
@server_options
def classify(settings: Settings, file: Path, table: Path | None, **options: Any) -> ExitCode:
    """Classify the dance style of FILE, as a whole and over time, with probabilities.

    FILE is a video, or a motion: .npz as `extract` writes it, or .bvh. A dance of a style that the model does not know
    is "unknown". Ctrl-C cancels the job on the server.

    With --csv FILE is a folder, and TABLE gets a row for each video and motion file anywhere below it: file, style,
    confidence, second best style and its confidence, and why no style is named. A recording that cannot be used has its
    reason there and does not stop the others; the exit code is then 3. Recordings that the server knows are not sent
    again.
    """
    _check_arguments(file, table, options, as_json=settings.as_json)
    if table is not None:
        return _classify_folder(settings, file, None if str(table) == "-" else table, options)
    _classify_file(settings, file, options)
    return ExitCode.OK


def _check_arguments(file: Path, table: Path | None, options: dict[str, Any], *, as_json: bool) -> None:
    if file.is_dir() and table is None:
        raise click.UsageError(f"{file} is a folder; --csv TABLE classifies every recording in it")
    if table is None:
        return
    if not file.is_dir():
        raise click.UsageError(f"--csv requires a folder; {file} is a file")
    if options["dancer"]:
        raise click.UsageError("--dancer selects a dancer in one file; it cannot be used with --csv")
    if as_json and str(table) == "-":
        raise click.UsageError("--json and --csv - both write to standard output; choose one of them")


def _classify_file(settings: Settings, file: Path, options: dict[str, Any]) -> None:
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.styles import describe_classification
    from eightcount_client.cli.work import styles

    with ProgressDisplay() as display, connect(settings, display.say) as client:
        found = styles.classify(client, file, options=options, display=display)
    if settings.as_json:
        print_result({"id": found.id, "url": found.page, "result": found.result.raw})
    else:
        print_result(describe_classification(found.result))


def _classify_folder(settings: Settings, folder: Path, target: Path | None, options: dict[str, Any]) -> ExitCode:
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.style_table import open_table
    from eightcount_client.cli.work.dataset import list_recordings
    from eightcount_client.cli.work.style_rows import classify_all

    dataset, failed = list_recordings(folder), 0
    with ProgressDisplay() as display, connect(settings, display.say) as client, open_table(target) as write:
        for row in classify_all(client, dataset.recordings, options=options, display=display):
            write(row)
            failed += row.failure is not None
    _report_table(settings, dataset, target, failed)
    return ExitCode.BAD_MEDIA if failed else ExitCode.OK


def _report_table(settings: Settings, dataset: Dataset, target: Path | None, failed: int) -> None:
    """Say how many recordings were classified, and which files were no recordings."""
    from eightcount_client.cli.text.styles import describe_rejected

    total = len(dataset.recordings)
    if settings.as_json:
        print_result({"file": str(target), "recordings": total, "failed": failed})
        return
    where = "" if target is None else f"; written to {target}"
    lines = [f"Classified {total - failed} of {total} recordings{where}", *describe_rejected(dataset.left_out)]
    click.echo("\n".join(lines), err=target is None)
