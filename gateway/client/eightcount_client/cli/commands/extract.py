"""`eightcount extract`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eightcount_client.cli.options import (
    OutputFile,
    dancer_option,
    file_argument,
    pose_model_option,
    print_result,
    server_options,
)
from eightcount_client.cli.settings import Settings


@click.command()
@file_argument("video")
@click.option("--out", type=OutputFile(".npz"), required=True, help="The .npz file to write.")
@pose_model_option()
@dancer_option("--dancer", "where several people are in VIDEO")
@server_options
def extract(settings: Settings, video: Path, out: Path, **options: Any) -> None:
    """Write the dancer's keypoints of VIDEO to a numpy file.

    Arrays: timestamps [T] in seconds, image [T,33,2] in pixels, world [T,33,3] in metres, visibility [T,33]; and
    skeleton, keypoints and model by name.
    """
    from eightcount_client.cli.progress import ProgressDisplay
    from eightcount_client.cli.session import connect
    from eightcount_client.cli.work import recordings

    with ProgressDisplay() as display, connect(settings, display.say) as client:
        warnings = recordings.extract(client, video, out, options=options, display=display)
    if settings.as_json:
        print_result(
            {"file": str(out), "warnings": [{"reason": one.reason, "message": one.message} for one in warnings]}
        )
    else:
        print_result("\n".join([f"Written to {out}", *(f"Mind: {one.message}" for one in warnings)]))
