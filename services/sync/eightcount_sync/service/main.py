"""Start-up of the sync service."""

from __future__ import annotations

import asyncio

import grpc.aio

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_sync.service.servicer import SyncServicer
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network


async def run(settings: SyncSettings, store: StoreSettings) -> None:
    """Serve until a termination signal arrives."""
    servicer = SyncServicer(
        open_store(store),
        WorkerPool(settings.max_workers, settings.queue_limit, max_suspended=settings.max_suspended),
        settings,
    )

    def register(server: grpc.aio.Server) -> None:
        sync_pb2_grpc.add_SyncServiceServicer_to_server(servicer, server)

    def read_weights() -> None:
        load_beat_network(settings.weights)

    name = sync_pb2.DESCRIPTOR.services_by_name["SyncService"].full_name
    await serve(settings, name="sync", register=register, warm_up=read_weights, service_names=[name])


def main() -> None:
    """Read the settings from the environment and run the service."""
    asyncio.run(run(SyncSettings(), StoreSettings()))
