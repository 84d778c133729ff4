"""A place for one item: a later one replaces an earlier one that nobody has taken."""

from __future__ import annotations

import asyncio
from typing import Generic, TypeVar

T = TypeVar("T")


class Newest(Generic[T]):
    """The newest item of a stream, for one reader.

    Attributes:
        dropped: number of items that were replaced.
    """

    def __init__(self) -> None:
        self._item: T | None = None
        self._changed = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, item: T) -> None:
        """Replace the item."""
        self.dropped += self._item is not None
        self._item = item
        self._changed.set()

    def close(self) -> None:
        """Nothing more will come; the last item can still be taken."""
        self._closed = True
        self._changed.set()

    async def take(self) -> T | None:
        """Return the item as soon as there is one; None at the end."""
        while self._item is None and not self._closed:
            self._changed.clear()
            await self._changed.wait()
        item, self._item = self._item, None
        return item
