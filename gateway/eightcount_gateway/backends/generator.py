"""Calls of the generator service: a limit of work on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount.models.v1 import models_pb2
from eightcount_common.rpc.limits import limit_work
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.settings import GatewaySettings


class GeneratorClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, backend: Backend, settings: GatewaySettings) -> None:
        self._stub = generator_pb2_grpc.GeneratorServiceStub(backend.channel)
        self._backend = backend
        self._limit = limit_work(settings.generate_timeout_seconds)
        self._training_limit = limit_work(settings.train_timeout_seconds)

    def generate(self, request: generator_pb2.GenerateRequest) -> AsyncGenerator[generator_pb2.GenerateResponse]:
        """Generate a dance: its header, its frames as they are made, and the recordings that they were copied from."""
        return self._backend.stream(self._stub.Generate(request, metadata=self._limit))

    def export(self, request: generator_pb2.ExportRequest) -> AsyncGenerator[generator_pb2.ExportResponse]:
        """Export a dance as a file: its progress, then its size."""
        return self._backend.stream(self._stub.Export(request, metadata=self._limit))

    def train(self, request: generator_pb2.TrainRequest) -> AsyncGenerator[generator_pb2.TrainResponse]:
        """Train a model: its progress, then the model; the same call continues an interrupted one."""
        return self._backend.stream(self._stub.Train(request, metadata=self._training_limit))

    def fine_tune(self, request: generator_pb2.FineTuneRequest) -> AsyncGenerator[generator_pb2.FineTuneResponse]:
        """Fine-tune another model, as `train` does."""
        return self._backend.stream(self._stub.FineTune(request, metadata=self._training_limit))

    async def delete_model(self, name: str, version: str = "") -> Sequence[str]:
        """Delete a trained model and every file that its training kept; return the URIs of the files.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            ConflictError: MODEL_IS_PRETRAINED, or MODEL_VERSION_MISMATCH.
        """
        request = generator_pb2.DeleteModelRequest(model=models_pb2.ModelRef(name=name, version=version or None))
        return (await self._backend.answer(self._stub.DeleteModel(request, metadata=self._limit))).deleted_uris

    async def list_models(self) -> Sequence[models_pb2.ModelInfo]:
        """List the pretrained models and the trained ones."""
        call = self._stub.ListModels(generator_pb2.ListModelsRequest(), metadata=self._limit)
        return (await self._backend.answer(call)).models
