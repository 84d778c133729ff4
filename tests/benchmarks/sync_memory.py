"""Peak memory of the sync service's process while it compares two recordings and analyses the music of one of them:
python -m tests.benchmarks.sync_memory REFERENCE TAKE [--search-speed]

Prints VmHWM in MB before the calls and after, the answer, and the processor seconds of a first and of a second call.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import grpc.aio

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.rpc import WorkerPool, open_channel
from eightcount_common.storage.folder import FolderStore
from eightcount_sync.service.servicer import SyncServicer
from eightcount_sync.settings import SyncSettings


def peak_megabytes() -> float:
    """Return the largest resident set of this process so far."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


async def measure(folder: Path, paths: list[Path], *, search_speed: bool) -> None:
    """Serve the two files in this process and call the service."""
    store = FolderStore(folder)
    server = grpc.aio.server()
    servicer = SyncServicer(store, WorkerPool(2, 4), SyncSettings())
    sync_pb2_grpc.add_SyncServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    for name, path in zip("ab", paths, strict=True):
        store.put_file(name, path)
    align = sync_pb2.AlignRequest(a_uri=store.uri("a"), b_uri=store.uri("b"), search_speed=search_speed)
    listen = sync_pb2.AnalyseMusicRequest(uri=store.uri("a"))
    before = peak_megabytes()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        stub = sync_pb2_grpc.SyncServiceStub(channel)
        for turn in ("first", "second"):
            started = time.process_time()
            answer, _ = await asyncio.gather(stub.Align(align), _last(stub.AnalyseMusic(listen)))
            print(f"{turn} call: {time.process_time() - started:.1f} s of processor time")
    print(f"{answer.alignment.reason}, offset {answer.alignment.offset_seconds:.4f} s")
    print(f"peak {peak_megabytes():.0f} MB, before the calls {before:.0f} MB")
    await server.stop(None)


async def _last(stream: AsyncIterator[sync_pb2.AnalyseMusicResponse]) -> sync_pb2.Music:
    return [response async for response in stream][-1].music


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reference", type=Path)
    parser.add_argument("take", type=Path)
    parser.add_argument("--search-speed", action="store_true")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), [options.reference, options.take], search_speed=options.search_speed))


if __name__ == "__main__":
    main()
