"""Parts of a program stream (MPEG, VOB): its video has another stream number from a place of the file on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import BinaryIO

from eightcount_common.media.parts import Part, Parts

_VIDEO = re.compile(rb"\0\0\x01([\xe0-\xef])..[\x0f\x21-\xbf\xff]", re.DOTALL)
"""Start of a packet of video (ISO/IEC 11172-1, 2.4.3.3, and 13818-1, 2.4.3.7)."""
_PACK = b"\0\0\x01\xba"
_CHUNK_BYTES = 1 << 22
_START_BYTES = 8
_MIN_SHARE = 0.01
"""Fewer packets than this share are bytes of a sound that look like a start."""
_MAX_RUNS, _MIN_RUN_PACKETS = 40, 200
"""Videos that follow one another change at most 40 times, or after 200 packets on average; others are shown side by
side, and change with every frame."""


def find_program_stream_parts(file: BinaryIO) -> Parts:
    """Return the parts of a program stream in which videos of several numbers follow one another."""
    position = file.tell()
    try:
        packets = list(_find_packets(file))
        counts = Counter(number for _, number in packets)
        usual = [(place, number) for place, number in packets if counts[number] > _MIN_SHARE * len(packets)]
        runs = [(number, next(places)[0]) for number, places in groupby(usual, key=itemgetter(1))]
        if len(runs) < 2 or len(runs) > max(_MAX_RUNS, len(usual) // _MIN_RUN_PACKETS):
            return Parts()
        starts = [0, *(_find_pack_before(file, first) for _, first in runs[1:])]
        ends = [*starts[1:], file.seek(0, 2)]
    finally:
        file.seek(position)
    found = zip(starts, ends, runs, strict=True)
    return Parts(tuple(Part(start, end, video_id=number) for start, end, (number, _) in found))


def _find_packets(file: BinaryIO) -> Iterator[tuple[int, int]]:
    position = 0
    while True:
        file.seek(position)
        data = file.read(_CHUNK_BYTES)
        last = len(data) < _CHUNK_BYTES
        end = len(data) if last else len(data) - _START_BYTES
        for match in _VIDEO.finditer(data):
            if match.start() < end:
                yield position + match.start(), 0x100 | match.group(1)[0]
        if last:
            return
        position += end


def _find_pack_before(file: BinaryIO, position: int) -> int:
    start = max(0, position - _CHUNK_BYTES)
    file.seek(start)
    at = file.read(position - start).rfind(_PACK)
    return start + at if at >= 0 else position
