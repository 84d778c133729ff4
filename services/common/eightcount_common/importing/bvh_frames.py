"""The table of frames in a BVH file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh_hierarchy import Hierarchy, parse_number, refuse
from eightcount_common.importing.notes import FileNote

MAX_FRAMES = 250_000
"""Maximum number of frames: 34 minutes at 120 frames per second."""

SHORTEST_FRAME_SECONDS, LONGEST_FRAME_SECONDS = 1 / 2000, 1.0
"""Frame times that are believed: cameras of motion capture reach 2000 frames a second."""

_FRAMES = re.compile(r"frames\s*:?\s*(\S+)", re.IGNORECASE)
_FRAME_TIME = re.compile(r"frame\s*time\s*:?\s*(\S+)", re.IGNORECASE)

Rows = list[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Frames:
    """The table of frames.

    Attributes:
        values: [T, C] of all channels in the order of the hierarchy.
        seconds: time from one frame to the next.
        notes: where the table differs from its header.
    """

    values: NDArray[np.float64]
    seconds: float
    notes: tuple[FileNote, ...] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    """The header of the table: the stated number of frames, their time, and the first row after it."""

    frames: int
    seconds: float
    first_row: int


def read_frames(lines: list[str], hierarchy: Hierarchy, *, only_first: bool = False) -> Frames:
    """Read the frames that follow the hierarchy: as many as there are, whatever the header states.

    A row that the end of the file cuts off is left out, and a note says so.

    Args:
        lines: the whole file.
        hierarchy: read from it.
        only_first: whether the other frames, and their time, are not looked at.

    Raises:
        InvalidInputError: INVALID_BVH, with the line and what was expected there; FRAME_RATE_UNKNOWN.
    """
    start, channels = hierarchy.motion_line, sum(len(names or ()) for names in hierarchy.channels)
    rows = [
        (number, line)
        for number, line in enumerate(lines[start:], start=start + 1)
        if line.strip() and not line.lstrip().startswith(("#", "//"))
    ]
    header = _read_header(rows, len(lines), check_time=not only_first)
    table = rows[header.first_row :]
    if only_first:
        table = _first_frame(table, channels)
    if not channels or not table:
        refuse(rows[-1][0] if rows else len(lines), "a frame with a number for each channel", "no frame")
    if len(table) > MAX_FRAMES:
        refuse(table[MAX_FRAMES][0], f"at most {MAX_FRAMES} frames", f"{len(table)} frames")
    ended = not lines[-1].strip()
    table, notes = _drop_cut_row(table, channels, header.frames, ended=ended or only_first)
    values = _parse_table(table, channels, 1 if only_first else header.frames)
    notes += () if only_first else _count_notes(len(values), header.frames)
    return Frames(values, header.seconds, notes)


def _first_frame(table: Rows, channels: int) -> Rows:
    """Return the lines of the first frame, which can go over several."""
    words = 0
    for used, (_, line) in enumerate(table, start=1):
        words += len(line.split())
        if words >= channels or len(_between_commas(line)) >= channels:
            return table[:used]
    return table[:1]


def _read_header(rows: Rows, end: int, *, check_time: bool) -> _Header:
    """Read `Frames:` and `Frame Time:`, which stand in this order in nearly every file."""
    (count_line, count_text), (time_line, time_text) = (*rows, (end, ""), (end, ""))[:2]
    if _FRAME_TIME.match(count_text.strip()):
        (count_line, count_text), (time_line, time_text) = (time_line, time_text), (count_line, count_text)
    count = _FRAMES.fullmatch(count_text.strip())
    if count is None or not count[1].isdecimal() or int(count[1][:9]) < 1:
        refuse(count_line, "'Frames: N' with N from 1", count_text)
    time = _FRAME_TIME.fullmatch(time_text.strip())
    if time is None:
        refuse(time_line, "'Frame Time: S'", time_text)
    seconds = parse_number(time_line, time[1])
    if check_time and not SHORTEST_FRAME_SECONDS <= seconds <= LONGEST_FRAME_SECONDS:
        raise InvalidInputError(
            f"BVH line {time_line}: a frame takes {seconds:g} s; a time from {SHORTEST_FRAME_SECONDS:g} to "
            f"{LONGEST_FRAME_SECONDS:g} s is required, otherwise the speed of the motion is not known",
            reason="FRAME_RATE_UNKNOWN",
        )
    return _Header(int(count[1][:12]), seconds, 2)


def _drop_cut_row(table: Rows, channels: int, stated: int, *, ended: bool) -> tuple[Rows, tuple[FileNote, ...]]:
    """Leave out the last row if the file ends within it.

    A row with all of its numbers can be cut within the last one; that is so where rows are missing and the line is not
    ended.
    """
    number, line = table[-1]
    have = len(line.replace(",", " ").split()) if channels > 1 else len(line.split())
    short = len(line.split()) < channels and have < channels and len(table) > 1
    cut = not ended and len(table) < stated and len(table) > 1
    wrapped = short and len(table[0][1].split()) < channels
    if wrapped or not (short or cut):
        return table, ()
    message = f"Line {number}, the last, has {len(line.split())} of {channels} numbers or ends in one; it was left out."
    return table[:-1], (FileNote("FRAME_CUT_OFF", message),)


def _count_notes(read: int, stated: int) -> tuple[FileNote, ...]:
    if read == stated:
        return ()
    message = f"The header states {stated} frames, the file has {read}; {read} were read."
    return (FileNote("FRAMES_MISCOUNTED", message),)


def _parse_table(rows: Rows, channels: int, stated: int) -> NDArray[np.float64]:
    """Return the rows as numbers; when that fails, the rows are parsed one by one to find the faulty line."""
    try:
        values = np.loadtxt((line for _, line in rows), dtype=np.float64, comments=None, ndmin=2)
    except ValueError:
        values = np.empty((0, 0))
    if values.shape != (len(rows), channels) or not np.isfinite(values).all():
        values = _parse_unusual(rows, channels, stated)
    return values


def _parse_unusual(rows: Rows, channels: int, stated: int) -> NDArray[np.float64]:
    """Return a table with commas, or with frames that go over several lines.

    Raises:
        InvalidInputError: INVALID_BVH, with the first line that is not what it should be.
    """
    commas = any("," in line for _, line in rows)
    if commas and all(len(_between_commas(line)) == channels for _, line in rows):
        rows = [(number, " ".join(_between_commas(line))) for number, line in rows]
    words = [(number, word) for number, line in rows for word in line.split()]
    whole = all(len(line.split()) == channels for _, line in rows)
    if not whole and len(words) != channels * stated:
        _refuse_bad_row(rows, channels)
    numbers = [parse_number(number, word) for number, word in words]
    return np.array(numbers, np.float64).reshape(-1, channels)


def _between_commas(line: str) -> list[str]:
    return line.strip().rstrip(",").replace(",", " ").split()


def _refuse_bad_row(rows: Rows, channels: int) -> NoReturn:
    for number, line in rows:
        words = line.split()
        if len(words) != channels:
            refuse(number, f"{channels} numbers, one for each channel", f"{len(words)}")
        for word in words:
            parse_number(number, word)
    refuse(rows[0][0], "a table of plain numbers", rows[0][1])
