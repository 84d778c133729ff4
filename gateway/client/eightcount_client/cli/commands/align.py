"""`eightcount align`."""

from __future__ import annotations

from pathlib import Path

import click

from eightcount_client.cli.exit_codes import ExitCode
from eightcount_client.cli.options import file_argument, print_result, server_options
from eightcount_client.cli.settings import Settings


@click.command()
@file_argument("a")
@file_argument("b")
@click.option("--search-speed/--no-search-speed", help="Try other speeds than 1, too; slower.")
@server_options
@click.pass_context
def align(context: click.Context, settings: Settings, a: Path, b: Path, search_speed: bool) -> None:
    """Find the time offset of recording B in recording A: t_A = t_B + offset_seconds.

    The exit code is 4 if there is no match, or more than one.
    """
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.text.reports import describe_alignment
    from eightcount_client.cli.work import recordings

    with ProgressDisplay() as display, connect(settings, display.say) as client:
        alignment = recordings.align(client, a, b, search_speed=search_speed, display=display)
    print_result(alignment.raw if settings.as_json else describe_alignment(alignment))
    if alignment.verdict != "aligned":
        if alignment.reason == "DIFFERENT_MUSIC" and not search_speed and not settings.as_json:
            print_result("If one of them plays faster or slower, --search-speed may find it.")
        context.exit(ExitCode.NO_MATCH)
