"""Calls of the generator service: a deadline on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

import grpc.aio

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount.models.v1 import models_pb2
from eightcount_common.rpc import translate_errors
from eightcount_gateway.backends.calls import stream_responses
from eightcount_gateway.settings import GatewaySettings


class GeneratorClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, channel: grpc.aio.Channel, settings: GatewaySettings) -> None:
        self._stub = generator_pb2_grpc.GeneratorServiceStub(channel)
        self._settings = settings

    def generate(self, request: generator_pb2.GenerateRequest) -> AsyncGenerator[generator_pb2.GenerateResponse]:
        """Generate a dance: its header, its frames as they are made, and the recordings that they were copied from."""
        return stream_responses(self._stub.Generate(request, timeout=self._settings.generate_timeout_seconds))

    def export(self, request: generator_pb2.ExportRequest) -> AsyncGenerator[generator_pb2.ExportResponse]:
        """Export a dance as a file: its progress, then its size."""
        return stream_responses(self._stub.Export(request, timeout=self._settings.generate_timeout_seconds))

    def train(self, request: generator_pb2.TrainRequest) -> AsyncGenerator[generator_pb2.TrainResponse]:
        """Train a model: its progress, then the model; the same call continues an interrupted one."""
        return stream_responses(self._stub.Train(request, timeout=self._settings.train_timeout_seconds))

    def fine_tune(self, request: generator_pb2.FineTuneRequest) -> AsyncGenerator[generator_pb2.FineTuneResponse]:
        """Fine-tune another model, as `train` does."""
        return stream_responses(self._stub.FineTune(request, timeout=self._settings.train_timeout_seconds))

    async def delete_model(self, name: str, version: str = "") -> Sequence[str]:
        """Delete a trained model and every file that its training kept; return the URIs of the files.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            ConflictError: MODEL_IS_PRETRAINED, or MODEL_VERSION_MISMATCH.
        """
        request = generator_pb2.DeleteModelRequest(model=models_pb2.ModelRef(name=name, version=version or None))
        with translate_errors():
            response = await self._stub.DeleteModel(request, timeout=self._settings.generate_timeout_seconds)
        return response.deleted_uris

    async def list_models(self) -> Sequence[models_pb2.ModelInfo]:
        """List the pretrained models and the trained ones."""
        with translate_errors():
            answer = await self._stub.ListModels(
                generator_pb2.ListModelsRequest(), timeout=self._settings.probe_timeout_seconds
            )
        return answer.models
