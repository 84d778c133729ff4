"""Computation off the event loop: a bounded pool of threads whose work stops when its caller goes away."""

from __future__ import annotations

import asyncio
import logging
import math
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, Generic, TypeVar

from prometheus_client import Gauge

from eightcount_common.errors import BusyError
from eightcount_common.rpc.cancellation import CancelToken
from eightcount_common.rpc.limits import WORK_LIMIT_SECONDS
from eightcount_common.rpc.turns import Turn, Turns

T = TypeVar("T")
_log = logging.getLogger(__name__)

BUSY_RETRY_SECONDS = 5.0
"""When a call that was refused because every worker is busy should be retried."""
MAX_SUSPENDED = 6
"""Calls that may be suspended in the middle: three ranks of longer ones on two workers."""
_POLL_SECONDS = 0.1
_GRACE_SECONDS = 5.0
"""Work that does not look at its token for this long after its limit is given up."""
_STREAM_BUFFER = 4
_RUNNING = Gauge("eightcount_workers_running", "Calls that are computing", ["pool"])
_SUSPENDED = Gauge("eightcount_workers_suspended", "Calls that have given way to shorter ones", ["pool"])
_WAITING = Gauge("eightcount_workers_waiting", "Calls that wait for a worker", ["pool"])


class WorkerPool:
    """Runs at most `max_workers` calls at a time in threads; at most `queue_limit` more wait.

    Threads suffice because the heavy parts (inference, decoding, numpy) release the interpreter lock. Short calls go
    before long ones: work that looks at its token gives way to them, and stays in memory meanwhile (`Turns`).

    Args:
        max_workers: number of calls that compute at the same time.
        queue_limit: number of further calls that wait.
        max_suspended: number of calls that may be suspended in the middle; 0: each runs to its end.
        max_weight: of all calls in memory together; none is suspended for a call that would pass it.
        name: of the pool in metrics.
    """

    def __init__(
        self, max_workers: int, queue_limit: int, *, max_suspended: int = MAX_SUSPENDED, max_weight: float = math.inf,
        name: str = "calls",
    ) -> None:  # fmt: skip
        self._max_workers = max_workers
        self._queue_limit = queue_limit
        self._turns = Turns(max_workers, max_suspended=max_suspended, max_weight=max_weight)
        self._admitted = 0
        self._threads = ThreadPoolExecutor(2 * max_workers + max_suspended, thread_name_prefix="worker")
        load = self._turns
        _RUNNING.labels(name).set_function(lambda: load.load.running)
        _SUSPENDED.labels(name).set_function(lambda: load.load.suspended)
        _WAITING.labels(name).set_function(lambda: load.load.waiting)

    async def run(
        self, work: Callable[[CancelToken], T], *, expected_seconds: float = 0.0, weight: float = 1.0,
        live: bool = False,
    ) -> T:  # fmt: skip
        """Run `work`, with a token that fires when this call is cancelled, and return its result.

        Args:
            work: looks at the token between its steps.
            expected_seconds: how long it will probably compute; 0 when nothing is known.
            weight: how much memory it needs, in the unit of `max_weight`.
            live: whether it takes milliseconds, goes before everything else and is never refused.

        Raises:
            BusyError: every worker is busy and the queue is full.
            DeadlineExceededError: the work took longer than `WORK_LIMIT_SECONDS`.
        """
        async with self._take_turn(expected_seconds, weight, live=live) as call:
            return await call.wait_for_end(call.submit(self._threads, work))

    async def stream(
        self, work: Callable[[CancelToken], Iterator[T]], *, expected_seconds: float = 0.0, weight: float = 1.0
    ) -> AsyncGenerator[T, None]:
        """Yield the items of the generator that `work` returns; a slow consumer slows the work down.

        Takes and raises what `run` does; a stream is not live.
        """
        async with self._take_turn(expected_seconds, weight) as call:
            items = _Belt[T](asyncio.get_running_loop())

            def produce(token: CancelToken) -> None:
                try:
                    for item in work(token):
                        items.put(item, token)
                finally:
                    items.end()

            future = call.submit(self._threads, produce)
            while (item := await call.wait_for(items.get())) is not None:
                yield item
            await call.wait_for_end(future)

    def close(self) -> None:
        """Accept no more work; running work may end."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def _take_turn(self, expected_seconds: float, weight: float, *, live: bool = False) -> AsyncIterator[_Call]:
        """Wait for a worker; on leaving, stop the work if it has not ended, and free the worker."""
        if not live and self._admitted >= self._max_workers + self._queue_limit:
            raise BusyError(
                f"all {self._max_workers} workers are busy and {self._queue_limit} calls wait; try again later",
                retry_after_seconds=BUSY_RETRY_SECONDS,
            )
        loop = asyncio.get_running_loop()
        granted = asyncio.Event()
        self._admitted += not live
        turn = self._turns.enter(
            lambda: _call_soon(loop, granted.set), expected_seconds=expected_seconds, weight=weight, live=live
        )
        call = _Call(CancelToken(self._turns, turn, WORK_LIMIT_SECONDS.get()))
        try:
            await granted.wait()
            yield call
        finally:
            try:
                await call.stop()
            finally:
                call.when_ended(lambda: self._leave(turn))

    def _leave(self, turn: Turn) -> None:
        self._turns.leave(turn)
        self._admitted -= not turn.live


class _Call:
    """The work of one call in its thread, seen from the event loop."""

    def __init__(self, token: CancelToken) -> None:
        self._token = token
        self._future: asyncio.Future[Any] | None = None
        self._given_up = False

    def submit(self, threads: ThreadPoolExecutor, work: Callable[[CancelToken], T]) -> asyncio.Future[T]:
        """Start the work."""
        future = asyncio.get_running_loop().run_in_executor(threads, work, self._token)
        self._future = future
        return future

    async def wait_for_end(self, future: asyncio.Future[T]) -> T:
        """Return the result of the work."""
        return await self.wait_for(asyncio.shield(future))

    async def wait_for(self, what: Awaitable[T]) -> T:
        """Return the result of an awaitable that depends on the work.

        Raises:
            DeadlineExceededError: the work has passed its limit, and does not look at its token.
        """
        task = asyncio.ensure_future(what)
        try:
            while True:
                left = self._token.seconds_left
                timeout = None if left is None else max(left + _GRACE_SECONDS, _POLL_SECONDS)
                if (await asyncio.wait([task], timeout=timeout))[0]:
                    return task.result()
                if (self._token.seconds_left or 0.0) + _GRACE_SECONDS <= 0:
                    _log.error("the work of a call does not stop; its worker is lost until it does")
                    self._given_up = True
                    raise self._token.build_error()
        finally:
            task.cancel()

    async def stop(self) -> None:
        """Stop the work and wait for its end, unless it has ended or was given up."""
        future = self._future
        if future is None or future.done():
            return
        self._token.cancel()
        if not self._given_up:
            await asyncio.wait([future])

    def when_ended(self, then: Callable[[], None]) -> None:
        """Call `then` as soon as the thread is free, and drop the error of work that nobody waited for."""
        if self._future is None:
            then()
            return

        def end(future: asyncio.Future[Any]) -> None:
            if not future.cancelled():
                future.exception()
            then()

        if self._future.done():
            end(self._future)
        else:
            self._future.add_done_callback(end)


class _Belt(Generic[T]):
    """Carries items from a thread to the event loop; the thread waits while a few of them are not taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._items: asyncio.Queue[T | None] = asyncio.Queue()
        self._room = threading.Semaphore(_STREAM_BUFFER)

    def put(self, item: T, token: CancelToken) -> None:
        """Pass an item on. Others may compute while the consumer is behind."""
        token.check()
        while not self._room.acquire(timeout=_POLL_SECONDS):
            token.check()
        _call_soon(self._loop, lambda: self._items.put_nowait(item))

    def end(self) -> None:
        """Tell the consumer that there are no more."""
        _call_soon(self._loop, lambda: self._items.put_nowait(None))

    async def get(self) -> T | None:
        """Return the next item; None at the end."""
        item = await self._items.get()
        self._room.release()
        return item


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], object]) -> None:
    with suppress(RuntimeError):  # the loop is closed: nobody waits any more
        loop.call_soon_threadsafe(callback)
