"""The gRPC face: decode, call the core, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

import grpc.aio

from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_generator.families import FAMILIES, Family, find_family
from eightcount_generator.pipeline import Generation
from eightcount_generator.service import codec
from eightcount_generator.service.exports import export_dance
from eightcount_generator.service.model_registry import ModelRegistry
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
        self._models = ModelRegistry(store, families=families, cache_size=settings.models_kept, pretrained=pretrained)
        self._trainer = Trainer(store, self._models, settings, families=families)

    async def Generate(
        self,
        request: generator_pb2.GenerateRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.GenerateResponse]:
        """The header, the dance piece by piece, and that it is whole."""
        async with aclosing(self._pool.stream(lambda cancel: self._generate(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def Export(
        self,
        request: generator_pb2.ExportRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.ExportResponse]:
        """Progress, then how large the file is."""
        async with aclosing(self._pool.stream(lambda cancel: export_dance(self._store, request, cancel))) as responses:
            async for response in responses:
                yield response

    async def Train(
        self,
        request: generator_pb2.TrainRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.TrainResponse]:
        """How the training goes, then the model."""
        async with aclosing(self._trainings.stream(lambda cancel: self._trainer.train(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def FineTune(
        self,
        request: generator_pb2.FineTuneRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[generator_pb2.FineTuneResponse]:
        """How the training goes, then the model."""
        teach = self._trainer.fine_tune
        async with aclosing(self._trainings.stream(lambda cancel: teach(request, cancel))) as responses:
            async for response in responses:
                yield response

    async def Models(self, request: generator_pb2.ModelsRequest, context: Context) -> generator_pb2.ModelsResponse:  # noqa: ARG002
        """Every model."""
        return generator_pb2.ModelsResponse(models=await self._pool.run(lambda _: self._list_models()))

    def _generate(
        self, request: generator_pb2.GenerateRequest, cancel: CancelToken
    ) -> Iterator[generator_pb2.GenerateResponse]:
        longest = self._settings.max_dance_seconds
        music = codec.decode_music(request.music, duration_seconds=request.duration_seconds, longest_seconds=longest)
        model = self._models.get(request.model)
        if uses_constraints(request) and not model.takes_key_poses:
            raise InvalidInputError(
                f"the model {model.metadata.name!r} takes neither key poses nor edits", reason="NO_KEY_POSES"
            )
        options = OptionsReader(self._store, check=cancel.check).read(request, music)
        yield generator_pb2.GenerateResponse(header=codec.encode_header(model.metadata, frames=music.frames))
        making, frames = Generation(model.generator, music, options, check=cancel.check), 0
        for piece in making.pieces():
            yield generator_pb2.GenerateResponse(chunk=codec.encode_chunk(piece, first_frame=frames))
            frames += len(piece)
        yield generator_pb2.GenerateResponse(finished=codec.encode_finished(frames, making.source_segments))

    def _list_models(self) -> list[generator_pb2.ModelInfo]:
        return [self._model_info(name) for name in self._models.names()]

    def _model_info(self, name: str) -> generator_pb2.ModelInfo:
        try:
            label = self._models.metadata(name)
            family = find_family(label.family, self._families)
        except EightcountError as error:  # damaged, of a family that is no more, or deleted since it was listed
            return codec.encode_unusable_model(name, error)
        return codec.encode_model(
            label, takes_key_poses=family.takes_key_poses, pretrained=self._models.is_pretrained(name)
        )
