from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from eightcount_common.errors import BusyError, UnusableMediaError
from eightcount_common.rpc import CancelToken, WorkerPool


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
