"""Runs the sync service."""

from __future__ import annotations

import asyncio

import grpc.aio

from eightcount.sync.v1 import sync_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_sync.service.servicer import SyncServicer
from eightcount_sync.settings import SyncSettings

SERVICE_NAME = "eightcount.sync.v1.SyncService"


async def run(settings: SyncSettings, store: StoreSettings) -> None:
    """Serves until a signal comes."""
    servicer = SyncServicer(open_store(store), WorkerPool(settings.max_workers, settings.queue_limit), settings)

    def register(server: grpc.aio.Server) -> None:
        sync_pb2_grpc.add_SyncServiceServicer_to_server(servicer, server)

    await serve(settings, name="sync", register=register, service_names=[SERVICE_NAME])


def main() -> None:
    asyncio.run(run(SyncSettings(), StoreSettings()))


if __name__ == "__main__":
    main()
