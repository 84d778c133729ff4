"""Objects in a bucket of MinIO or another S3 server, through the MinIO client."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error

from eightcount_common.errors import InvalidInputError, NotFoundError, UnavailableError
from eightcount_common.settings import StoreSettings
from eightcount_common.storage.base import ObjectInfo
from eightcount_common.storage.folder import PIECE_BYTES, check_key

_PART_BYTES = 8 * 1024 * 1024
"""Part size of a multipart upload: up to 80 GB in the 10,000 parts that S3 allows; a `put` keeps one in memory."""

_WINDOW_BYTES, _WINDOWS = 512 * 1024, 4
"""Size of the ranges that a reader fetches, and how many of them it keeps: decoders read forward in pieces of some
32 KiB, but alternate between video and audio where a file stores them in different places."""
_BUFFER_BYTES = 64 * 1024

_TIMEOUT = urllib3.Timeout(connect=5, read=60)
_RETRIES = urllib3.Retry(total=4, backoff_factor=0.2, status_forcelist=[500, 502, 503, 504], allowed_methods=None)
_RETRY_AFTER_SECONDS = 5.0
_MISSING = frozenset({"NoSuchKey", "NoSuchObject", "NoSuchBucket", "ResourceNotFound"})


class S3Store:
    """An `ObjectStore` in one bucket."""

    def __init__(self, settings: StoreSettings) -> None:
        access_key, secret_key = settings.s3_access_key.get_secret_value(), settings.s3_secret_key.get_secret_value()
        self._bucket = settings.s3_bucket
        self._client = Minio(
            settings.s3_endpoint,
            access_key=access_key or None,
            secret_key=secret_key or None,
            secure=settings.s3_secure,
            region=settings.s3_region,
            http_client=urllib3.PoolManager(timeout=_TIMEOUT, retries=_RETRIES, maxsize=32),
        )
        self._create_bucket()

    def uri(self, key: str) -> str:
        """Return the object's `s3:` URI."""
        return f"s3://{self._bucket}/{check_key(key)}"

    def key(self, uri: str) -> str:
        """Return the key of an `s3:` URI of the bucket."""
        parts = urlsplit(uri)
        if parts.scheme != "s3" or parts.netloc != self._bucket or parts.query or parts.fragment:
            raise InvalidInputError("the URI does not belong to the configured store", reason="FOREIGN_URI")
        return check_key(parts.path.removeprefix("/"))

    def stat(self, key: str) -> ObjectInfo:
        """Return the size, and the media type with which the object was stored."""
        with _translate_errors(check_key(key)):
            found = self._client.stat_object(self._bucket, key)
        return ObjectInfo(key, found.size or 0, found.content_type or "application/octet-stream")

    def exists(self, key: str) -> bool:
        """Whether the object exists."""
        try:
            self.stat(key)
        except NotFoundError:
            return False
        return True

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        """Open a seekable reader that keeps a few windows of the object in memory."""
        reader = _RangeReader(self, self.stat(key))
        with io.BufferedReader(reader, _BUFFER_BYTES) as file:
            yield cast("BinaryIO", file)

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Yield the object's bytes in pieces of at most 1 MiB, from one request."""
        size = self.stat(key).size_bytes
        yield from self.fetch(key, start, size if stop is None else min(stop, size))

    def fetch(self, key: str, start: int, stop: int) -> Iterator[bytes]:
        """Yield bytes as `read` does, without a check of the object's size."""
        if start >= stop:
            return
        with _translate_errors(key):
            response = self._client.get_object(self._bucket, key, offset=start, length=stop - start)
            try:
                yield from response.stream(PIECE_BYTES)
            finally:
                response.close()
                response.release_conn()

    def put(self, key: str, source: BinaryIO, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Store the content of `source`; a large one as a multipart upload, which is aborted when `source` raises."""
        counted = _CountingSource(source)
        with _translate_errors(check_key(key)):
            self._client.put_object(
                self._bucket, key, cast("BinaryIO", counted), length=-1, part_size=_PART_BYTES, content_type=media_type
            )
        return ObjectInfo(key, counted.size, media_type)

    def put_file(self, key: str, path: Path, *, media_type: str = "application/octet-stream") -> ObjectInfo:
        """Store a copy of a file."""
        with path.open("rb") as file:
            return self.put(key, file, media_type=media_type)

    def delete(self, key: str) -> None:
        """Remove the object."""
        with _translate_errors(check_key(key)):
            self._client.remove_object(self._bucket, key)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Yield the objects whose key starts with `prefix`, in key order."""
        with _translate_errors(prefix):
            for found in self._client.list_objects(self._bucket, prefix=prefix, recursive=True):
                if found.object_name and not found.is_dir:
                    yield ObjectInfo(
                        found.object_name, found.size or 0, found.content_type or "application/octet-stream"
                    )

    def _create_bucket(self) -> None:
        with _translate_errors("bucket"):
            if not self._client.bucket_exists(self._bucket):
                try:
                    self._client.make_bucket(self._bucket)
                except S3Error as error:  # another process created it between the two requests
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                        raise


class _RangeReader(io.RawIOBase):
    """A file over range requests of one window each; to be wrapped into a buffer."""

    def __init__(self, store: S3Store, info: ObjectInfo) -> None:
        self._store = store
        self._info = info
        self._position = 0
        self._windows: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._info.size_bytes}[whence]
        if base + offset < 0:
            raise ValueError(f"cannot seek to {base + offset}")
        self._position = base + offset
        return self._position

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer up to the end of a window."""
        if self._position >= self._info.size_bytes:
            return 0
        number, offset = divmod(self._position, _WINDOW_BYTES)
        piece = memoryview(self._window(number))[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _window(self, number: int) -> bytes:
        if number not in self._windows:
            start = number * _WINDOW_BYTES
            stop = min(start + _WINDOW_BYTES, self._info.size_bytes)
            self._windows[number] = b"".join(self._store.fetch(self._info.key, start, stop))
            if len(self._windows) > _WINDOWS:
                self._windows.popitem(last=False)
        self._windows.move_to_end(number)
        return self._windows[number]


class _CountingSource:
    """Forwards and counts reads; repeats them until it has the requested size, as the client requires."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        pieces = []
        left = size
        while left != 0 and (piece := self._source.read(left)):
            pieces.append(piece)
            left -= len(piece) if size > 0 else 0
        data = b"".join(pieces)
        self.size += len(data)
        return data


@contextmanager
def _translate_errors(key: str) -> Iterator[None]:
    """Raise errors of the client as errors of the domain."""
    try:
        yield
    except S3Error as error:
        if error.code in _MISSING:
            raise NotFoundError(f"there is no object {key!r}", reason="OBJECT_NOT_FOUND") from error
        raise _unavailable(f"the object store answered {error.code}") from error
    except (MinioException, urllib3.exceptions.HTTPError) as error:
        raise _unavailable("the object store cannot be reached") from error


def _unavailable(message: str) -> UnavailableError:
    return UnavailableError(message, reason="STORE_UNAVAILABLE", retry_after_seconds=_RETRY_AFTER_SECONDS)
