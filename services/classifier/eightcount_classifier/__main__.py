"""Starts the classifier service: `python -m eightcount_classifier`."""

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

_TRAININGS_WAITING = 4


async def run(settings: ClassifierSettings) -> None:
    """Wires the service together and serves until told to stop."""
    torch.set_num_threads(settings.threads)
    pool = WorkerPool(settings.max_workers, settings.queue_limit)
    trainings = WorkerPool(1, _TRAININGS_WAITING)  # apart, so that nobody waits for a training to be classified
    servicer = ClassifierServicer(open_store(StoreSettings()), pool, trainings, settings)

    def register(server: grpc.aio.Server) -> None:
        classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(servicer, server)

    name = classifier_pb2.DESCRIPTOR.services_by_name["ClassifierService"].full_name
    await serve(settings, name="classifier", register=register, service_names=[name])


def main() -> None:
    asyncio.run(run(ClassifierSettings()))


if __name__ == "__main__":
    main()
