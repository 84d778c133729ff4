"""Recordings that were joined into one file: each is a part that is read like a file of its own.

FFmpeg reads the first recording of such a file, and leaves out the others: a second index of MP4, a second head of FLV,
frames of a transport stream whose packet identifier is another one than at the beginning.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

MAX_PARTS = 1000
"""The last of so many recordings has everything that follows."""
_MAX_BOXES = 100_000
"""Boxes, segments or chunks of a file that are looked at; two hours in fragments of a second have 15,000."""
_CHUNK_BYTES = 1 << 22
_FLV_HEADS = (b"FLV\x01\x05\0\0\0\x09\0\0\0\0", b"FLV\x01\x01\0\0\0\x09\0\0\0\0", b"FLV\x01\x04\0\0\0\x09\0\0\0\0")
"""Heads of files with video and sound, with video, and with sound."""
_EBML_HEAD, _SEGMENT = b"\x1aE\xdf\xa3", b"\x18S\x80g"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a file.

    Attributes:
        start, end: position of its first byte, and of the byte after its last.
        head: bytes that are read before those of the file.
        video_id: FFmpeg's number of its video; None when it is to be chosen.
    """

    start: int
    end: int
    head: bytes = b""
    video_id: int | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a file, in order; none where it is one recording.

    Attributes:
        parts: at least two, or none.
        left_out: number of frames that belong to none of them although nothing else is shown at their time.
    """

    parts: tuple[Part, ...] = ()
    left_out: int = 0


ONE_RECORDING = Parts()


class PartFile(io.RawIOBase):
    """One part of a seekable file as a file of its own, which does not close the other."""

    def __init__(self, file: BinaryIO, part: Part) -> None:
        self._file, self._part = file, part
        self._size = len(part.head) + part.end - part.start
        self._position = 0

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it can be sought: yes."""
        return True

    def tell(self) -> int:
        """Return the position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a position, and return it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return up to this many bytes; all that is left when it is negative."""
        size = max(self._size - self._position, 0) if size < 0 else size
        head = self._part.head[self._position : self._position + size]
        start = max(self._position - len(self._part.head), 0) + self._part.start
        self._file.seek(start)
        data = head + self._file.read(max(0, min(size - len(head), self._part.end - start)))
        self._position += len(data)
        return data


def find_joined_files(file: BinaryIO, format_name: str) -> tuple[Part, ...]:
    """Return the parts of a file that consists of files of this format, one after the other; none if it is one file."""
    position = file.tell()
    try:
        size = file.seek(0, io.SEEK_END)
        starts = list(islice(_find_starts(file, format_name, size), MAX_PARTS))
    finally:
        file.seek(position)
    if len(starts) < 2:
        return ()
    return tuple(Part(start, end) for start, end in zip([0, *starts[1:]], [*starts[1:], size], strict=True))


def _find_starts(file: BinaryIO, format_name: str, size: int) -> Iterator[int]:
    names = format_name.split(",")
    if "mov" in names:
        return _find_movies(file, size)
    if "matroska" in names:
        return _find_segments(file, size)
    if "avi" in names:
        return _find_riffs(file, size)
    return _find_heads(file, _FLV_HEADS) if "flv" in names else iter(())


def _find_movies(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield where a file type box begins another movie (ISO/IEC 14496-12): a movie box lies before it."""
    position, whole = 0, True
    for _ in range(_MAX_BOXES):
        if position + 8 > size:
            return
        file.seek(position)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        if head[4:8] == b"ftyp" and whole:
            yield position
            whole = False
        whole = whole or head[4:8] == b"moov"
        if length < 8:  # 0: up to the end of the file
            return
        position += length


def _find_segments(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield where Matroska files begin (RFC 9559): at once where the one before states its size, else by search."""
    position = 0
    while position < size:
        file.seek(position)
        head = file.read(_CHUNK_BYTES // 1024)
        if not head.startswith(_EBML_HEAD):
            return
        yield position
        segment = head.find(_SEGMENT)
        end = None if segment < 0 else _find_segment_end(head[segment + len(_SEGMENT) :])
        if end is not None:
            position += segment + len(_SEGMENT) + end
            continue
        following = next(_find_heads(file, (_EBML_HEAD,), after=position), None)
        if following is None:
            return
        position = following


def _find_segment_end(size: bytes) -> int | None:
    """Return where a Matroska element ends, from its size on; None when that is unknown."""
    count = 9 - size[0].bit_length() if size else 0
    if not 1 <= count <= len(size):
        return None
    value = int.from_bytes(size[:count], "big") & ((1 << 7 * count) - 1)
    return None if value == (1 << 7 * count) - 1 else count + value


def _find_riffs(file: BinaryIO, size: int) -> Iterator[int]:
    """Yield where AVI files begin; a long one has further chunks, which are marked as such (OpenDML)."""
    position = 0
    for _ in range(_MAX_BOXES):
        if position + 12 > size:
            return
        file.seek(position)
        head = file.read(12)
        length = int.from_bytes(head[4:8], "little")
        if head[:4] != b"RIFF" or not length:
            return
        if head[8:] == b"AVI ":
            yield position
        position += 8 + length + length % 2


def _find_heads(file: BinaryIO, heads: Sequence[bytes], *, after: int = -1) -> Iterator[int]:
    """Yield the positions of some bytes, ascending, from the byte after `after` on."""
    position, overlap = after + 1, max(map(len, heads)) - 1
    while True:
        file.seek(position)
        data = file.read(_CHUNK_BYTES)
        for place in sorted(place for head in heads for place in _find_all(data, head)):
            yield position + place
        if len(data) < _CHUNK_BYTES:
            return
        position += len(data) - overlap


def _find_all(data: bytes, wanted: bytes) -> Iterator[int]:
    at = data.find(wanted)
    while at >= 0:
        yield at
        at = data.find(wanted, at + 1)
