"""A fake of the classifier service: a real gRPC server with fixed answers."""

from __future__ import annotations

import asyncio
import hashlib
import io
from dataclasses import dataclass, field
from typing import Any

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import ConflictError, InvalidInputError, NotFoundError, UnusableMediaError
from eightcount_common.rpc.wire import read_motion_messages

STYLES = ("ballet", "hip_hop")
EPOCHS = 4
MIN_CLIPS = 2
BACKBONE = "5c1e0a77b3d2"
WINDOWS = (
    (0.0, 2.0, (0.05, 0.9, 0.05), classifier_pb2.VERDICT_STYLE, "hip_hop"),
    (2.0, 3.0, (), classifier_pb2.VERDICT_NOT_SEEN, ""),
    (3.0, 4.0, (0.4, 0.35, 0.25), classifier_pb2.VERDICT_UNKNOWN, ""),
)


def model_info(name: str = "starter", **changes: Any) -> models_pb2.ModelInfo:
    """Return a model as the service lists it."""
    values = {
        "name": name, "version": "3f2a9c41d0be", "family": "pose", "styles": STYLES,
        "origin": models_pb2.MODEL_ORIGIN_PRETRAINED if name == "starter" else models_pb2.MODEL_ORIGIN_TRAINED,
        "is_default": name == "starter", "size_bytes": 4096, "balanced_accuracy": 0.87,
        "card": f"# {name}\n\nKnows <b>two</b> styles.\n",
    }  # fmt: skip
    return models_pb2.ModelInfo(**(values | changes))


def delete_model(models: list[models_pb2.ModelInfo], ref: models_pb2.ModelRef, store: Any, root: str) -> list[str]:
    """Delete a trained model and its files below `<root>/models/<name>/`, as both services do."""
    model = next((one for one in models if one.name == ref.name), None)
    if model is None:
        raise NotFoundError(f"there is no model {ref.name!r}", reason="MODEL_NOT_FOUND")
    if model.origin == models_pb2.MODEL_ORIGIN_PRETRAINED:
        raise ConflictError(f"the model {ref.name!r} is pretrained", reason="MODEL_IS_PRETRAINED")
    models.remove(model)
    keys = [info.key for info in store.list(f"{root}/models/{ref.name}/")]
    for key in keys:
        store.delete(key)
    return [store.uri(key) for key in keys]


def replace_model(models: list[models_pb2.ModelInfo], trained: models_pb2.ModelInfo) -> None:
    """Replace the model of that name by a trained one."""
    models[:] = [one for one in models if one.name != trained.name] + [trained]


@dataclass
class ClassifierState:
    """The behaviour of the fake, and the requests that it received.

    Attributes:
        models: its models.
        seconds_per_step: duration of each message of a stream.
        verdict: verdict on the whole motion.
        classification: answer of ClassifyVideo; one of `verdict` when not given.
        requests: the requests of all calls, in order.
        running: streams that are being answered.
        added: styles of the few-shot model.
        rejects: recordings that it rejects, with the reason.
        epochs_done: finished epochs of interrupted trainings, by name.
    """

    models: list[models_pb2.ModelInfo] = field(
        default_factory=lambda: [
            model_info(),
            model_info("mine", family="pose-lstm", balanced_accuracy=None),
            model_info("watcher", family="frames-gru"),
        ]
    )
    seconds_per_step: float = 0.0
    verdict: classifier_pb2.Verdict = classifier_pb2.VERDICT_STYLE
    classification: classifier_pb2.Classification | None = None
    requests: list[Any] = field(default_factory=list)
    running: int = 0
    added: set[str] = field(default_factory=set)
    rejects: dict[str, str] = field(default_factory=dict)
    epochs_done: dict[str, int] = field(default_factory=dict)


