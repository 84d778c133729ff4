"""Wiring of the classifier service."""

from __future__ import annotations

import asyncio

import grpc.aio
import torch

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount_classifier.service.servicer import ClassifierServicer
from eightcount_classifier.settings import ClassifierSettings
from eightcount_common.rpc import WorkerPool, serve
from eightcount_common.settings import StoreSettings
from eightcount_common.storage import open_store

_QUEUED_TRAININGS = 4


async def run(settings: ClassifierSettings) -> None:
    """Build the service and serve until it is stopped."""
    torch.set_num_threads(settings.threads)
    pool = WorkerPool(settings.max_workers, settings.queue_limit, max_suspended=settings.max_suspended)
    training_pool = WorkerPool(
        1, _QUEUED_TRAININGS, max_suspended=0, name="trainings"
    )  # its own pool, so that no classification waits for a training
    servicer = ClassifierServicer(open_store(StoreSettings()), pool, training_pool, settings)

    def register(server: grpc.aio.Server) -> None:
        classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(servicer, server)

    name = classifier_pb2.DESCRIPTOR.services_by_name["ClassifierService"].full_name
    await serve(settings, name="classifier", register=register, service_names=[name])


def main() -> None:
    """Read the settings and serve."""
    asyncio.run(run(ClassifierSettings()))
