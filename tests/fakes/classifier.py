"""A classifier service that is a real gRPC server with invented answers."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import ConflictError, InvalidInputError, NotFoundError
from eightcount_common.rpc.wire import read_motion_messages

STYLES = ("ballet", "hip_hop")
EPOCHS = 4
PRETRAINED = ("starter", "few-shot")
WINDOWS = (
    (0.0, 2.0, (0.05, 0.9, 0.05), classifier_pb2.VERDICT_STYLE, "hip_hop"),
    (2.0, 3.0, (), classifier_pb2.VERDICT_NOT_SEEN, None),
    (3.0, 4.0, (0.4, 0.35, 0.25), classifier_pb2.VERDICT_UNKNOWN, None),
)


def model_info(name: str = "starter", **changes: Any) -> models_pb2.ModelInfo:
    """Return a model as the service lists it."""
    values = {
        "name": name, "version": "3f2a9c41d0be", "family": "pose", "styles": STYLES, "balanced_accuracy": 0.87,
        "origin": models_pb2.MODEL_ORIGIN_PRETRAINED if name in PRETRAINED else models_pb2.MODEL_ORIGIN_TRAINED,
        "is_default": name == "starter", "size_bytes": 1234, "card": f"# {name}\n\nKnows <b>two</b> styles.\n",
    }  # fmt: skip
    return models_pb2.ModelInfo(**(values | changes))


@dataclass
class ClassifierState:
    """Behaviour of the fake, and the requests that reached it.

    Attributes:
        models: models of the registry.
        seconds_per_step: seconds before each message of a stream.
        verdict: verdict on every motion.
        requests: requests of all calls, in order.
        running: number of streams that are running.
        added: styles of the few-shot model.
        rejects: reasons by label of the items that it rejects.
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
        if not model.family.startswith("frames"):
            self._read_motion(request.motion_uri)
        self._state.running += 1
        try:
            for done in (1, 2):
                await asyncio.sleep(self._state.seconds_per_step)
                yield classifier_pb2.ClassifyVideoResponse(progress=common_pb2.Progress(done=done, total=2))
        finally:
            self._state.running -= 1
        found = self._state.classification or self._classification(model)
        yield classifier_pb2.ClassifyVideoResponse(classification=found)

    async def ListModels(self, request, context):
        self._backends.note("ListModels")
        return classifier_pb2.ListModelsResponse(models=self._state.models)

    async def Train(self, request, context):
        self._backends.note("Train")
        self._state.requests.append(request)
        for item in request.items:
            if not request.family.startswith("frames"):
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
        finally:
            self._state.running -= 1
        del self._state.epochs_done[request.name]
        yield classifier_pb2.TrainResponse(finished=self._finished(request))

    async def DeleteModel(self, request, context):
        self._backends.note("DeleteModel")
        self._state.requests.append(request)
        name = request.model.name
        if name in PRETRAINED:
            raise ConflictError(f"the model {name!r} is pretrained", reason="MODEL_IS_PRETRAINED")
        keys = [info.key for info in self._backends.store.list(f"styles/models/{name}/")]
        kept = [model for model in self._state.models if model.name != name]
        checkpoints = self._state.epochs_done.pop(name, None)
        if len(kept) == len(self._state.models) and not keys and checkpoints is None:
            raise NotFoundError(f"there is no model {name!r}", reason="NO_SUCH_MODEL")
        self._state.models = kept
        for key in keys:
            self._backends.store.delete(key)
        return classifier_pb2.DeleteModelResponse(deleted_uris=[self._backends.store.uri(key) for key in keys])

    def _finished(self, request: classifier_pb2.TrainRequest) -> classifier_pb2.TrainFinished:
        styles = sorted({item.style for item in request.items})
        folder = f"styles/models/{request.name}"
        return classifier_pb2.TrainFinished(
            model=model_info(request.name, family=request.family, styles=styles),
            card_uri=self._put(f"{folder}/card.md", f"# {request.name}\n".encode()),
            report_uri=self._put(f"{folder}/report.json", b'{"balanced_accuracy": 0.87}'),
            confusion_uri=self._put(f"{folder}/confusion.png", b"\x89PNG"),
        )

    def _put(self, key: str, data: bytes) -> str:
        self._backends.store.put(key, io.BytesIO(data))
        return self._backends.store.uri(key)

    async def AddStyle(self, request, context):
        self._backends.note("AddStyle")
        self._state.requests.append(request)
        for uri in request.motion_uris:
            self._read_motion(uri)
        self._state.added.add(request.name)
        answer = classifier_pb2.AddStyleResponse(model=model_info("few-shot", styles=sorted(self._state.added)))
        for label, reason in self._state.rejects.items():
            answer.rejected.add(label=label, reason=reason, message=f"{label} cannot serve")
        return answer

    async def RemoveStyle(self, request, context):
        self._backends.note("RemoveStyle")
        if request.name not in self._state.added:
            raise NotFoundError(f"there is no style {request.name!r}", reason="NO_SUCH_STYLE")
        self._state.added.remove(request.name)
        return classifier_pb2.RemoveStyleResponse(model=model_info("few-shot", styles=sorted(self._state.added)))

    def _model(self, name: str) -> models_pb2.ModelInfo:
        for model in self._state.models:
            if model.name == (name or "starter"):
                return model
        raise NotFoundError(f"there is no model {name!r}", reason="NO_SUCH_MODEL")

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
                start_seconds=start, end_seconds=end, probabilities=probabilities, verdict=verdict, style=style
            )
        return found
