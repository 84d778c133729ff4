"""A counter and hash of bytes on their way."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator

from eightcount_common.errors import TooLargeError, UnusableMediaError
from eightcount_gateway.threads import run_in_thread


class ByteMeter:
    """Counts and hashes bytes on their way."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.size = 0
        self.digest = hashlib.sha256()

    async def through(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Yield the pieces as they come.

        Raises:
            TooLargeError: there are more bytes than the limit.
            UnusableMediaError: there are none.
        """
        async for piece in pieces:
            self.size += len(piece)
            if self.size > self._limit:
                raise too_large(self._limit)
            await run_in_thread(self.digest.update, piece)
            yield piece
        if self.size == 0:
            raise UnusableMediaError("the file is empty", reason="EMPTY_FILE")


def too_large(limit: int) -> TooLargeError:
    """The error for a file above the limit."""
    return TooLargeError(f"the file is larger than the limit of {limit} bytes")
