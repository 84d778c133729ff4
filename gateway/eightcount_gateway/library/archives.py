"""ZIP archives that are written while they are sent."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any


class ArchiveSink(io.RawIOBase):
    """Keeps what the archive writes until it is taken; cannot seek, so the archive is written straight through."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._position = 0

    def writable(self) -> bool:
        """Return true, as `zipfile` asks."""
        return True

    def write(self, data: Any) -> int:
        """Append bytes."""
        piece = bytes(data)
        self._pieces.append(piece)
        self._position += len(piece)
        return len(piece)

    def tell(self) -> int:
        """Return the number of bytes so far."""
        return self._position

    def take_bytes(self) -> bytes:
        """Return the bytes written since the last call."""
        piece = b"".join(self._pieces)
        self._pieces.clear()
        return piece


def write_archive(files: Iterable[tuple[str, Iterator[bytes]]]) -> Iterator[bytes]:
    """Pieces of an uncompressed ZIP archive of files, each by its name and the pieces of its content."""
    sink = ArchiveSink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            with archive.open(name, "w", force_zip64=True) as member:
                for piece in content:
                    member.write(piece)
                    yield sink.take_bytes()
    yield sink.take_bytes()
