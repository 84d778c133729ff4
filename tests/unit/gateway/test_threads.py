"""Work in threads is over when the task that waits for it is."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from eightcount.pose.v1 import pose_pb2
from eightcount_common.rpc.wire import encode_chunk, encode_header
from eightcount_common.storage.folder import FolderStore
from eightcount_gateway.library.motions.extractor import Extractor, Source
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.refs import MotionRef
from eightcount_gateway.library.streams import StreamWriter
from eightcount_gateway.threads import run_in_thread
from tests.fakes.motion import synthetic_motion


class Gate:
    """Holds a thread until it is opened."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self.opened = threading.Event()
        self.passed = False

    def hold(self) -> None:
        self.reached.set()
        assert self.opened.wait(30)
        self.passed = True


async def cancel_within(task: asyncio.Task[Any], gate: Gate) -> None:
    """Cancel a task twice while its thread is held, then let the thread go on; the task must end after it."""
    assert await asyncio.to_thread(gate.reached.wait, 30)
    for _ in range(2):
        task.cancel()
        await asyncio.sleep(0.05)
    assert not task.done()
    gate.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert gate.passed


async def test_a_result_and_an_error_come_through() -> None:
    assert await run_in_thread(divmod, 7, 2) == (3, 1)
    with pytest.raises(ZeroDivisionError):
        await run_in_thread(divmod, 7, 0)


async def test_a_cancelled_task_ends_after_its_thread() -> None:
    gate = Gate()
    await cancel_within(asyncio.create_task(run_in_thread(gate.hold)), gate)


async def test_an_error_of_work_that_nobody_waits_for_is_dropped() -> None:
    gate = Gate()

    def fail() -> None:
        gate.hold()
        raise ValueError("nobody is interested")

    await cancel_within(asyncio.create_task(run_in_thread(fail)), gate)


class SlowStore(FolderStore):
    """Holds every write at the gate."""

    gate: Gate

    def put(self, key, file, *, media_type="application/octet-stream"):
        self.gate.hold()
        return super().put(key, file, media_type=media_type)


@pytest.fixture
def slow_store(tmp_path) -> SlowStore:
    store = SlowStore(tmp_path)
    store.gate = Gate()
    return store


async def test_a_stream_that_is_cut_off_is_not_written_afterwards(slow_store) -> None:
    async def pieces():
        yield b"some"
        await asyncio.Event().wait()

    writer = StreamWriter(slow_store, max_streams=1)
    await cancel_within(asyncio.create_task(writer.put("a/b", pieces(), media_type="text/plain")), slow_store.gate)
    assert list(slow_store.list("")) == []
    writer.close()


class OneChunk:
    """Services of which pose sends one chunk and then nothing."""

    pose: OneChunk

    def __init__(self) -> None:
        self.pose = self

    async def wait_for(self, name: str) -> None:
        pass

    async def extract(self, *_: object, **__: object):
        motion = synthetic_motion(30)
        yield pose_pb2.ExtractResponse(started=pose_pb2.ExtractStarted(header=encode_header(motion)))
        yield pose_pb2.ExtractResponse(chunk=encode_chunk(motion, first_frame=0))
        await asyncio.Event().wait()


class NoteLeases:
    """Leases that anybody gets; who holds one is noted."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    def acquire(self, name: str, owner: str) -> bool:
        self.held.add(owner)
        return True

    def renew(self, name: str, owner: str, **_: object) -> bool:
        return True

    def release(self, name: str, owner: str) -> None:
        self.held.discard(owner)


async def test_a_cancelled_extraction_writes_nothing_after_its_end(slow_store) -> None:
    leases: Any = NoteLeases()
    backends: Any = OneChunk()
    extractor = Extractor(MotionLibrary(slow_store), leases, backends)
    ref = MotionRef("ab" * 32, "lite", "fake/1")
    work = extractor.ensure(ref, Source("folder://x"), lambda *_: None)
    await cancel_within(asyncio.create_task(work), slow_store.gate)
    kept = [info.key for info in slow_store.list("")]
    await asyncio.sleep(0.2)
    assert [info.key for info in slow_store.list("")] == kept
    assert leases.held == set()


async def test_a_lease_that_is_taken_while_the_job_is_cancelled_is_given_back(tmp_path) -> None:
    gate = Gate()

    class SlowLeases(NoteLeases):
        def acquire(self, name: str, owner: str) -> bool:
            gate.hold()
            return super().acquire(name, owner)

    leases: Any = SlowLeases()
    backends: Any = OneChunk()
    extractor = Extractor(MotionLibrary(FolderStore(tmp_path)), leases, backends)
    work = extractor.ensure(MotionRef("ab" * 32, "lite", "fake/1"), Source("folder://x"), lambda *_: None)
    await cancel_within(asyncio.create_task(work), gate)
    assert leases.held == set()
