"""Files that are sent with progress, and files that appear whole or not at all."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

OnBytes = Callable[[int, int], None]
"""Takes the number of bytes that were sent, and the size of the file."""


def ignore_progress(_sent: int, _size: int) -> None:
    """Show nothing."""


class ProgressFile(io.FileIO):
    """A file that reports how much of it has been read."""

    def __init__(self, path: Path, on_bytes: OnBytes) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes
        self._size = path.stat().st_size
        on_bytes(0, self._size)

    def read(self, size: int | None = -1) -> bytes:
        """Read and report."""
        data = super().read(-1 if size is None else size) or b""
        self._on_bytes(self.tell(), self._size)
        return data


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def whole_file(target: Path) -> Iterator[IO[bytes]]:
    """Open a file to write that takes its name when the context ends without an error; missing folders are made."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
