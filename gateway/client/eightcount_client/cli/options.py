"""Arguments and options that several commands share, and how results are printed."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import click

from eightcount_client.cli.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
_CUT_SUFFIX = 6

OWN_STYLES = "few-shot"
"""Name of the model of the styles that were added."""
POSE_MODELS = ("heavy", "full", "lite")


def json_option(function: F) -> F:
    """Add `--json`."""
    return click.option(
        "--json", is_flag=True, expose_value=False, callback=_set_json,
        help="Print JSON on standard output, also for errors; progress is on standard error.",
    )(function)  # fmt: skip


def key_option(function: F) -> F:
    """Add `--key`."""
    return click.option(
        "--key", expose_value=False, callback=_set_key, metavar="KEY",
        help="API key for a server that requires one; EIGHTCOUNT_API_KEY when not given.",
    )(function)  # fmt: skip


def server_options(function: F) -> F:
    """Add the options of every command that uses a server, and pass it the settings."""
    return cast("F", key_option(json_option(click.pass_obj(function))))


def pose_model_option(*names: str) -> Callable[[F], F]:
    """Add the choice of the pose network."""
    return click.option(
        *(names or ("--model",)), type=click.Choice(POSE_MODELS), default="heavy", show_default=True,
        help="Pose network: heavy is the most accurate, lite the fastest.",
    )  # fmt: skip


def own_styles_option(function: F) -> F:
    """Add `--own-styles`, another way to name the model of the styles that were added."""
    return click.option(
        "--own-styles", "style_model", flag_value=OWN_STYLES,
        help="Choose among the styles that were added with `styles add`.",
    )(function)  # fmt: skip


class DancerPlace(click.ParamType[dict[str, float]]):
    """`0.25,0.5@12.3`: a place in the image and a time."""

    name = "X,Y[@SECONDS]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, float]:
        """Return the fields of a `Dancer`."""
        if isinstance(value, dict):
            return value
        place, _, time = str(value).partition("@")
        try:
            x, y = (float(number) for number in place.split(","))
            at_seconds = float(time or 0)
        except ValueError:
            self.fail(f"X,Y or X,Y@SECONDS is required; got {value!r}", param, ctx)
        if not (0 <= x <= 1 and 0 <= y <= 1 and 0 <= at_seconds < math.inf):
            self.fail(f"X and Y from 0 to 1, and SECONDS from 0 on, are required; got {value!r}", param, ctx)
        return {"x": x, "y": y, "at_seconds": at_seconds}


def dancer_option(name: str, where: str) -> Callable[[F], F]:
    """Add an option that selects one of several people in a video."""
    return click.option(
        name, type=DancerPlace(), metavar=DancerPlace.name,
        help=f"The person to follow {where}: X,Y is a position in fractions of the image from its top left corner; "
        "0.25,0.5@3 is a quarter from the left, half-way down, after 3 s. The main dancer if not given.",
    )  # fmt: skip


def file_argument(name: str, *, many: bool = False, folders: bool = False) -> Callable[[F], F]:
    """Add a file, or several, that can be read; with `folders` it can be a folder."""
    kind = click.Path(exists=True, dir_okay=folders, readable=True, path_type=Path)
    return click.argument(name, type=kind, nargs=-1 if many else 1, required=True)


class OutputFolder(click.Path):
    """A folder to write to; a path that looks like the name of a file is refused."""

    def __init__(self) -> None:
        super().__init__(file_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the folder."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if is_file_name(path):
            self.fail(f"a folder is required, several files are written to it; {path.name!r} is named like a file")
        return path


class OutputFile(click.Path):
    """A file to write, whose name must end with `suffix`."""

    def __init__(self, suffix: str) -> None:
        super().__init__(dir_okay=False, path_type=Path)
        self._suffix = suffix

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the file."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if path.suffix.lower() != self._suffix:
            self.fail(f"a {self._suffix} file is written, so its name must end with {self._suffix}; got {path.name!r}")
        return path


def is_file_name(path: Path) -> bool:
    """Return whether a path that is no folder yet looks like the name of a file: it ends like `.txt`."""
    suffix = path.suffix
    return 1 < len(suffix) <= _CUT_SUFFIX and any(letter.isalpha() for letter in suffix) and not path.is_dir()


def print_result(result: str | dict[str, Any]) -> None:
    """Print a result: text for a person, JSON for a program."""
    if isinstance(result, str):
        click.echo(result)
        return
    import json

    click.echo(json.dumps(result, indent=2))


def _set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    settings: Settings = context.find_root().obj
    settings.as_json = settings.as_json or value


def _set_key(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    settings: Settings = context.find_root().obj
    if value:
        settings.api_key = value
