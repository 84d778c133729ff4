"""Options of a dance besides numbers and names: key poses, and what an edit keeps."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any, NamedTuple

import click

BODY_PARTS = ("legs", "upper_body")
_ID = re.compile(r"[0-9a-f]{20}")
_REQUIRED = "SECONDS=DANCE_ID@MOMENT or SECONDS=FILE@MOMENT is required, such as 4.0=solo.mp4@3.2"


class KeyPoseOption(NamedTuple):
    """A pose to pass through.

    Attributes:
        seconds: time in the dance.
        source: id of an earlier dance, or a video or a motion file of this machine.
        at_seconds: time in the source.
    """

    seconds: float
    source: str | Path
    at_seconds: float


class KeyPoseText(click.ParamType[KeyPoseOption]):
    """`4.0=5f0d2c9a7b1e4f3a8c6d@12.5` or `4.0=solo.mp4@3.2`; without `@` the first moment."""

    name = "SECONDS=SOURCE@MOMENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> KeyPoseOption:
        """Return the key pose."""
        when, has_source, rest = str(value).partition("=")
        source, has_moment, moment = rest.rpartition("@")
        if not has_moment or (not _is_moment(moment) and Path(rest).is_file()):
            source, moment = rest, "0"
        if not (has_source and source and _is_moment(when) and _is_moment(moment)):
            self.fail(f"{_REQUIRED}; got {value!r}", param, ctx)
        path = Path(source)
        if path.is_file():
            return KeyPoseOption(float(when), path, float(moment))
        if not _ID.fullmatch(source):
            self.fail(f"{source!r} is neither a file nor the id of a dance; {_REQUIRED}", param, ctx)
        return KeyPoseOption(float(when), source, float(moment))


def check_edit(*, edit: str, keep: tuple[str, ...], start: float, end: float | None) -> None:
    """Check that the options of an edit go together.

    Raises:
        UsageError: they do not.
    """
    if not edit:
        if keep or start or end is not None:
            raise click.UsageError("--keep, --from and --to require a dance to change: --edit DANCE_ID")
        return
    if set(keep) == set(BODY_PARTS):
        raise click.UsageError("an edit that keeps legs and upper_body changes nothing; --keep one of them")
    if not keep and not start and end is None:
        raise click.UsageError("--edit requires --keep, or the stretch to generate again: --from and --to")
    if end is not None and end <= start:
        raise click.UsageError(f"--to must be later than --from; got {start:g} to {end:g}")


def _is_moment(text: str) -> bool:
    try:
        return 0 <= float(text) < math.inf
    except ValueError:
        return False
