"""Arguments and answers that several commands share."""

from __future__ import annotations

import json
import math
from enum import StrEnum
from typing import Annotated, Any

import typer


class Model(StrEnum):
    """Size of the pose network."""

    heavy = "heavy"
    full = "full"
    lite = "lite"


FileArgument = typer.Argument(exists=True, dir_okay=False, readable=True)
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print JSON on standard output; progress is on standard error.")
]
ModelOption = Annotated[Model, typer.Option(help="Pose network: heavy is the most accurate, lite the fastest.")]


def _dancer(text: str) -> dict[str, float]:
    """`0.25,0.5@12.3` as the server takes it."""
    place, _, time = text.partition("@")
    try:
        x, y = (float(number) for number in place.split(","))
        at_seconds = float(time or 0)
    except ValueError as error:
        raise typer.BadParameter(f"X,Y or X,Y@SECONDS is wanted, got {text!r}") from error
    if not (0 <= x <= 1 and 0 <= y <= 1 and 0 <= at_seconds < math.inf):
        raise typer.BadParameter(f"X and Y from 0 to 1 and SECONDS from 0 on are wanted, got {text!r}")
    return {"x": x, "y": y, "at_seconds": at_seconds}


def dancer_option(name: str, where: str) -> Any:
    """An option that says whom to follow in a video with several people."""
    return typer.Option(
        name, metavar="X,Y[@SECONDS]", parser=_dancer, show_default=False,
        help=f"Whom to follow {where}: who is at X,Y at that time, as parts of the picture from its top left corner; "
        "0.25,0.5@3 is a quarter from the left, half-way down, after 3 s. The main dancer if not given.",
    )  # fmt: skip


def print_result(result: str | dict[str, Any]) -> None:
    """Prints what a command found out: text for a person, JSON for a program."""
    typer.echo(result if isinstance(result, str) else json.dumps(result, indent=2))
