"""Start-up of the scoring service."""

from __future__ import annotations

import asyncio

import cv2
import grpc.aio

from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_scoring.service.servicer import ScoringServicer
from eightcount_scoring.settings import ScoringSettings


async def run(settings: ScoringSettings, store: StoreSettings) -> None:
    """Serve until a termination signal arrives."""
    cv2.setNumThreads(1)  # drawing operations are small, and decoders and encoder share the cores
    pool = WorkerPool(settings.max_workers, settings.queue_limit, max_suspended=settings.max_suspended)
    servicer = ScoringServicer(
        pool, open_store(store), max_motion_seconds=settings.max_motion_seconds, max_sessions=settings.max_sessions
    )

    def register(server: grpc.aio.Server) -> None:
        scoring_pb2_grpc.add_ScoringServiceServicer_to_server(servicer, server)

    name = scoring_pb2.DESCRIPTOR.services_by_name["ScoringService"].full_name
    await serve(settings, name="scoring", register=register, service_names=[name])


def main() -> None:
    """Read the settings from the environment and run the service."""
    asyncio.run(run(ScoringSettings(), StoreSettings()))
