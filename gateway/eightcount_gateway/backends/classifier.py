"""Calls of the classifier service: a limit of work on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import InternalError
from eightcount_common.rpc.limits import limit_work
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.settings import GatewaySettings


class ClassifierClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, backend: Backend, settings: GatewaySettings) -> None:
        self._stub = classifier_pb2_grpc.ClassifierServiceStub(backend.channel)
        self._backend = backend
        self._limit = limit_work(settings.classify_timeout_seconds)
        self._training_limit = limit_work(settings.train_timeout_seconds)

    async def classify_video(
        self, options: classifier_pb2.ClassifyOptions, *, video_uri: str, motion_uri: str
    ) -> AsyncGenerator[common_pb2.Progress | classifier_pb2.Classification]:
        """Classify a recording: its progress, then the classification."""
        request = classifier_pb2.ClassifyVideoRequest(
            options=options, video_uri=video_uri or None, motion_uri=motion_uri or None
        )
        call = self._stub.ClassifyVideo(request, metadata=self._limit)
        async with aclosing(self._backend.stream(call)) as responses:
            async for response in responses:
                yield response.classification if response.HasField("classification") else response.progress

    def classify(
        self, messages: AsyncIterator[classifier_pb2.ClassifyRequest]
    ) -> AsyncGenerator[classifier_pb2.ClassifyResponse]:
        """Classify a motion while it streams in: its windows, and at the end the whole."""
        return self._backend.stream(self._stub.Classify(messages))

    def train(self, request: classifier_pb2.TrainRequest) -> AsyncGenerator[classifier_pb2.TrainResponse]:
        """Train a model: its progress, then the model; the same call continues an interrupted one."""
        return self._backend.stream(self._stub.Train(request, metadata=self._training_limit))

    async def list_models(self) -> Sequence[models_pb2.ModelInfo]:
        """List the pretrained models and the trained ones."""
        call = self._stub.ListModels(classifier_pb2.ListModelsRequest(), metadata=self._limit)
        return (await self._backend.answer(call)).models

    async def delete_model(self, name: str, version: str = "") -> Sequence[str]:
        """Delete a trained model and every file that its training kept; return the URIs of the files.

        Raises:
            NotFoundError: MODEL_NOT_FOUND.
            ConflictError: MODEL_IS_PRETRAINED, or MODEL_VERSION_MISMATCH.
        """
        request = classifier_pb2.DeleteModelRequest(model=models_pb2.ModelRef(name=name, version=version or None))
        return (await self._backend.answer(self._stub.DeleteModel(request, metadata=self._limit))).deleted_uris

    async def add_style(self, name: str, motion_uris: Sequence[str]) -> classifier_pb2.AddStyleResponse:
        """Add a style to the few-shot model."""
        request = classifier_pb2.AddStyleRequest(name=name, motion_uris=motion_uris)
        answer = await self._backend.answer(self._stub.AddStyle(request, metadata=self._limit))
        if not answer.HasField("model"):
            raise InternalError("the classifier service sent no model", reason="PROTOCOL")
        return answer

    async def remove_style(self, name: str) -> None:
        """Remove a style from the few-shot model.

        Raises:
            NotFoundError: it was never added.
        """
        request = classifier_pb2.RemoveStyleRequest(name=name)
        await self._backend.answer(self._stub.RemoveStyle(request, metadata=self._limit))