class FakeClassifier(classifier_pb2_grpc.ClassifierServiceServicer):
    """Classifies everything as hip hop. `state` is that of all fake backends."""

    def __init__(self, state: Any) -> None:
        self._backends = state

    @property
    def _state(self) -> ClassifierState:
        return self._backends.classifier

    async def ClassifyVideo(self, request, context):
        self._backends.note("ClassifyVideo")
        self._state.requests.append(request)
        model = self._model(request.options.model.name)
        if model.family.startswith("frames"):
            self._store_features(request.video_uri)
        else:
            self._read_motion(request.motion_uri)
        self._state.running += 1
        try:
            for done in (1, 2):
                await asyncio.sleep(self._state.seconds_per_step)
                yield classifier_pb2.ClassifyVideoResponse(progress=common_pb2.Progress(done=done, total=2))
                await self._backends.wait_while_held("ClassifyVideo")
        finally:
            self._state.running -= 1
        found = self._state.classification or self._classification(model)
        yield classifier_pb2.ClassifyVideoResponse(classification=found)

    async def Classify(self, request_iterator, context):
        self._backends.note("Classify")
        model = self._model("")
        started = classifier_pb2.ClassifyStarted(
            model=models_pb2.ModelRef(name=model.name, version=model.version), styles=model.styles
        )
        yield classifier_pb2.ClassifyResponse(started=started)
        frames = 0
        async for request in request_iterator:
            self._state.requests.append(request)
            if not request.HasField("chunk"):
                continue
            assert request.chunk.first_frame == frames
            frames += len(request.chunk.timestamps)
            if frames % 4 == 0:
                yield classifier_pb2.ClassifyResponse(window=self._classification(model).windows[0])
        yield classifier_pb2.ClassifyResponse(classification=self._classification(model))

    async def ListModels(self, request, context):
        self._backends.note("ListModels")
        few_shot = [model_info("few-shot", styles=sorted(self._state.added))] if self._state.added else []
        return classifier_pb2.ListModelsResponse(models=[*self._state.models, *few_shot])

    async def Train(self, request, context):
        self._backends.note("Train")
        self._state.requests.append(request)
        for item in request.items:
            if request.family.startswith("frames"):
                self._store_features(item.video_uri)
            else:
                self._read_motion(item.motion_uri)
        resumed = self._state.epochs_done.get(request.name, 0)
        prepared = classifier_pb2.TrainPrepared(
            items_used=len(request.items), split_by=["performer"], resumed_epoch=resumed or None
        )
        for label, reason in self._state.rejects.items():
            prepared.rejected.add(label=label, reason=reason, message=f"{label} cannot serve")
        yield classifier_pb2.TrainResponse(prepared=prepared)
        self._state.running += 1
        try:
            for epoch in range(resumed + 1, EPOCHS + 1):
                await asyncio.sleep(self._state.seconds_per_step)
                self._state.epochs_done[request.name] = epoch
                yield classifier_pb2.TrainResponse(
                    epoch=classifier_pb2.TrainEpoch(
                        stage="final model",
                        epoch=epoch,
                        epochs=EPOCHS,
                        training_loss=1 / epoch,
                        fraction_done=epoch / EPOCHS,
                    )
                )
                if epoch * 2 >= EPOCHS:
                    await self._backends.wait_while_held("Train")
        finally:
            self._state.running -= 1
        del self._state.epochs_done[request.name]
        yield classifier_pb2.TrainResponse(finished=self._finished(request))

    def _finished(self, request: classifier_pb2.TrainRequest) -> classifier_pb2.TrainFinished:
        styles = sorted({item.style for item in request.items})
        trained = model_info(request.name, family=request.family, styles=styles)
        replace_model(self._state.models, trained)
        folder = f"styles/models/{request.name}"
        return classifier_pb2.TrainFinished(
            model=trained,
            card_uri=self._put(f"{folder}/card.md", f"# {request.name}\n".encode()),
            report_uri=self._put(f"{folder}/report.json", b'{"balanced_accuracy": 0.87}'),
            confusion_uri=self._put(f"{folder}/confusion.png", b"\x89PNG"),
        )

    def _store_features(self, video_uri: str) -> None:
        """Store image features of a video, as the real service does."""
        store = self._backends.store
        digest = hashlib.sha256(b"".join(store.read(store.key(video_uri)))).hexdigest()
        self._put(f"styles/features/{digest}/{BACKBONE}/00000.safetensors", b"features")

    def _put(self, key: str, data: bytes) -> str:
        self._backends.store.put(key, io.BytesIO(data))
        return self._backends.store.uri(key)

    async def DeleteModel(self, request, context):
        self._backends.note("DeleteModel")
        return classifier_pb2.DeleteModelResponse(
            deleted_uris=delete_model(self._state.models, request.model, self._backends.store, "styles")
        )

    async def AddStyle(self, request, context):
        self._backends.note("AddStyle")
        self._state.requests.append(request)
        for uri in request.motion_uris:
            self._read_motion(uri)
        if len(request.motion_uris) < MIN_CLIPS:
            message = f"a style requires at least {MIN_CLIPS} clips; got {len(request.motion_uris)}"
            raise UnusableMediaError(message, reason="TOO_FEW_CLIPS")
        self._state.added.add(request.name)
        answer = classifier_pb2.AddStyleResponse(model=model_info("few-shot", styles=sorted(self._state.added)))
        for label, reason in self._state.rejects.items():
            uri = next((one for one in request.motion_uris if label in one), label)
            answer.rejected.add(label=uri, reason=reason, message=f"{label} cannot serve")
        return answer

    async def RemoveStyle(self, request, context):
        self._backends.note("RemoveStyle")
        if request.name not in self._state.added:
            raise NotFoundError(f"there is no style {request.name!r}", reason="STYLE_NOT_FOUND")
        self._state.added.remove(request.name)
        return classifier_pb2.RemoveStyleResponse(model=model_info("few-shot", styles=sorted(self._state.added)))

    def _model(self, name: str) -> models_pb2.ModelInfo:
        for model in self._state.models:
            if model.name == (name or "starter"):
                return model
        raise NotFoundError(f"there is no model {name!r}", reason="MODEL_NOT_FOUND")

    def _read_motion(self, uri: str) -> None:
        store = self._backends.store
        if not uri:
            raise InvalidInputError("a motion is required; the request has none", reason="MOTION_REQUIRED")
        with store.open(store.key(uri)) as file:
            _, chunks = read_motion_messages(file)
            assert sum(len(chunk.timestamps) for chunk in chunks) > 0

    def _classification(self, model: models_pb2.ModelInfo) -> classifier_pb2.Classification:
        seen = self._state.verdict != classifier_pb2.VERDICT_NOT_SEEN
        found = classifier_pb2.Classification(
            model=models_pb2.ModelRef(name=model.name, version=model.version), styles=model.styles,
            verdict=self._state.verdict, track_id=7,
            probabilities=(0.1, 0.85, 0.05) if seen else (), novelty=0.4 if seen else float("nan"),
            message="This is hip hop.",
            style="hip_hop" if self._state.verdict == classifier_pb2.VERDICT_STYLE else None,
        )  # fmt: skip
        for start, end, probabilities, verdict, style in WINDOWS:
            found.windows.add(
                start_seconds=start, end_seconds=end, probabilities=probabilities, verdict=verdict, style=style or None
            )
        return found
