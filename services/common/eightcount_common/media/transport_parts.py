"""Parts of a transport stream: its video or its sound has another packet identifier from a place of the file on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import BinaryIO

import numpy as np

from eightcount_common.media.parts import Part, Parts
from eightcount_common.media.transport_scan import Frames, TransportScan, scan_transport_stream
from eightcount_common.media.transport_tables import Table

_BESIDE_SHARE = 0.1
"""Two videos follow one another if no more than this share of the frames of either lies beside the other."""


@dataclass(frozen=True, slots=True)
class Run:
    """A video for as long as the tables state it in the same way.

    Attributes:
        stream: packet identifier and stream type.
        tables: of its program, while it lasts; the first states it.
        frames: its frames.
    """

    stream: tuple[int, int]
    tables: tuple[Table, ...]
    frames: Frames

    @property
    def first(self) -> int:
        """Position of its first frame."""
        return int(self.frames.starts[0])

    @property
    def last(self) -> int:
        """Position of its last frame."""
        return int(self.frames.starts[-1])

    def follows(self, other: Run) -> bool:
        """Whether it is shown after another run, and not beside it."""
        before = int(np.searchsorted(self.frames.starts, other.last))
        after = len(other.frames.starts) - int(np.searchsorted(other.frames.starts, self.first))
        return (
            self.first > other.first
            and before <= _BESIDE_SHARE * len(self.frames.starts)
            and after <= _BESIDE_SHARE * len(other.frames.starts)
        )


def find_transport_parts(file: BinaryIO, video_id: int) -> Parts:
    """Return the parts of a transport stream of which this is the video, at least in one of them."""
    scan = scan_transport_stream(file)
    if scan is None or not _may_have_parts(scan):
        return Parts()
    runs = find_runs(scan)
    own = [run for run in runs if run.stream[0] == video_id]
    if not own:
        return Parts()
    chosen = max(own, key=lambda run: len(run.frames.starts))
    shown = _chain(runs, chosen)
    parts = tuple(_cut(scan, shown))
    return Parts(parts if len(parts) > 1 else (), _count_left_out(runs, shown))


def _may_have_parts(scan: TransportScan) -> bool:
    stated = [table for table in scan.tables if table.videos]
    return len(stated) > 1


def find_runs(scan: TransportScan) -> list[Run]:
    """Return the runs of all videos, in the order of their first frames."""
    stated = _find_stated(scan.tables)
    runs = [
        Run(stream, tables, part)
        for identifier, frames in scan.videos.items()
        for stream, tables, part in _split(frames, [one for one in stated if one[0][0] == identifier], scan.size_bytes)
    ]
    return sorted(runs, key=lambda run: run.first)


_Stated = tuple[tuple[int, int], tuple[Table, ...]]
"""A video, and the tables that state it without a break."""


def _find_stated(tables: Sequence[Table]) -> list[_Stated]:
    opened: list[tuple[tuple[int, int], list[Table]]] = []
    latest: dict[tuple[int, tuple[int, int]], list[Table]] = {}
    current: dict[int, Table] = {}
    for table in tables:
        before = current.get(table.program)
        current[table.program] = table
        for stream in table.videos:
            if before is not None and stream in before.videos:
                latest[table.program, stream].append(table)
            else:
                latest[table.program, stream] = [table]
                opened.append((stream, latest[table.program, stream]))
    return [(stream, tuple(of_stream)) for stream, of_stream in opened]


def _split(
    frames: Frames, stated: Sequence[_Stated], size: int
) -> Iterator[tuple[tuple[int, int], tuple[Table, ...], Frames]]:
    """Yield the frames of one packet identifier, by what states them; those before the first table belong to it."""
    bounds = [0, *(tables[0].position for _, tables in stated[1:]), size]
    for (stream, tables), (low, high) in zip(stated, pairwise(bounds), strict=True):
        part = slice(*np.searchsorted(frames.starts, [low, high]).tolist())
        if len(frames.starts[part]):
            yield stream, tables, Frames(frames.starts[part], frames.ends[part], frames.keys[part])


def _chain(runs: Sequence[Run], chosen: Run) -> list[Run]:
    """Return the runs that are shown one after the other; the chosen one is among them."""
    found = [chosen]
    while following := [run for run in runs if run.follows(found[-1])]:
        found.append(_best(following, min(following, key=lambda run: run.first), chosen))
    while preceding := [run for run in runs if found[0].follows(run)]:
        found.insert(0, _best(preceding, max(preceding, key=lambda run: run.last), chosen))
    return found


def _best(candidates: Sequence[Run], nearest: Run, chosen: Run) -> Run:
    """Return the run of the same program, or the longest, among those that are shown beside the nearest."""
    beside = [run for run in candidates if not run.follows(nearest) and not nearest.follows(run)]
    program = chosen.tables[0].program
    return max(beside, key=lambda run: (run.tables[0].program == program, len(run.frames.starts)))


def _count_left_out(runs: Sequence[Run], shown: Sequence[Run]) -> int:
    """Return the number of frames at whose place no frame of the shown runs is."""
    spans = sorted((run.first, run.last) for run in shown)
    firsts = [first for first, _ in spans]

    def is_beside(position: int) -> bool:
        at = bisect_right(firsts, position) - 1
        return at >= 0 and position <= spans[at][1]

    others = (run for run in runs if run not in shown)
    return sum(not is_beside(int(start)) for run in others for start in run.frames.starts)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run, or what lies of it between two changes of its sound."""

    start: int
    end: int
    table: Table
    video_id: int


def _cut(scan: TransportScan, runs: Sequence[Run]) -> Iterator[Part]:
    pieces = list(chain.from_iterable(map(_cut_at_sounds, runs)))
    ends = [*(piece.start for piece in pieces[1:]), scan.size_bytes]
    for number, (piece, following) in enumerate(zip(pieces, ends, strict=True)):
        whole = number == 0 and piece.table is scan.tables[0]
        start, head = (0, b"") if whole else (piece.start, piece.table.packets)
        yield Part(start, max(piece.end, following), head, piece.video_id)


def _cut_at_sounds(run: Run) -> Iterator[_Piece]:
    """Yield the pieces of a run: a new one begins at the first key frame after a sound is no longer stated."""
    table, start = run.tables[0], min(run.first, run.tables[0].position)
    for later in run.tables[1:]:
        keys = run.frames.starts[run.frames.keys & (run.frames.starts >= later.position)]
        if table.sounds <= later.sounds or not len(keys):
            continue
        key = int(keys[0])
        yield _Piece(start, key, table, run.stream[0])
        table, start = later, key
    yield _Piece(start, int(run.frames.ends[-1]), table, run.stream[0])
