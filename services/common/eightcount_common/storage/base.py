"""The protocol that every object store implements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """Key, size in bytes and media type of an object."""

    key: str
    size_bytes: int
    media_type: str


class ObjectStore(Protocol):
    """Immutable blobs by key. Keys are relative POSIX paths of `[A-Za-z0-9._-]` segments.

    Every method raises `InvalidInputError` for a malformed key or foreign URI, `NotFoundError` for a missing object
    (except `delete`) and `UnavailableError` when the store cannot be reached. Writes are atomic: a reader sees the
    whole object or none.
    """

    def uri(self, key: str) -> str:
        """Return the URI by which every service of this deployment finds the object."""

    def key(self, uri: str) -> str:
        """Return the key of a URI of this store."""

    def stat(self, key: str) -> ObjectInfo:
        """Return size and media type."""

    def exists(self, key: str) -> bool:
        """Whether the object exists."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Open a seekable reader that fetches ranges on demand."""

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the bytes start <= i < stop in pieces of at most 1 MiB."""

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Store the content of `source`, in constant memory; an object of that key is replaced."""

    def put_file(self, key: str, path: Path, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Store a copy of a file."""

    def delete(self, key: str) -> None:
        """Remove the object; a missing object is no error."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose key starts with `prefix`, in key order."""
