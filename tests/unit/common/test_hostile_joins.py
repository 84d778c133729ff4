"""Files that were made to keep the search for joined recordings busy: the work is bounded, and nothing fails."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest

from eightcount_common.media.parts import MAX_PARTS, find_joined_files
from eightcount_common.media.program_stream import find_program_stream_parts
from eightcount_common.media.transport_parts import find_transport_parts
from eightcount_common.media.transport_scan import scan_transport_stream
from eightcount_common.media.transport_tables import TableReader

RANDOM = np.random.default_rng(3)
PROGRAM_TABLE = 0x100


class CountingFile(io.BytesIO):
    """Counts reads and what was read."""

    reads = 0
    total = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.reads, self.total = self.reads + 1, self.total + len(data)
        return data


def packet(identifier: int, payload: bytes, *, begins: bool = True) -> bytes:
    """A transport packet with a table."""
    head = bytes([0x47, (0x40 if begins else 0) | identifier >> 8, identifier & 0xFF, 0x10])
    return (head + (b"\0" if begins else b"") + payload).ljust(188, b"\xff")[:188]


def section(table: int, number: int, body: bytes) -> bytes:
    length = 5 + len(body) + 4
    return bytes([table, 0xB0 | length >> 8, length & 0xFF, number >> 8, number & 0xFF, 1, 0, 0]) + body + bytes(4)


def programs() -> bytes:
    return packet(0, section(0, 1, struct.pack(">HH", 1, 0xE000 | PROGRAM_TABLE)))


def program(video: int) -> bytes:
    return packet(PROGRAM_TABLE, section(2, 1, struct.pack(">HHBHH", 0xE000, 0xF000, 0x1B, 0xE000 | video, 0xF000)))


@pytest.mark.parametrize(
    ("format_name", "unit"),
    [
        ("mov,mp4,m4a,3gp,3g2,mj2", struct.pack(">I4sI4s", 8, b"ftyp", 8, b"moov")),
        ("mov,mp4,m4a,3gp,3g2,mj2", struct.pack(">I4s", 8, b"free")),
        ("avi", struct.pack("<4sI4s", b"RIFF", 4, b"AVI ")),
        ("flv", b"FLV\x01\x05\0\0\0\x09\0\0\0\0"),
        ("matroska,webm", b"\x1aE\xdf\xa3\x80\x18S\x80g\x80"),
    ],
)
def test_very_many_small_recordings_are_not_all_taken_apart(format_name, unit):
    file = CountingFile(unit * 200_000)
    assert len(find_joined_files(file, format_name)) <= MAX_PARTS
    assert file.reads < 120_000


def test_a_stream_that_gets_out_of_step_all_the_time_is_read_a_bounded_number_of_times():
    healthy = programs() + program(0x200) + packet(0x200, b"") * 8
    file = CountingFile((healthy + b"\0\0\0") * 4000)
    assert scan_transport_stream(file) is None
    assert file.reads < 1100


def test_a_stream_whose_tables_change_all_the_time_is_not_taken_apart():
    stream = b"".join(program(0x200 + number % 64) + packet(0x200 + number % 64, b"") for number in range(100_000))
    assert scan_transport_stream(io.BytesIO(programs() + stream)) is None


@pytest.mark.parametrize("length", range(12))
def test_a_table_of_hardly_any_bytes_says_nothing(length):
    reader = TableReader()
    reader.read(0, 0, programs(), lead=0)
    reader.read(PROGRAM_TABLE, 188, packet(PROGRAM_TABLE, bytes([2, 0xB0, length])), lead=0)
    pointer = bytes([0x47, 0x41, 0, 0x10, 180 - length]) + b"\xff" * (180 - length) + bytes([2, 0xB0, 0])
    reader.read(PROGRAM_TABLE, 376, pointer.ljust(188, b"\0")[:188], lead=0)
    assert not reader.tables


def test_random_tables_fail_nowhere():
    for _ in range(300):
        packets = [RANDOM.integers(0, 256, 184, np.uint8).tobytes() for _ in range(12)]
        stream = b"".join(
            packet(int(RANDOM.choice([0, PROGRAM_TABLE, 0x200])), data, begins=bool(RANDOM.random() < 0.7))
            for data in packets
        )
        find_transport_parts(io.BytesIO(programs() + program(0x200) + stream), 0x200)


def test_random_packets_of_a_program_stream_fail_nowhere():
    for _ in range(100):
        starts = [b"\0\0\x01" + bytes([int(RANDOM.integers(0xE0, 0xF0)), 0, 8, 0x80]) for _ in range(60)]
        data = b"".join(start + RANDOM.integers(0, 256, 20, np.uint8).tobytes() for start in starts)
        find_program_stream_parts(io.BytesIO(b"\0\0\x01\xba" + data))
