"""Byte streams between the event loop and the object store, in flat memory."""

from __future__ import annotations

import asyncio
import io
import threading
from abc import abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import BinaryIO, TypeVar, cast

from starlette.concurrency import iterate_in_threadpool

from eightcount_common.storage import ObjectInfo, ObjectStore
from eightcount_gateway.threads import outlast, run_in_thread

T = TypeVar("T")
_BUFFERED_PIECES = 4


class _Source(io.RawIOBase):
    """A readable file over pieces that come one after another."""

    def __init__(self) -> None:
        self._rest = memoryview(b"")

    @abstractmethod
    def next_piece(self) -> bytes:
        """The next piece; empty at the end."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._rest:
            self._rest = memoryview(self.next_piece())
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


class IteratorSource(_Source):
    """A readable file over an iterator of non-empty pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces = pieces

    def next_piece(self) -> bytes:
        """The iterator's next piece."""
        return next(self._pieces, b"")


class Pipe(_Source):
    """A readable file for a thread, fed from the event loop; a slow reader slows the writer down."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._changed = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._room = asyncio.Event()
        self._error: BaseException | None = None
        self._ended = False
        self._abandoned = False

    async def send(self, piece: bytes) -> None:
        """Pass a piece to the reader; wait while the reader is behind. Do nothing once the reader has gone."""
        while len(self._pieces) >= _BUFFERED_PIECES and not self._abandoned:
            self._room.clear()
            if len(self._pieces) >= _BUFFERED_PIECES and not self._abandoned:
                await self._room.wait()
        with self._changed:
            self._pieces.append(piece)
            self._changed.notify()

    def end(self, error: BaseException | None = None) -> None:
        """The reader sees the end of the file, or the error instead."""
        with self._changed:
            self._ended = True
            self._error = error
            self._changed.notify()

    def abandon(self) -> None:
        """Nobody reads any more. Called from the reader's thread."""
        self._abandoned = True
        self._loop.call_soon_threadsafe(self._room.set)

    def next_piece(self) -> bytes:
        """The next piece sent; blocks until there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._pieces or self._ended)
            if self._error is not None:
                raise self._error
            piece = self._pieces.popleft() if self._pieces else b""
        self._loop.call_soon_threadsafe(self._room.set)
        return piece


class StreamWriter:
    """Puts streams into the store: each in a thread of its own, fed from the event loop."""

    def __init__(self, store: ObjectStore, *, max_streams: int) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(max_streams, thread_name_prefix="put")

    async def put(self, key: str, pieces: AsyncIterator[bytes], *, media_type: str) -> ObjectInfo:
        """Store the pieces as one object; when they raise, or the caller is cancelled, nothing is stored."""
        pipe = Pipe()

        def write() -> ObjectInfo:
            try:
                return self._store.put(key, cast("BinaryIO", io.BufferedReader(pipe, 1 << 20)), media_type=media_type)
            finally:
                pipe.abandon()

        writing = asyncio.get_running_loop().run_in_executor(self._threads, write)
        try:
            async for piece in pieces:
                if writing.done():
                    break
                if piece:
                    await pipe.send(piece)
            pipe.end()
            return await asyncio.shield(writing)
        except BaseException as error:
            pipe.end(_BrokenOffError(str(error)))
            await outlast(writing)
            raise

    def close(self) -> None:
        """Accept no more streams."""
        self._threads.shutdown(wait=False)


class _BrokenOffError(OSError):
    """The stream broke off; what was read of it must not be kept."""


async def read_through(opened: AbstractContextManager[Iterator[T]]) -> AsyncGenerator[T]:
    """Items of a blocking reader, read in threads and closed at the end."""
    items = await run_in_thread(opened.__enter__)
    try:
        async for item in iterate_in_threadpool(items):
            yield item
    finally:
        opened.__exit__(None, None, None)
