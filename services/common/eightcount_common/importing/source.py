"""Bytes of an untrusted file: bounded in size, decompressed when gzip."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import IO

from eightcount_common.errors import InvalidInputError, TooLargeError

Source = Path | str | IO[bytes]
"""A path, or a binary file object that is read from its current position and stays open."""

_GZIP_MAGIC = b"\x1f\x8b"


def read_bytes(source: Source, *, max_bytes: int, gunzip: bool = False) -> bytes:
    """Return the whole content of a source.

    Args:
        source: what to read.
        max_bytes: maximum number of bytes, counted after decompression.
        gunzip: whether content with the signature of gzip is decompressed.

    Raises:
        InvalidInputError: UNREADABLE_FILE or DAMAGED_GZIP.
        TooLargeError: it contains more than `max_bytes`.
    """
    try:
        if isinstance(source, (str, Path)):
            with Path(source).open("rb") as file:
                data = file.read(max_bytes + 1)
        else:
            data = source.read(max_bytes + 1)
    except OSError as error:
        raise InvalidInputError(
            f"the file cannot be read: {error.strerror or error}", reason="UNREADABLE_FILE"
        ) from error
    if gunzip and data.startswith(_GZIP_MAGIC):
        data = _decompress(data, max_bytes)
    if len(data) > max_bytes:
        raise TooLargeError(f"the file may contain at most {max_bytes} bytes; it contains more")
    return data


def _decompress(packed: bytes, max_bytes: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            return file.read(max_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InvalidInputError(f"the gzip file is damaged: {error}", reason="DAMAGED_GZIP") from error
