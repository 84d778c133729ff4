"""Wires the generator service together and serves it."""

from __future__ import annotations

import asyncio

import grpc.aio

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store
from eightcount_generator.pretrained import FOLDER
from eightcount_generator.service.servicer import GeneratorServicer
from eightcount_generator.settings import GeneratorSettings

_TRAININGS_WAITING = 4


async def run(settings: GeneratorSettings) -> None:
    """Build the servicer and serve until the process receives a signal to stop."""
    pool = WorkerPool(settings.max_workers, settings.queue_limit, max_suspended=settings.max_suspended)
    trainings = WorkerPool(
        1, _TRAININGS_WAITING, max_suspended=0, name="trainings"
    )  # a pool of its own, so that no dance waits for a training
    servicer = GeneratorServicer(open_store(StoreSettings()), pool, trainings, settings, pretrained=FOLDER)

    def register(server: grpc.aio.Server) -> None:
        generator_pb2_grpc.add_GeneratorServiceServicer_to_server(servicer, server)

    name = generator_pb2.DESCRIPTOR.services_by_name["GeneratorService"].full_name
    await serve(settings, name="generator", register=register, service_names=[name])


def main() -> None:
    """Serve with the settings of the environment."""
    asyncio.run(run(GeneratorSettings()))
