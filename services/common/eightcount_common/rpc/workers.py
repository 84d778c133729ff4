"""Computation off the event loop: a bounded pool of threads whose work stops when its caller goes away."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import asynccontextmanager
from typing import TypeVar

from prometheus_client import Gauge

from eightcount_common.errors import BusyError, CancelledError

T = TypeVar("T")

BUSY_RETRY_SECONDS = 5.0
"""When a call that was refused because every worker is busy should be retried."""
_POLL_SECONDS = 0.1
_STREAM_BUFFER = 4
_RUNNING = Gauge("eightcount_workers_running", "Calls that are computing")
_WAITING = Gauge("eightcount_workers_waiting", "Calls that wait for a worker")


class CancelToken:
    """Signals to work in a thread that nobody waits for it any more."""

    def __init__(self) -> None:
        self._event = threading.Event()

    @property
    def cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._event.set()

    def check(self) -> None:
        """Return while somebody waits for the work.

        Raises:
            CancelledError: nobody waits any more; the work must end.
        """
        if self.cancelled:
            raise CancelledError("the work was cancelled")


class WorkerPool:
    """Runs at most `max_workers` calls at a time in threads; at most `queue_limit` more wait.

    Threads suffice because the heavy parts (inference, decoding, numpy) release the interpreter lock.
    """

    def __init__(self, max_workers: int, queue_limit: int) -> None:
        self._queue_limit = queue_limit
        self._max_workers = max_workers
        self._slots = asyncio.Semaphore(max_workers)
        self._admitted = 0
        self._threads = ThreadPoolExecutor(max_workers, thread_name_prefix="worker")

    async def run(self, work: Callable[[CancelToken], T]) -> T:
        """Run `work`, with a token that fires when this call is cancelled, and return its result.

        Raises:
            BusyError: every worker is busy and the queue is full.
        """
        async with self._slot() as token:
            future = asyncio.get_running_loop().run_in_executor(self._threads, work, token)
            return await _await_result(future, token)

    async def stream(self, work: Callable[[CancelToken], Iterator[T]]) -> AsyncGenerator[T, None]:
        """Yield the items of the generator that `work` returns; a slow consumer slows the work down.

        Raises:
            BusyError: every worker is busy and the queue is full.
        """
        async with self._slot() as token:
            loop = asyncio.get_running_loop()
            items: asyncio.Queue[T | None] = asyncio.Queue(_STREAM_BUFFER)

            def produce() -> None:
                try:
                    for item in work(token):
                        _put(items, item, loop, token)
                finally:
                    if not token.cancelled:
                        _put(items, None, loop, token)

            future = loop.run_in_executor(self._threads, produce)
            finished = False
            try:
                while (item := await items.get()) is not None:
                    yield item
                finished = True
            finally:
                if not finished:
                    token.cancel()
                    await _wait_for_end(future)
            await _await_result(future, token)

    def close(self) -> None:
        """Accept no more work; running work may end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def _slot(self) -> AsyncIterator[CancelToken]:
        if self._admitted >= self._max_workers + self._queue_limit:
            raise BusyError(
                f"all {self._max_workers} workers are busy and {self._queue_limit} calls wait; try again later",
                retry_after_seconds=BUSY_RETRY_SECONDS,
            )
        self._admitted += 1
        try:
            with _WAITING.track_inprogress():
                await self._slots.acquire()
            try:
                with _RUNNING.track_inprogress():
                    yield CancelToken()
            finally:
                self._slots.release()
        finally:
            self._admitted -= 1


def _put(items: asyncio.Queue[T], item: T, loop: asyncio.AbstractEventLoop, token: CancelToken) -> None:
    token.check()
    putting = asyncio.run_coroutine_threadsafe(items.put(item), loop)
    while True:
        try:
            return putting.result(_POLL_SECONDS)
        except FutureTimeoutError:
            if token.cancelled:
                putting.cancel()
                token.check()


async def _await_result(future: asyncio.Future[T], token: CancelToken) -> T:
    """Return the future's result; on cancellation, stop the worker and wait for it, so that its slot is free."""
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        token.cancel()
        await _wait_for_end(future)
        raise


async def _wait_for_end(future: asyncio.Future[T]) -> None:
    """Wait for a worker whose result or error is no longer needed."""
    await asyncio.wait([future])
    future.exception()
