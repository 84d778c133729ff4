"""What one asks for of a dance on the command line, besides numbers and names: key poses, and what an edit keeps."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

_ID = re.compile(r"[0-9a-f]{20}")
_WANTED = "SECONDS=DANCE_ID@MOMENT or SECONDS=FILE@MOMENT is wanted, such as 4.0=solo.mp4@3.2"


class BodyPart(StrEnum):
    """What an edit keeps."""

    legs = "legs"
    upper_body = "upper_body"


@dataclass(frozen=True, slots=True)
class KeyPose:
    """A pose to pass through.

    Attributes:
        seconds: when in the dance.
        source: an earlier dance, or a video or a motion file of this machine.
        at_seconds: when in that.
    """

    seconds: float
    source: str | Path
    at_seconds: float


@dataclass(frozen=True, slots=True)
class Edit:
    """Which dance is changed and what of it; all zero for the whole length."""

    dance_id: str
    keep: tuple[str, ...]
    start_seconds: float
    end_seconds: float

    def as_json(self) -> dict[str, Any]:
        """As the server takes it."""
        stretch = {"start_seconds": self.start_seconds, "end_seconds": self.end_seconds}
        return {"dance_id": self.dance_id, "keep": list(self.keep), **stretch}


def parse_key_pose(text: str) -> KeyPose:
    """`4.0=5f0d2c9a7b1e4f3a8c6d@12.5` or `4.0=solo.mp4@3.2`; without `@` the first moment.

    Raises:
        BadParameter: it is neither, or there is no such file.
    """
    when, has_source, rest = text.partition("=")
    source, has_moment, moment = rest.rpartition("@")
    if not has_moment or (not _is_moment(moment) and Path(rest).is_file()):
        source, moment = rest, "0"
    if not (has_source and source and _is_moment(when) and _is_moment(moment)):
        raise typer.BadParameter(f"{_WANTED}; got {text!r}")
    path = Path(source)
    if path.is_file():
        return KeyPose(float(when), path, float(moment))
    if not _ID.fullmatch(source):
        raise typer.BadParameter(f"{source!r} is no file, and not the id of a dance; {_WANTED}")
    return KeyPose(float(when), source, float(moment))


def edit_of(dance_id: str, keep: list[BodyPart] | None, start_seconds: float, end_seconds: float) -> Edit | None:
    """What is asked for of an edit; none where nothing is.

    Raises:
        BadParameter: the options do not go together.
    """
    kept = tuple(dict.fromkeys(part.value for part in keep or ()))
    if not dance_id:
        if kept or start_seconds or end_seconds:
            raise typer.BadParameter("--keep, --from and --to want a dance to change: --edit DANCE_ID")
        return None
    if len(kept) == len(BodyPart):
        raise typer.BadParameter("who keeps legs and upper_body changes nothing; --keep one of them")
    if not kept and not start_seconds and not end_seconds:
        raise typer.BadParameter("--edit wants --keep, or a stretch that is made anew: --from and --to")
    if end_seconds and end_seconds <= start_seconds:
        raise typer.BadParameter(f"--to lies behind --from; got {start_seconds:g} to {end_seconds:g}")
    return Edit(dance_id, kept, start_seconds, end_seconds)


def _is_moment(text: str) -> bool:
    try:
        return 0 <= float(text) < math.inf
    except ValueError:
        return False
