"""`eightcount classify`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from eightcount_client.cli.options import (
    dancer_option,
    file_argument,
    own_styles_option,
    pose_model_option,
    print_result,
    server_options,
)
from eightcount_client.cli.settings import Settings


@click.command()
@file_argument("file")
@click.option(
    "--style-model", default="", metavar="NAME",
    help="Style model, as `styles list` names it; the server's default if not given.",
)  # fmt: skip
@own_styles_option
@pose_model_option()
@dancer_option("--dancer", "where several people are in FILE")
@server_options
def classify(settings: Settings, file: Path, **options: Any) -> None:
    """Classify the dance style of FILE, as a whole and over time, with probabilities.

    FILE is a video, or a motion: .npz as `extract` writes it, or .bvh. A dance of a style that the model does not know
    is "unknown". Ctrl-C cancels the job on the server.
    """
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
