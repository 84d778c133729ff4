"""The gRPC face: decode, call the core, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import grpc.aio

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.motion.v1 import motion_pb2
from eightcount_classifier.backbones.base import BackboneSource, check_same
from eightcount_classifier.backbones.inception import open_inception_lazily
from eightcount_classifier.inference.classification import WindowPrediction
from eightcount_classifier.inference.live import LiveClassifier
from eightcount_classifier.inference.video import VideoClassifier
from eightcount_classifier.model import StyleModel
from eightcount_classifier.service import codec
from eightcount_classifier.service.model_registry import FEW_SHOT, PRETRAINED_FOLDER, ModelRegistry
from eightcount_classifier.service.motions import read_body
from eightcount_classifier.service.training import Teacher
from eightcount_classifier.service.video_features import VideoFeatures
from eightcount_classifier.settings import ClassifierSettings
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.rpc.wire import decode_chunk, read_motion_messages
from eightcount_common.storage import ObjectStore

Context = grpc.aio.ServicerContext[Any, Any]
_FRAMES_AT_ONCE = 1800


class ClassifierServicer(classifier_pb2_grpc.ClassifierServiceServicer):
    """Serves `eightcount.classifier.v1.ClassifierService` over one store."""

    def __init__(
        self, store: ObjectStore, pool: WorkerPool, trainings: WorkerPool, settings: ClassifierSettings, *,
        shipped: Path = PRETRAINED_FOLDER, backbone: BackboneSource | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._pool = pool
        self._trainings = trainings
        self._library = ModelRegistry(store, shipped=shipped)
        self._backbone = backbone or open_inception_lazily(settings.backbone_weights)
        self._teacher = Teacher(store, self._library, settings, self._backbone)

    async def Classify(
        self,
        request_iterator: AsyncIterator[classifier_pb2.ClassifyRequest],
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.ClassifyResponse]:
        """Windows as they become complete, then the whole."""
        options, header = await _opening(request_iterator)
        model = await self._pool.run(lambda _: self._pose_model(options.model))
        live = LiveClassifier(model, beats_seconds=options.beats_seconds)
        order, told = _ChunkOrder(), 0
        async for request in request_iterator:
            part = order.taken(header, request)
            for window in await self._pool.run(_adding(live, part)):
                told += 1
                yield classifier_pb2.ClassifyResponse(window=codec.encode_window(window))
        found = await self._pool.run(lambda _: live.finish())
        for window in found.windows[told:]:
            yield classifier_pb2.ClassifyResponse(window=codec.encode_window(window))
        yield classifier_pb2.ClassifyResponse(
            classification=codec.encode_classification(model, found, track_id=order.track_id)
        )

    async def ClassifyVideo(
        self,
        request: classifier_pb2.ClassifyVideoRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.ClassifyVideoResponse]:
        """Progress, then the classification."""
        async for response in self._pool.stream(lambda cancel: self._classify_video(request, cancel)):
            yield response

    async def Train(
        self,
        request: classifier_pb2.TrainRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.TrainResponse]:
        """How the training goes, then the model."""
        async for response in self._trainings.stream(lambda cancel: self._teacher.train(request, cancel)):
            yield response

    async def Models(self, request: classifier_pb2.ModelsRequest, context: Context) -> classifier_pb2.ModelsResponse:  # noqa: ARG002
        """Every model."""
        return classifier_pb2.ModelsResponse(models=await self._pool.run(lambda _: self._models()))

    async def AddStyle(
        self,
        request: classifier_pb2.AddStyleRequest,
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.AddStyleResponse:
        """Adds a style to the few-shot model."""
        return await self._pool.run(lambda cancel: self._add_style(request, cancel))

    async def RemoveStyle(
        self,
        request: classifier_pb2.RemoveStyleRequest,
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.RemoveStyleResponse:
        """Removes a style from the few-shot model."""

        def work(_: CancelToken) -> classifier_pb2.ModelInfo:
            self._library.remove_style(request.name)
            return self._info(FEW_SHOT)

        return classifier_pb2.RemoveStyleResponse(model=await self._pool.run(work))

    def _pose_model(self, name: str) -> StyleModel:
        model = self._library.get(name)
        if model.family.input_kind != "poses":
            raise InvalidInputError(
                f"the model {model.name!r} looks at pictures and cannot judge a motion alone", reason="WANTS_VIDEO"
            )
        return model

    def _classify_video(
        self, request: classifier_pb2.ClassifyVideoRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        model = self._library.get(request.options.model)
        if model.family.input_kind == "frames":
            yield from self._classify_film(model, request.video_uri, cancel)
        else:
            yield from self._classify_motion(model, request, cancel)

    def _classify_film(
        self, model: StyleModel, video_uri: str, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        if not video_uri:
            raise InvalidInputError(f"the model {model.name!r} wants a video, got none", reason="WANTS_VIDEO")
        backbone = self._backbone()
        check_same(backbone, model.metadata.backbone)
        film = VideoClassifier(model)
        for part in VideoFeatures(self._store, backbone).parts(video_uri, check=cancel.check):
            film.add(part)
            progress = classifier_pb2.Progress(done=part.place.moments, total=max(part.total, part.place.moments))
            yield classifier_pb2.ClassifyVideoResponse(progress=progress)
        found = codec.encode_classification(model, film.finish(), track_id=0)
        yield classifier_pb2.ClassifyVideoResponse(classification=found)

    def _classify_motion(
        self, model: StyleModel, request: classifier_pb2.ClassifyVideoRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        if not request.motion_uri:
            raise InvalidInputError(f"the model {model.name!r} wants a motion, got none", reason="WANTS_MOTION")
        live = LiveClassifier(model, beats_seconds=request.options.beats_seconds)
        order = _ChunkOrder()
        with self._store.open(self._store.key(request.motion_uri)) as file:
            header, chunks = read_motion_messages(file)
            for part in _joined(order.decoded(header, chunk) for chunk in chunks):
                cancel.check()
                live.add(part)
                progress = classifier_pb2.Progress(done=order.frames)
                yield classifier_pb2.ClassifyVideoResponse(progress=progress)
        found = codec.encode_classification(model, live.finish(), track_id=order.track_id)
        yield classifier_pb2.ClassifyVideoResponse(classification=found)

    def _models(self) -> list[classifier_pb2.ModelInfo]:
        return [self._info(name) for name in self._library.names()]

    def _info(self, name: str) -> classifier_pb2.ModelInfo:
        shipped = self._library.is_shipped(name)
        try:
            return codec.encode_model(self._library.get(name), shipped=shipped)
        except EightcountError as error:  # the few-shot model without a style; a model that cannot be read
            family = FEW_SHOT if name == FEW_SHOT else ""
            return codec.encode_unusable_model(name, error, family=family, shipped=shipped)

    def _add_style(
        self, request: classifier_pb2.AddStyleRequest, cancel: CancelToken
    ) -> classifier_pb2.AddStyleResponse:
        motions, rejected = [], []
        for uri in request.motion_uris:
            cancel.check()
            try:
                motions.append(read_body(self._store, uri))
            except EightcountError as error:
                rejected.append(classifier_pb2.RejectedItem(label=uri, reason=error.reason, message=error.message))
        model = self._library.add_style(request.name, motions)
        return classifier_pb2.AddStyleResponse(model=codec.encode_model(model, shipped=True), rejected=rejected)


class _ChunkOrder:
    """Makes sure that chunks follow each other."""

    def __init__(self) -> None:
        self.frames = 0
        self.track_id = 0

    def taken(self, header: motion_pb2.MotionHeader, request: classifier_pb2.ClassifyRequest) -> MotionSequence:
        if request.WhichOneof("part") != "chunk":
            raise InvalidInputError("after the header a motion stream carries chunks", reason="INVALID_MOTION_STREAM")
        return self.decoded(header, request.chunk)

    def decoded(self, header: motion_pb2.MotionHeader, chunk: motion_pb2.MotionChunk) -> MotionSequence:
        if chunk.first_frame != self.frames:
            raise InvalidInputError(
                f"motion: expected the chunk of frame {self.frames}, got that of {chunk.first_frame}",
                reason="INVALID_MOTION",
            )
        part = decode_chunk(header, chunk)
        self.frames += len(part)
        self.track_id = part.track_id
        return part


async def _opening(
    requests: AsyncIterator[classifier_pb2.ClassifyRequest],
) -> tuple[classifier_pb2.ClassifyOptions, motion_pb2.MotionHeader]:
    options: classifier_pb2.ClassifyOptions | None = None
    async for request in requests:
        part = request.WhichOneof("part")
        if part == "options" and options is None:
            options = request.options
        elif part == "header" and options is not None:
            return options, request.header
        else:
            break
    raise InvalidInputError("a motion stream begins with the options and the header", reason="INVALID_MOTION_STREAM")


def _adding(live: LiveClassifier, part: MotionSequence) -> Callable[[CancelToken], list[WindowPrediction]]:
    return lambda _: live.add(part)


def _joined(parts: Iterator[MotionSequence]) -> Iterator[MotionSequence]:
    """Larger pieces: a network is quicker with many windows at once."""
    kept: list[MotionSequence] = []
    for part in parts:
        kept.append(part)
        if sum(len(one) for one in kept) >= _FRAMES_AT_ONCE:
            yield concatenate(kept)
            kept = []
    if kept:
        yield concatenate(kept)
