"""The table of frames in a BVH file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from eightcount_common.importing.bvh_hierarchy import Hierarchy, parse_number, refuse

MAX_FRAMES = 250_000
"""Maximum number of frames: 34 minutes at 120 frames per second."""

_FRAMES = re.compile(r"frames\s*:\s*(\S+)", re.IGNORECASE)
_FRAME_TIME = re.compile(r"frame\s*time\s*:\s*(\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Frames:
    """The table of frames.

    Attributes:
        values: [T, C] of all channels in the order of the hierarchy.
        seconds: time from one frame to the next.
    """

    values: NDArray[np.float64]
    seconds: float


def read_frames(lines: list[str], hierarchy: Hierarchy) -> Frames:
    """Read the frames that follow the hierarchy.

    Raises:
        InvalidInputError: INVALID_BVH, with the line and what was expected there.
    """
    start, channels = hierarchy.motion_line, sum(len(names or ()) for names in hierarchy.channels)
    rows = [(number, line) for number, line in enumerate(lines[start:], start=start + 1) if line.strip()]
    (count_line, count_text), (time_line, time_text) = (*rows, (len(lines), ""), (len(lines), ""))[:2]
    count = _FRAMES.fullmatch(count_text.strip())
    if count is None or not count[1].isdecimal() or not 1 <= int(count[1][:9]) <= MAX_FRAMES:
        refuse(count_line, f"'Frames: N' with N from 1 to {MAX_FRAMES}", count_text)
    time = _FRAME_TIME.fullmatch(time_text.strip())
    if time is None or not (seconds := parse_number(time_line, time[1])) > 0:
        refuse(time_line, "'Frame Time: S' with S above zero", time_text)
    frames = int(count[1])
    if len(rows) - 2 != frames:
        refuse(rows[-1][0], f"{frames} frames as stated by 'Frames:'", f"{len(rows) - 2} frames")
    return Frames(_parse_table(rows[2:], channels), seconds)


def _parse_table(rows: list[tuple[int, str]], channels: int) -> NDArray[np.float64]:
    """Return the rows as numbers; when that fails, the rows are parsed one by one to find the faulty line."""
    try:
        values = np.loadtxt((line for _, line in rows), dtype=np.float64, comments=None, ndmin=2)
    except ValueError:
        values = np.empty((0, 0))
    if values.shape != (len(rows), channels) or not np.isfinite(values).all():
        _refuse_bad_row(rows, channels)
    return values


def _refuse_bad_row(rows: list[tuple[int, str]], channels: int) -> NoReturn:
    for number, line in rows:
        words = line.split()
        if len(words) != channels:
            refuse(number, f"{channels} numbers, one for each channel", f"{len(words)}")
        for word in words:
            parse_number(number, word)
    refuse(rows[0][0], "a table of plain numbers", rows[0][1])
