"""Options that give tempo, beats, metre and count by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from eightcount_client.values.beats import OwnBeats

F = TypeVar("F", bound=Callable[..., Any])
METRES = {"4/4": 4, "3/4": 3, "6/8": 6}
"""Metre -> beats in a bar."""


def beats_options(function: F) -> F:
    """Add the options that give tempo, first beat, metre and count by hand."""
    options = (
        click.option("--bpm", type=click.FloatRange(20.0, 400.0), help="Tempo of the music, with --first-beat."),
        click.option(
            "--first-beat", type=click.FloatRange(min=0.0), metavar="SECONDS",
            help="A beat of the music; with neither --bpm nor --taps it only says where the count begins.",
        ),
        click.option(
            "--taps", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path), metavar="FILE",
            help="Text file with the second of a beat at the beginning of each line, instead of --bpm.",
        ),
        click.option("--metre", type=click.Choice(list(METRES)), help="Metre; 3/4 and 6/8 are counted in sixes."),
        click.option(
            "--count-one", type=click.IntRange(1, 12), default=1, show_default=True, metavar="COUNT",
            help="Count of the first beat, or tap.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def take_beats(options: dict[str, Any]) -> OwnBeats | None:
    """Take the options of `beats_options` out of all options, and return them as beats; None if none is given."""
    from eightcount_client.values.beats import OwnBeats

    bpm, first_beat, taps, metre, count = (
        options.pop(name) for name in ("bpm", "first_beat", "taps", "metre", "count_one")
    )
    if bpm is not None and taps is not None:
        raise click.UsageError("either --bpm or --taps is possible, not both")
    if bpm is not None and first_beat is None:
        raise click.UsageError("--bpm needs --first-beat, the second of any beat")
    if bpm is None and first_beat is None and taps is None and metre is None:
        if count != 1:
            raise click.UsageError("--count-one needs --first-beat, --taps or --metre")
        return None
    return OwnBeats(
        bpm=bpm, first_beat_s=first_beat, taps_s=read_taps(taps) if taps else None,
        beats_per_bar=METRES[metre] if metre else None, first_count=count,
    )  # fmt: skip


def read_taps(path: Path) -> tuple[float, ...]:
    """Read the seconds at the beginnings of the lines of a file."""
    try:
        return tuple(float(line.split()[0]) for line in path.read_text().splitlines() if line.strip())
    except ValueError as error:
        raise click.UsageError(f"{path.name} must have a second at the beginning of each line: {error}") from error
