"""The pose service's process: wires the parts together and serves."""

from __future__ import annotations

import asyncio

import grpc.aio

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.service.servicer import PoseServicer
from eightcount_pose.settings import PoseSettings

_PROBES_WAITING = 256


async def run() -> None:
    """Serve until the process is asked to stop."""
    settings = PoseSettings()
    loader = EngineLoader(settings)
    pool = WorkerPool(
        settings.max_workers,
        settings.queue_limit,
        max_suspended=settings.max_suspended,
        max_weight=settings.max_megapixels,
    )
    probe_pool = WorkerPool(settings.probe_workers, _PROBES_WAITING, name="probes")
    servicer = PoseServicer(
        open_store(StoreSettings()), loader, pool, probe_pool, default_variant=settings.default_variant,
        max_sessions=settings.max_sessions,
    )  # fmt: skip

    def register(server: grpc.aio.Server) -> None:
        pose_pb2_grpc.add_PoseServiceServicer_to_server(servicer, server)

    try:
        await serve(
            settings, name="pose", register=register, warm_up=loader.warm_up,
            service_names=[pose_pb2.DESCRIPTOR.services_by_name["PoseService"].full_name],
        )  # fmt: skip
    finally:
        pool.close()
        probe_pool.close()


def main() -> None:
    """Run the service."""
    asyncio.run(run())
