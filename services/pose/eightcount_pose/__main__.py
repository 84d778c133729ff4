"""The pose service as a process: `python -m eightcount_pose`."""

from __future__ import annotations

import asyncio

import grpc.aio

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_pose.loading import EngineLoader
from eightcount_pose.servicer import PoseServicer
from eightcount_pose.settings import PoseSettings


async def run() -> None:
    """Wires the service together and serves until it is told to stop."""
    settings = PoseSettings()
    engines = EngineLoader(settings)
    pool = WorkerPool(settings.max_workers, settings.queue_limit)
    servicer = PoseServicer(open_store(StoreSettings()), engines, pool, default_variant=settings.default_variant)

    def register(server: grpc.aio.Server) -> None:
        pose_pb2_grpc.add_PoseServiceServicer_to_server(servicer, server)

    try:
        await serve(
            settings, name="pose", register=register, warm_up=engines.warm_up,
            service_names=[pose_pb2.DESCRIPTOR.services_by_name["PoseService"].full_name],
        )  # fmt: skip
    finally:
        pool.close()


def main() -> None:
    asyncio.run(run())


if __name__ == "__main__":
    main()
