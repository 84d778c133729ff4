"""Arguments and answers that several commands share."""

from __future__ import annotations

import json
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


def print_result(result: str | dict[str, Any]) -> None:
    """Prints what a command found out: text for a person, JSON for a program."""
    typer.echo(result if isinstance(result, str) else json.dumps(result, indent=2))
