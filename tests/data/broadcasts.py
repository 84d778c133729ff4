"""Transport streams of several programs, put together from streams of one (ISO/IEC 13818-1)."""

from __future__ import annotations

from itertools import zip_longest
from pathlib import Path

PACKET_BYTES = 188


def merge_programs(target: Path, *programs: Path) -> Path:
    """Interleave streams whose programs and packet identifiers differ, under one table of programs."""
    parts = [_split(path.read_bytes()) for path in programs]
    entries = b"".join(_read_entries(next(packet for packet in part if _pid(packet) == 0)) for part in parts)
    table = _build_table(entries)
    packets = [table]
    for number, group in enumerate(zip_longest(*parts)):
        if number % 40 == 39:
            packets.append(table)
        packets += [packet for packet in group if packet is not None and _pid(packet) not in (0, 0x11, 0x1FFF)]
    target.write_bytes(b"".join(packets))
    return target


def _split(data: bytes) -> list[bytes]:
    return [data[start : start + PACKET_BYTES] for start in range(0, len(data), PACKET_BYTES)]


def _pid(packet: bytes) -> int:
    return (packet[1] & 0x1F) << 8 | packet[2]


def _read_entries(packet: bytes) -> bytes:
    """Return the programs of a program association table: number and packet identifier of each."""
    section = packet[5 + packet[4] :]
    length = (section[1] & 0x0F) << 8 | section[2]
    return section[8 : 3 + length - 4]


def _build_table(entries: bytes) -> bytes:
    length = 5 + len(entries) + 4
    section = bytes([0, 0xB0 | length >> 8, length & 0xFF, 0, 1, 0xC1, 0, 0]) + entries
    section += _crc(section).to_bytes(4, "big")
    header = bytes([0x47, 0x40, 0, 0x10, 0])
    return (header + section).ljust(PACKET_BYTES, b"\xff")


def _crc(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7) & 0xFFFFFFFF if value & 0x80000000 else value << 1 & 0xFFFFFFFF
    return value
