from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc.aio
import pytest

from eightcount.generator.v1 import generator_pb2_grpc
from eightcount_common.rpc import WorkerPool, open_channel
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.storage.folder import FolderStore
from eightcount_generator.service.servicer import GeneratorServicer
from eightcount_generator.settings import GeneratorSettings
from tests.unit.generator.service_harness import House, Stub
from tests.unit.generator.stub_family import StubFamily


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    store, family = FolderStore(tmp_path / "store"), StubFamily()
    pool, trainings = WorkerPool(1, 1), WorkerPool(1, 1)
    settings = GeneratorSettings(
        max_dance_seconds=900, runs_folder=tmp_path / "runs", device="cpu", default_model="mine"
    )
    servicer = GeneratorServicer(store, pool, trainings, settings, families={"sways": family})
    server = grpc.aio.server(interceptors=[ErrorInterceptor()])
    generator_pb2_grpc.add_GeneratorServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield House(Stub(channel), store, family)
    await server.stop(0)
    pool.close()
    trainings.close()
