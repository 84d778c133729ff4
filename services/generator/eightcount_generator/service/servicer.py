"""The gRPC servicer: decodes requests, calls the core, encodes responses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import grpc.aio

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.models.codec import decode_version
from eightcount_common.models.deletion import delete_model
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, find_family
from eightcount_generator.pipeline import Generation
from eightcount_generator.service import codec
from eightcount_generator.service.exports import export_dance
from eightcount_generator.service.model_registry import DanceModelRegistry
from eightcount_generator.service.options_reader import OptionsReader, uses_constraints
from eightcount_generator.service.training import Trainer
from eightcount_generator.settings import GeneratorSettings

Context = grpc.aio.ServicerContext[Any, Any]


class GeneratorServicer(generator_pb2_grpc.GeneratorServiceServicer):
    """Serves `eightcount.generator.v1.GeneratorService` over one store."""

    def __init__(
        self, store: ObjectStore, pool: WorkerPool, trainings: WorkerPool, settings: GeneratorSettings, *,
        families: Mapping[str, Family] = FAMILIES, pretrained: Path | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._pool = pool
        self._trainings = trainings
        self._settings = settings
        self._families = families
        self._models = DanceModelRegistry(
            store, families=families, cache_size=settings.models_kept, pretrained=pretrained,
            default_model=settings.default_model,
        )  # fmt: skip
        self._trainer = Trainer(store, self._models, settings, families=families)

    async def Generate(
        self,
        request: generator_pb2.GenerateRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.GenerateResponse]:
        """Stream the header, the pieces of the dance, and a last message when it is complete."""
        async with aclosing(self._pool.stream(lambda cancel: self._generate(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def Export(
        self,
        request: generator_pb2.ExportRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.ExportResponse]:
        """Stream progress, then the size of the written file."""
        async with aclosing(self._pool.stream(lambda cancel: export_dance(self._store, request, cancel))) as responses:
            async for response in responses:
                yield response

    async def Train(
        self,
        request: generator_pb2.TrainRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.TrainResponse]:
        """Stream the progress of a training, then the model."""
        async with aclosing(self._trainings.stream(lambda cancel: self._trainer.train(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def FineTune(
        self,
        request: generator_pb2.FineTuneRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.FineTuneResponse]:
        """Stream the progress of a fine-tuning, then the model."""
        train = self._trainer.fine_tune
        async with aclosing(self._trainings.stream(lambda cancel: train(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def ListModels(
        self,
        request: generator_pb2.ListModelsRequest,  # noqa: ARG002
        context: Context,  # noqa: ARG002
    ) -> generator_pb2.ListModelsResponse:
        """List the pretrained models, then the trained ones."""
        return generator_pb2.ListModelsResponse(models=await self._pool.run(lambda _: self._list_models()))

    async def DeleteModel(
        self,
        request: generator_pb2.DeleteModelRequest,
        context: Context,  # noqa: ARG002
    ) -> generator_pb2.DeleteModelResponse:
        """Delete a trained model and the checkpoints of its trainings."""
        folders = self._trainer.folders
        deleted = await self._pool.run(lambda _: delete_model(self._models, folders, request.model))
        return generator_pb2.DeleteModelResponse(deleted_uris=deleted)

    def _generate(
        self, request: generator_pb2.GenerateRequest, cancel: CancelToken
    ) -> Iterator[generator_pb2.GenerateResponse]:
        longest = self._settings.max_dance_seconds
        duration = codec.decode_duration(request)
        music = codec.decode_music(request.music, duration_seconds=duration, longest_seconds=longest)
        model = self._models.get(request.model.name, version=decode_version(request.model))
        if uses_constraints(request) and not model.supports_constraints:
            raise InvalidInputError(
                f"the model {model.metadata.name!r} supports neither key poses nor edits", reason="NO_KEY_POSES"
            )
        options = OptionsReader(self._store, check=cancel.check).read(request, music)
        yield generator_pb2.GenerateResponse(header=codec.encode_header(model.metadata, frames=music.frames))
        generation, frames = Generation(model.generator, music, options, check=cancel.check), 0
        for piece in generation.pieces():
            yield generator_pb2.GenerateResponse(chunk=codec.encode_chunk(piece, first_frame=frames))
            frames += len(piece)
        yield generator_pb2.GenerateResponse(finished=codec.encode_finished(frames, generation.source_segments))

    def _list_models(self) -> list[models_pb2.ModelInfo]:
        return [self._model_info(name) for name in self._models.list_names()]

    def _model_info(self, name: str) -> models_pb2.ModelInfo:
        origin = self._models.get_origin(name)
        is_default = name == self._models.default_name
        try:
            metadata = self._models.describe(name)
            family = find_family(metadata.family, self._families)
            size = self._models.size_bytes(name)
        except EightcountError as error:  # damaged, of a removed family, or deleted since it was listed
            return codec.encode_unusable_model(name, error, origin=origin)
        return codec.encode_model(
            metadata, supports_constraints=family.supports_constraints, origin=origin, is_default=is_default,
            size_bytes=size,
        )  # fmt: skip
