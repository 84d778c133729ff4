from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from eightcount_common.errors import UnavailableError
from eightcount_common.storage.folder import FolderStore
from eightcount_gateway.library.streams import StreamWriter

PIECE = bytes(256 * 1024)


class SlowStore(FolderStore):
    """A store that reads nothing until `may_read` is set."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.may_read = threading.Event()

    def put(self, key, source, *, media_type="application/octet-stream"):
        self.may_read.wait(120)
        return super().put(key, source, media_type=media_type)


class FullStore(FolderStore):
    """Fails after a first read, as a full disk does."""

    def put(self, key, source, *, media_type="application/octet-stream"):
        source.read(10)
        raise UnavailableError("the disk is full", reason="STORE_UNAVAILABLE")


async def pieces(count: int, sent: list[int] | None = None) -> AsyncIterator[bytes]:
    for number in range(count):
        if sent is not None:
            sent.append(number)
        yield PIECE


async def test_a_stream_is_stored_whole(tmp_path):
    store = FolderStore(tmp_path)
    info = await StreamWriter(store, max_streams=1).put("a", pieces(20), media_type="video/mp4")
    assert info.size_bytes == 20 * len(PIECE)


async def test_a_slow_store_slows_the_sender_down(tmp_path):
    store, sent = SlowStore(tmp_path), []
    putting = asyncio.create_task(StreamWriter(store, max_streams=1).put("a", pieces(50, sent), media_type="x"))
    await asyncio.sleep(0.2)
    assert len(sent) <= 6, "at most the buffer and the piece in hand"
    store.may_read.set()
    assert (await putting).size_bytes == 50 * len(PIECE)


async def test_a_store_that_fails_ends_the_stream_with_its_error(tmp_path):
    with pytest.raises(UnavailableError, match="disk is full"):
        await StreamWriter(FullStore(tmp_path), max_streams=1).put("a", pieces(10_000), media_type="x")


async def test_a_sender_that_fails_leaves_nothing(tmp_path):
    async def broken() -> AsyncIterator[bytes]:
        yield PIECE
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await StreamWriter(FolderStore(tmp_path), max_streams=1).put("a", broken(), media_type="x")
    assert not list(tmp_path.iterdir())


async def test_a_cancelled_put_leaves_nothing(tmp_path):
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield PIECE
            await asyncio.sleep(0.01)

    putting = asyncio.create_task(
        StreamWriter(FolderStore(tmp_path), max_streams=1).put("a", endless(), media_type="x")
    )
    await asyncio.sleep(0.1)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    assert not list(tmp_path.iterdir())
