from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from eightcount_common.errors import BusyError, DeadlineExceededError, InvalidInputError, UnusableMediaError
from eightcount_common.rpc import CancelToken, WorkerPool, turns, workers
from eightcount_common.rpc.limits import WORK_LIMIT_SECONDS, limit_work, read_work_limit


async def test_items_arrive_in_order_and_the_slot_is_free_afterwards() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=0)
    for _ in range(2):
        assert [item async for item in pool.stream(lambda _: iter(range(50)))] == list(range(50))


async def test_a_consumer_that_leaves_stops_the_work() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=0)
    ended = threading.Event()

    def work(token: CancelToken) -> Iterator[int]:
        try:
            for number in range(10**9):
                token.check()
                yield number
        finally:
            ended.set()

    async with aclosing(pool.stream(work)) as items:
        async for number in items:
            if number == 3:
                break
    assert ended.is_set()
    assert await pool.run(lambda _: "free again") == "free again"


async def test_cancelling_the_task_stops_the_work_before_the_slot_is_given_on() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=0)
    started, ended = threading.Event(), threading.Event()

    def work(token: CancelToken) -> None:
        started.set()
        while not token.cancelled:
            time.sleep(0.001)
        ended.set()

    task = asyncio.create_task(pool.run(work))
    await asyncio.to_thread(started.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_one_call_too_many_is_told_so() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=1)
    release = threading.Event()
    calls = [asyncio.create_task(pool.run(lambda _: release.wait())) for _ in range(2)]
    await asyncio.sleep(0)  # both calls are admitted in their first step
    with pytest.raises(BusyError, match="all 1 workers are busy"):
        await pool.run(lambda _: None)
    release.set()
    assert await asyncio.gather(*calls) == [True, True]


async def test_an_error_of_the_work_reaches_the_consumer_after_its_items() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=0)
    seen: list[int] = []

    def work(_: CancelToken) -> Iterator[int]:
        yield 1
        raise UnusableMediaError("the file ends here", reason="TRUNCATED_FILE")

    with pytest.raises(UnusableMediaError, match="ends here"):
        async for item in pool.stream(work):
            seen.append(item)
    assert seen == [1]


@pytest.fixture
def no_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls give way whenever they look."""
    monkeypatch.setattr(turns, "SLICE_SECONDS", 0.0)


class LongWork:
    """Work of many steps that goes on until it is released; it looks at its token before each."""

    def __init__(self) -> None:
        self.started, self.released, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.steps = 0

    def __call__(self, token: CancelToken) -> int:
        self.started.set()
        try:
            while not self.released.is_set():
                token.check()
                self.steps += 1
                time.sleep(0.001)
            return self.steps
        finally:
            self.ended.set()

    def stream(self, token: CancelToken) -> Iterator[int]:
        self(token)
        yield from range(3)


async def start(pool: WorkerPool, work: LongWork) -> asyncio.Task[int]:
    task = asyncio.create_task(pool.run(work, expected_seconds=3600.0))
    await asyncio.to_thread(work.started.wait)
    return task


@pytest.mark.usefixtures("no_slices")
async def test_a_long_call_gives_way_in_the_middle_and_goes_on_afterwards() -> None:
    pool, long = WorkerPool(max_workers=1, queue_limit=8), LongWork()
    task = await start(pool, long)
    assert await asyncio.gather(*(pool.run(lambda _, number=number: number) for number in range(5))) == [0, 1, 2, 3, 4]
    assert not long.ended.is_set()
    long.released.set()
    assert await task == long.steps


@pytest.mark.usefixtures("no_slices")
async def test_many_short_calls_beside_one_long_one_leave_it_whole() -> None:
    pool = WorkerPool(max_workers=2, queue_limit=200)

    def count(token: CancelToken) -> Iterator[int]:
        for number in range(300):
            token.check()
            time.sleep(0.0005)
            yield number

    async def read() -> list[int]:
        return [number async for number in pool.stream(count, expected_seconds=3600.0)]

    streams = [asyncio.create_task(read()) for _ in range(3)]
    shorts = [asyncio.create_task(pool.run(lambda _: time.sleep(0.001))) for _ in range(100)]
    await asyncio.gather(*shorts)
    assert await asyncio.gather(*streams) == [list(range(300))] * 3


@pytest.mark.usefixtures("no_slices")
async def test_a_suspended_call_is_cancelled_at_once() -> None:
    pool, long, short = WorkerPool(max_workers=1, queue_limit=8), LongWork(), LongWork()
    task = await start(pool, long)
    other = asyncio.create_task(pool.run(short))
    await asyncio.to_thread(short.started.wait)
    steps = long.steps
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert long.ended.is_set()
    assert long.steps == steps
    assert not short.ended.is_set()
    short.released.set()
    await other


async def test_a_call_that_waits_is_cancelled_at_once_and_never_starts() -> None:
    pool, long, never = WorkerPool(max_workers=1, queue_limit=1, max_suspended=0), LongWork(), LongWork()
    task = await start(pool, long)
    waiting = asyncio.create_task(pool.run(never))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    again = asyncio.create_task(pool.run(lambda _: "next"))  # its place in the queue is free again
    long.released.set()
    await task
    assert await again == "next"
    assert not never.started.is_set()


@pytest.mark.usefixtures("no_slices")
async def test_others_compute_while_a_consumer_is_behind() -> None:
    pool = WorkerPool(max_workers=1, queue_limit=8)
    async with aclosing(pool.stream(lambda _: iter(range(1000)), expected_seconds=3600.0)) as numbers:
        assert await anext(numbers) == 0
        assert await pool.run(lambda _: "meanwhile") == "meanwhile"
        assert [number async for number in numbers] == list(range(1, 1000))


@pytest.mark.usefixtures("no_slices")
async def test_waiting_does_not_count_as_work() -> None:
    pool, long = WorkerPool(max_workers=1, queue_limit=8, max_suspended=0), LongWork()
    task = await start(pool, long)
    WORK_LIMIT_SECONDS.set(0.2)
    limited = asyncio.create_task(pool.run(lambda token: token.check()))
    await asyncio.sleep(0.5)
    long.released.set()
    await task
    await limited


async def test_work_that_takes_longer_than_it_may_ends() -> None:
    pool, endless = WorkerPool(max_workers=1, queue_limit=0), LongWork()
    WORK_LIMIT_SECONDS.set(0.05)
    with pytest.raises(DeadlineExceededError, match="took longer"):
        await pool.run(endless)
    with pytest.raises(DeadlineExceededError, match="took longer"):
        async for _ in pool.stream(endless.stream):
            pass
    assert endless.ended.is_set()


async def test_work_that_is_stuck_is_given_up_and_does_not_hold_up_its_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_GRACE_SECONDS", 0.05)
    pool, release = WorkerPool(max_workers=1, queue_limit=1), threading.Event()
    WORK_LIMIT_SECONDS.set(0.05)
    with pytest.raises(DeadlineExceededError, match="took longer"):
        await pool.run(lambda _: release.wait(60))
    after = asyncio.create_task(pool.run(lambda _: "after"))
    release.set()
    assert await after == "after"


def test_the_limit_of_work_travels_as_metadata() -> None:
    assert read_work_limit(limit_work(14400.0)) == 14400.0
    assert read_work_limit((("other", "1"),)) is None
    for text in ("soon", "-1", "0", "nan"):
        with pytest.raises(InvalidInputError, match="positive number"):
            read_work_limit((("eightcount-work-seconds", text),))
