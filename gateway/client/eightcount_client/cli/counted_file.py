"""A file whose reading can be watched."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

OnBytes = Callable[[int], None]


class CountedFile(io.FileIO):
    """A file that tells how many bytes have been read from it."""

    def __init__(self, path: Path, on_bytes: OnBytes) -> None:
        super().__init__(path)
        self._on_bytes = on_bytes

    def read(self, size: int | None = -1) -> bytes:
        """Reads and tells."""
        data = super().read(-1 if size is None else size) or b""
        self._on_bytes(self.tell())
        return data
