"""A reading of a whole transport stream without decoding: its tables, and the places of the frames of its videos."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from eightcount_common.media.transport_tables import Table, TableReader

Positions = NDArray[np.int64]

_LAYOUTS = ((188, 0), (192, 4), (204, 0))
"""Bytes of a packet, and those before its 188: broadcasts, camcorders (time stamps), with error correction."""
_CHUNK_PACKETS = 40_000
_SYNC = 0x47
_AGREEING = 4
_MAX_TABLES, _MAX_GAPS = 1000, 1000
"""Changes of a program, and places where packets get out of step, beyond which a stream is not taken apart."""


@dataclass(frozen=True, slots=True)
class Frames:
    """The frames of one packet identifier, [N] each.

    Attributes:
        starts: positions of their first packets, in bytes.
        ends: positions after their last packets.
        keys: whether the stream says that decoding can begin there.
    """

    starts: Positions
    ends: Positions
    keys: NDArray[np.bool_]


@dataclass(slots=True)
class _Gathered:
    starts: list[Positions] = field(default_factory=list)
    ends: list[Positions] = field(default_factory=list)
    keys: list[NDArray[np.bool_]] = field(default_factory=list)
    last: int = 0

    def add(self, positions: Positions, is_start: NDArray[np.bool_], is_key: NDArray[np.bool_], stride: int) -> None:
        begins = np.flatnonzero(is_start)
        before = np.concatenate([[self.last], positions[:-1] + stride])
        self.starts.append(positions[begins])
        self.keys.append(is_key[begins])
        self.ends.append(before[begins])  # of the frame before
        self.last = int(positions[-1]) + stride

    def finish(self) -> Frames:
        starts, ends = np.concatenate(self.starts), np.concatenate(self.ends)
        return Frames(starts, np.append(ends[1:], self.last)[: len(starts)], np.concatenate(self.keys))


@dataclass(frozen=True, slots=True)
class TransportScan:
    """Places of everything in a transport stream.

    Attributes:
        tables: every change of a program.
        videos: frames by packet identifier.
        size_bytes: of the file.
    """

    tables: tuple[Table, ...]
    videos: dict[int, Frames]
    size_bytes: int


def scan_transport_stream(file: BinaryIO) -> TransportScan | None:
    """Read a whole transport stream; None when it is too damaged for that. The position of the file is kept."""
    position = file.tell()
    try:
        file.seek(0)
        return _scan(file)
    finally:
        file.seek(position)


def _scan(file: BinaryIO) -> TransportScan | None:
    layout = _find_layout(file.read(204 * 50))
    if layout is None:
        return None
    stride, lead, begin = layout
    size = file.seek(0, 2)
    most_runs = size // (_CHUNK_PACKETS * stride) + _MAX_GAPS
    reader, gathered = TableReader(), dict[int, _Gathered]()
    for run, (start, packets) in enumerate(_read_packets(file, stride, lead, begin)):
        if len(reader.tables) > _MAX_TABLES or run > most_runs:
            return None
        identifiers = (packets[:, lead + 1] & 0x1F).astype(np.int32) << 8 | packets[:, lead + 2]
        _read_tables(reader, identifiers, packets, start, lead)
        videos = {identifier for table in reader.tables for identifier, _ in table.videos}
        for identifier in videos:
            rows = np.flatnonzero(identifiers == identifier)
            if len(rows):
                is_start, is_key = _read_flags(packets[rows, lead : lead + 6])
                positions = start + rows.astype(np.int64) * stride
                gathered.setdefault(identifier, _Gathered()).add(positions, is_start, is_key, stride)
    frames = {identifier: one.finish() for identifier, one in gathered.items()}
    return TransportScan(tuple(reader.tables), frames, size)


def _find_layout(head: bytes) -> tuple[int, int, int] | None:
    """Return the bytes of a packet, those before its 188, and the position of the first packet."""
    for begin in range(min(len(head), 2 * 204)):
        for stride, lead in _LAYOUTS:
            places = range(begin + lead, len(head), stride)[:_AGREEING]
            if len(places) == _AGREEING and all(head[place] == _SYNC for place in places):
                return stride, lead, begin
    return None


def _read_packets(file: BinaryIO, stride: int, lead: int, begin: int) -> Iterator[tuple[int, NDArray[np.uint8]]]:
    """Yield the positions of runs of packets, and the packets [N, stride]; what is out of step is skipped."""
    position = begin
    while True:
        file.seek(position)
        data = file.read(_CHUNK_PACKETS * stride)
        packets = np.frombuffer(data, np.uint8)[: len(data) // stride * stride].reshape(-1, stride)
        if not len(packets):
            return
        wrong = np.flatnonzero(packets[:, lead] != _SYNC)
        usable = packets[: int(wrong[0])] if len(wrong) else packets
        if len(usable):
            yield position, usable
        position += len(usable) * stride
        if len(wrong):
            position += max(1, _find_step(data[len(usable) * stride :], stride, lead))


def _find_step(data: bytes, stride: int, lead: int) -> int:
    """Return where packets begin again; the length of the data when they do not."""
    at = data.find(_SYNC, lead)
    while at >= 0:
        if all(data[place] == _SYNC for place in range(at, len(data), stride)[:_AGREEING]):
            return at - lead
        at = data.find(_SYNC, at + 1)
    return len(data)


def _read_tables(
    reader: TableReader, identifiers: NDArray[np.int32], packets: NDArray[np.uint8], start: int, lead: int
) -> None:
    for wanted in ({0}, None):  # the list of programs first: it names the others
        known = {0, *reader.program_identifiers} if wanted is None else wanted
        rows = np.flatnonzero(np.isin(identifiers, list(known)))
        if wanted is not None:
            _name_programs(reader, packets, rows.tolist(), lead)
            continue
        for row in rows.tolist():
            position = start + row * packets.shape[1]
            reader.read(int(identifiers[row]), position, packets[row].tobytes(), lead=lead)


def _name_programs(reader: TableReader, packets: NDArray[np.uint8], rows: list[int], lead: int) -> None:
    """Let the reader know every table of a program that the lists in these packets name."""
    ahead = TableReader()
    for row in rows:
        ahead.read(0, 0, packets[row].tobytes(), lead=lead)
    reader.program_identifiers |= ahead.program_identifiers


def _read_flags(heads: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return [N] whether a frame begins in a packet, and whether decoding can begin there."""
    adaptation = ((heads[:, 3] & 0x20) != 0) & (heads[:, 4] > 0)
    return (heads[:, 1] & 0x40) != 0, adaptation & ((heads[:, 5] & 0x40) != 0)
