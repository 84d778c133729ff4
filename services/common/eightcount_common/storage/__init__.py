"""Object storage: one Protocol, a folder and an S3 implementation.

Services get an object URI and read it themselves; a URI outside the configured store is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from eightcount_common.settings import StoreSettings


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What a store knows of an object: its key, size in bytes and media type."""

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
        """The URI under which every service of this deployment finds the object."""

    def key(self, uri: str) -> str:
        """The key behind a URI of this store."""

    def stat(self, key: str) -> ObjectInfo:
        """Size and media type."""

    def exists(self, key: str) -> bool:
        """Whether the object is there."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """A seekable reader that fetches ranges as they are asked for."""

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The bytes start <= i < stop in pieces of at most 1 MiB."""

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Stores what `source` yields until its end, in flat memory; replaces an object of that key."""

    def put_file(self, key: str, path: Path, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Stores a file; the file stays where it is."""

    def delete(self, key: str) -> None:
        """Removes the object; no error when there is none."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Objects whose key starts with `prefix`, in key order."""


def open_store(settings: StoreSettings) -> ObjectStore:
    """The store that the settings name."""
    if settings.kind == "s3":
        from eightcount_common.storage.s3 import S3Store

        return S3Store(settings)
    from eightcount_common.storage.folder import FolderStore

    return FolderStore(settings.folder)
