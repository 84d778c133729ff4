"""Objects as files in one directory: the store for a single machine."""

from __future__ import annotations

import mimetypes
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.storage.base import ObjectInfo

PIECE_BYTES = 1024 * 1024
_KEY = re.compile(r"(?!.*(?:^|/)\.{1,2}(?:/|$))[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*")


def check_key(key: str) -> str:
    """Return the key if it is well-formed.

    Raises:
        InvalidInputError: it is not a relative POSIX path of `[A-Za-z0-9._-]` segments (INVALID_OBJECT_KEY).
    """
    if len(key) > 512 or not _KEY.fullmatch(key):
        raise InvalidInputError(
            f"an object key must be a relative path of letters, digits and '._-'; got {key[:80]!r}",
            reason="INVALID_OBJECT_KEY",
        )
    return key


class FolderStore:
    """An `ObjectStore` in a directory. Writes go to a temporary file first and are renamed into place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def uri(self, key: str) -> str:
        """Return the object's `file:` URI."""
        return (self._folder / check_key(key)).as_uri()

    def key(self, uri: str) -> str:
        """Return the key of a `file:` URI below the store's directory."""
        parts = urlsplit(uri)
        path = Path(unquote(parts.path))
        if parts.scheme != "file" or parts.netloc or not path.is_relative_to(self._folder):
            raise InvalidInputError("the URI does not belong to the configured store", reason="FOREIGN_URI")
        return check_key(path.relative_to(self._folder).as_posix())

    def stat(self, key: str) -> ObjectInfo:
        """Return the size, and the media type by the key's suffix."""
        path = self._path(key)
        return ObjectInfo(key, path.stat().st_size, mimetypes.guess_type(path.name)[0] or "application/octet-stream")

    def exists(self, key: str) -> bool:
        """Whether the file exists."""
        return (self._folder / check_key(key)).is_file()

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open the file."""
        with self._path(key).open("rb") as file:
            yield file

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the file's bytes in pieces of at most 1 MiB."""
        with self._path(key).open("rb") as file:
            file.seek(start)
            left = (stop if stop is not None else os.fstat(file.fileno()).st_size) - start
            while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
                left -= len(piece)
                yield piece

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> ObjectInfo:  # noqa: ARG002
        """Store the content of `source`; the media type is determined by the key's suffix."""
        target = self._folder / check_key(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".put-")
        try:
            with os.fdopen(handle, "wb") as file:
                shutil.copyfileobj(source, file, PIECE_BYTES)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return self.stat(key)

    def put_file(self, key: str, path: Path, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Store a copy of a file."""
        with path.open("rb") as file:
            return self.put(key, file, media_type=media_type)

    def delete(self, key: str) -> None:
        """Remove the file."""
        (self._folder / check_key(key)).unlink(missing_ok=True)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose key starts with `prefix`, in key order."""
        parent = self._folder / prefix.rpartition("/")[0]
        keys = sorted(path.relative_to(self._folder).as_posix() for path in parent.rglob("*") if path.is_file())
        for key in keys:
            if key.startswith(prefix) and not key.rpartition("/")[2].startswith(".put-"):
                yield self.stat(key)

    def _path(self, key: str) -> Path:
        path = self._folder / check_key(key)
        if not path.is_file():
            raise NotFoundError(f"there is no object {key!r}", reason="OBJECT_NOT_FOUND")
        return path
