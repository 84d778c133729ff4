"""Calls of the generator service: a deadline on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import grpc.aio

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount_common.rpc import translate_errors
from eightcount_gateway.backends.calls import streamed
from eightcount_gateway.settings import GatewaySettings


class GeneratorClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, channel: grpc.aio.Channel, settings: GatewaySettings) -> None:
        self._stub = generator_pb2_grpc.GeneratorServiceStub(channel)
        self._settings = settings

    def generate(self, request: generator_pb2.GenerateRequest) -> AsyncGenerator[generator_pb2.GenerateResponse]:
        """The header of a dance, its frames as they are made, and what they were made of."""
        return streamed(self._stub.Generate(request, timeout=self._settings.generate_timeout_seconds))

    def export(self, request: generator_pb2.ExportRequest) -> AsyncGenerator[generator_pb2.ExportResponse]:
        """How the writing of a file goes, then how large it is."""
        return streamed(self._stub.Export(request, timeout=self._settings.generate_timeout_seconds))

    def train(self, request: generator_pb2.TrainRequest) -> AsyncGenerator[generator_pb2.TrainResponse]:
        """How the training goes, then the model; a call that was cut short is continued by the same call."""
        return streamed(self._stub.Train(request, timeout=self._settings.train_timeout_seconds))

    def fine_tune(self, request: generator_pb2.FineTuneRequest) -> AsyncGenerator[generator_pb2.FineTuneResponse]:
        """As `train`, from another model on."""
        return streamed(self._stub.FineTune(request, timeout=self._settings.train_timeout_seconds))

    async def models(self) -> Sequence[generator_pb2.ModelInfo]:
        """The models there are."""
        with translate_errors():
            answer = await self._stub.Models(
                generator_pb2.ModelsRequest(), timeout=self._settings.probe_timeout_seconds
            )
        return answer.models
