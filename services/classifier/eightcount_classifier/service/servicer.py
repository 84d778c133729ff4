"""The gRPC servicer: decode the request, call the core, encode the response."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import grpc.aio

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.models.v1 import models_pb2
from eightcount.motion.v1 import motion_pb2
from eightcount_classifier.backbones.base import BackboneSource, check_backbone
from eightcount_classifier.backbones.inception import open_inception_lazily
from eightcount_classifier.inference.classification import WindowPrediction
from eightcount_classifier.inference.live import LiveClassifier
from eightcount_classifier.inference.video import VideoClassifier
from eightcount_classifier.model import StyleModel
from eightcount_classifier.pretrained import PRETRAINED_FOLDER
from eightcount_classifier.service import codec
from eightcount_classifier.service.model_registry import FEW_SHOT, StyleModelRegistry
from eightcount_classifier.service.motions import load_body
from eightcount_classifier.service.recordings import check_length
from eightcount_classifier.service.training import Trainer
from eightcount_classifier.service.video_features import VideoFeatures
from eightcount_classifier.settings import ClassifierSettings
from eightcount_common.errors import EightcountError, InvalidInputError
from eightcount_common.models.codec import decode_version, encode_rejected_item
from eightcount_common.models.deletion import delete_model
from eightcount_common.motion import MotionSequence, concatenate
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.rpc.wire import decode_chunk, read_motion_messages
from eightcount_common.storage import ObjectStore

Context = grpc.aio.ServicerContext[Any, Any]
_BATCH_FRAMES = 1800


class ClassifierServicer(classifier_pb2_grpc.ClassifierServiceServicer):
    """Serves `eightcount.classifier.v1.ClassifierService` over one store."""

    def __init__(
        self, store: ObjectStore, pool: WorkerPool, training_pool: WorkerPool, settings: ClassifierSettings, *,
        pretrained: Path = PRETRAINED_FOLDER, backbone: BackboneSource | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._pool = pool
        self._training_pool = training_pool
        self._models = StyleModelRegistry(store, default_model=settings.default_model, pretrained=pretrained)
        self._backbone = backbone or open_inception_lazily(settings.backbone_weights)
        self._trainer = Trainer(store, self._models, settings, self._backbone)

    async def Classify(
        self,
        request_iterator: AsyncIterator[classifier_pb2.ClassifyRequest],
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.ClassifyResponse]:
        """Stream windows as they become complete, then the classification of the whole motion."""
        options, header = await _read_opening(request_iterator)
        model = await self._pool.run(lambda _: self._get_pose_model(options.model))
        live = LiveClassifier(model, beats_seconds=options.beats_seconds)
        decoder, sent = _ChunkDecoder(header), 0
        yield classifier_pb2.ClassifyResponse(started=codec.encode_started(model))
        async for request in request_iterator:
            part = decoder.decode_request(request)
            for window in await self._pool.run(_bind_add(live, part), live=True):
                sent += 1
                yield classifier_pb2.ClassifyResponse(window=codec.encode_window(window))
        classification = await self._pool.run(lambda _: live.finish())
        for window in classification.windows[sent:]:
            yield classifier_pb2.ClassifyResponse(window=codec.encode_window(window))
        yield classifier_pb2.ClassifyResponse(
            classification=codec.encode_classification(model, classification, track_id=decoder.track_id)
        )

    async def ClassifyVideo(
        self,
        request: classifier_pb2.ClassifyVideoRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.ClassifyVideoResponse]:
        """Stream progress, then the classification."""
        async for response in self._pool.stream(lambda cancel: self._classify_video(request, cancel)):
            yield response

    async def Train(
        self,
        request: classifier_pb2.TrainRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[classifier_pb2.TrainResponse]:
        """Stream the progress of a training, then the model."""
        async for response in self._training_pool.stream(lambda cancel: self._trainer.train(request, cancel)):
            yield response

    async def ListModels(
        self,
        request: classifier_pb2.ListModelsRequest,  # noqa: ARG002
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.ListModelsResponse:
        """List every model."""
        models = await self._pool.run(lambda _: [self._encode_info(name) for name in self._models.list_names()])
        return classifier_pb2.ListModelsResponse(models=models)

    async def DeleteModel(
        self,
        request: classifier_pb2.DeleteModelRequest,
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.DeleteModelResponse:
        """Delete a trained model, its files, and the checkpoints of its interrupted trainings."""
        folders = self._trainer.folders
        uris = await self._pool.run(lambda _: delete_model(self._models, folders, request.model))
        return classifier_pb2.DeleteModelResponse(deleted_uris=uris)

    async def AddStyle(
        self,
        request: classifier_pb2.AddStyleRequest,
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.AddStyleResponse:
        """Add a style to the few-shot model."""
        return await self._pool.run(lambda cancel: self._add_style(request, cancel))

    async def RemoveStyle(
        self,
        request: classifier_pb2.RemoveStyleRequest,
        context: Context,  # noqa: ARG002
    ) -> classifier_pb2.RemoveStyleResponse:
        """Remove a style from the few-shot model."""

        def work(_: CancelToken) -> models_pb2.ModelInfo:
            self._models.remove_style(request.name)
            return self._encode_info(FEW_SHOT)

        return classifier_pb2.RemoveStyleResponse(model=await self._pool.run(work))

    def _get_model(self, reference: models_pb2.ModelRef) -> StyleModel:
        return self._models.get(reference.name, version=decode_version(reference))

    def _get_pose_model(self, reference: models_pb2.ModelRef) -> StyleModel:
        model = self._get_model(reference)
        if model.family.input_kind != "poses":
            raise InvalidInputError(
                f"the model {model.name!r} classifies video frames; it cannot classify a motion without its video",
                reason="VIDEO_REQUIRED",
            )
        return model

    def _classify_video(
        self, request: classifier_pb2.ClassifyVideoRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        model = self._get_model(request.options.model)
        if model.family.input_kind == "frames":
            yield from self._classify_frames(model, request.video_uri, cancel)
        else:
            yield from self._classify_motion(model, request, cancel)

    def _classify_frames(
        self, model: StyleModel, video_uri: str, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        if not video_uri:
            raise InvalidInputError(
                f"the model {model.name!r} requires a video; the request has none", reason="VIDEO_REQUIRED"
            )
        backbone = self._backbone()
        check_backbone(backbone, model.metadata.backbone)
        classifier = VideoClassifier(model)
        for part in VideoFeatures(self._store, backbone).stream_parts(video_uri, check=cancel.check):
            classifier.add(part)
            progress = common_pb2.Progress(
                done=part.position.samples, total=max(part.total, part.position.samples) if part.total else None
            )
            yield classifier_pb2.ClassifyVideoResponse(progress=progress)
        classification = codec.encode_classification(model, classifier.finish(), track_id=0)
        yield classifier_pb2.ClassifyVideoResponse(classification=classification)

    def _classify_motion(
        self, model: StyleModel, request: classifier_pb2.ClassifyVideoRequest, cancel: CancelToken
    ) -> Iterator[classifier_pb2.ClassifyVideoResponse]:
        if not request.motion_uri:
            raise InvalidInputError(
                f"the model {model.name!r} requires a motion; the request has none", reason="MOTION_REQUIRED"
            )
        live = LiveClassifier(model, beats_seconds=request.options.beats_seconds)
        with self._store.open(self._store.key(request.motion_uri)) as file:
            header, chunks = read_motion_messages(file)
            decoder = _ChunkDecoder(header)
            for part in _batch_parts(decoder.decode(chunk) for chunk in chunks):
                cancel.check()
                live.add(part)
                progress = common_pb2.Progress(done=decoder.frames)
                yield classifier_pb2.ClassifyVideoResponse(progress=progress)
        classification = codec.encode_classification(model, live.finish(), track_id=decoder.track_id)
        yield classifier_pb2.ClassifyVideoResponse(classification=classification)

    def _encode_info(self, name: str) -> models_pb2.ModelInfo:
        origin, is_default = self._models.get_origin(name), name == self._models.default_name
        size_bytes = self._models.size_bytes(name)
        try:
            model = self._models.get(name)
        except EightcountError as error:  # the few-shot model without a style, or a model that cannot be read
            family = FEW_SHOT if name == FEW_SHOT else ""
            return codec.encode_unusable_model(
                name, error, family=family, origin=origin, is_default=is_default, size_bytes=size_bytes
            )
        return codec.encode_model(model, origin=origin, is_default=is_default, size_bytes=size_bytes)

    def _add_style(
        self, request: classifier_pb2.AddStyleRequest, cancel: CancelToken
    ) -> classifier_pb2.AddStyleResponse:
        motions, rejected = [], []
        for uri in request.motion_uris:
            cancel.check()
            try:
                body = load_body(self._store, uri)
                check_length(body)
                motions.append(body)
            except EightcountError as error:
                rejected.append(encode_rejected_item(uri, error))
        self._models.add_style(request.name, motions)
        return classifier_pb2.AddStyleResponse(model=self._encode_info(FEW_SHOT), rejected=rejected)


class _ChunkDecoder:
    """Decodes the chunks of a motion, and checks that they follow each other."""

    def __init__(self, header: motion_pb2.MotionHeader) -> None:
        self._header = header
        self.frames = 0
        self.track_id = 0

    def decode_request(self, request: classifier_pb2.ClassifyRequest) -> MotionSequence:
        if request.WhichOneof("part") != "chunk":
            raise InvalidInputError(
                "after the header, a motion stream must contain chunks only", reason="INVALID_MOTION_STREAM"
            )
        return self.decode(request.chunk)

    def decode(self, chunk: motion_pb2.MotionChunk) -> MotionSequence:
        if chunk.first_frame != self.frames:
            raise InvalidInputError(
                f"the next chunk of the motion must start at frame {self.frames}; got frame {chunk.first_frame}",
                reason="INVALID_MOTION",
            )
        part = decode_chunk(self._header, chunk)
        self.frames += len(part)
        self.track_id = part.track_id
        return part


async def _read_opening(
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
    raise InvalidInputError(
        "a motion stream must begin with the options and the header", reason="INVALID_MOTION_STREAM"
    )  # fmt: skip


def _bind_add(live: LiveClassifier, part: MotionSequence) -> Callable[[CancelToken], list[WindowPrediction]]:
    return lambda _: live.add(part)


def _batch_parts(parts: Iterator[MotionSequence]) -> Iterator[MotionSequence]:
    """Concatenate parts to larger ones: a network is faster with many windows at once."""
    batch: list[MotionSequence] = []
    for part in parts:
        batch.append(part)
        if sum(len(one) for one in batch) >= _BATCH_FRAMES:
            yield concatenate(batch)
            batch = []
    if batch:
        yield concatenate(batch)
