"""A classifier service that is a real gRPC server with made-up answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from eightcount.classifier.v1 import classifier_pb2, classifier_pb2_grpc
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.wire import read_motion_messages

STYLES = ("ballet", "hip_hop")
WINDOWS = (
    (0.0, 2.0, (0.05, 0.9, 0.05), classifier_pb2.VERDICT_STYLE, "hip_hop"),
    (2.0, 3.0, (), classifier_pb2.VERDICT_NOT_SEEN, ""),
    (3.0, 4.0, (0.4, 0.35, 0.25), classifier_pb2.VERDICT_UNKNOWN, ""),
)


def model_info(name: str = "starter", **changes: Any) -> classifier_pb2.ModelInfo:
    """A model as the service lists it."""
    values = {
        "name": name, "version": "3f2a9c41d0be", "family": "pose", "styles": STYLES, "shipped": name == "starter",
        "balanced_accuracy": 0.87, "card": f"# {name}\n\nKnows <b>two</b> styles.\n",
    }  # fmt: skip
    return classifier_pb2.ModelInfo(**(values | changes))


@dataclass
class ClassifierState:
    """How the fake behaves, and what it was asked.

    Attributes:
        models: those it has.
        seconds_per_step: how long each message of a stream takes.
        verdict: of the whole motion.
        requests: of every call that reached it, in order.
        running: streams that are being answered.
        added: styles of the few-shot model.
        rejects: what it finds unfit, with the reason.
    """

    models: list[classifier_pb2.ModelInfo] = field(
        default_factory=lambda: [
            model_info(),
            model_info("mine", family="pose-lstm", balanced_accuracy=float("nan")),
            model_info("watcher", family="frames-gru"),
        ]
    )
    seconds_per_step: float = 0.0
    verdict: classifier_pb2.Verdict = classifier_pb2.VERDICT_STYLE
    requests: list[Any] = field(default_factory=list)
    running: int = 0
    added: set[str] = field(default_factory=set)
    rejects: dict[str, str] = field(default_factory=dict)


class FakeClassifier(classifier_pb2_grpc.ClassifierServiceServicer):
    """Finds hip hop in everything. `state` is that of all fake backends."""

    def __init__(self, state: Any) -> None:
        self._backends = state

    @property
    def _state(self) -> ClassifierState:
        return self._backends.classifier

    async def ClassifyVideo(self, request, context):
        self._backends.note("ClassifyVideo")
        self._state.requests.append(request)
        model = self._model(request.options.model)
        if not model.family.startswith("frames"):
            self._read_motion(request.motion_uri)
        self._state.running += 1
        try:
            for done in (1, 2):
                await asyncio.sleep(self._state.seconds_per_step)
                yield classifier_pb2.ClassifyVideoResponse(progress=classifier_pb2.Progress(done=done, total=2))
        finally:
            self._state.running -= 1
        yield classifier_pb2.ClassifyVideoResponse(classification=self._classification(model))

    async def Models(self, request, context):
        self._backends.note("Models")
        return classifier_pb2.ModelsResponse(models=self._state.models)

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
            raise NotFoundError(f"there is no added style {request.name!r}", reason="STYLE_NOT_FOUND")
        self._state.added.remove(request.name)
        return classifier_pb2.RemoveStyleResponse(model=model_info("few-shot", styles=sorted(self._state.added)))

    def _model(self, name: str) -> classifier_pb2.ModelInfo:
        for model in self._state.models:
            if model.name == (name or "starter"):
                return model
        raise NotFoundError(f"there is no model {name!r}", reason="MODEL_NOT_FOUND")

    def _read_motion(self, uri: str) -> None:
        store = self._backends.store
        if not uri:
            raise InvalidInputError("a motion is wanted, got none")
        with store.open(store.key(uri)) as file:
            _, chunks = read_motion_messages(file)
            assert sum(len(chunk.timestamps) for chunk in chunks) > 0

    def _classification(self, model: classifier_pb2.ModelInfo) -> classifier_pb2.Classification:
        seen = self._state.verdict != classifier_pb2.VERDICT_NOT_SEEN
        found = classifier_pb2.Classification(
            model=f"{model.name}/{model.version}", styles=model.styles, verdict=self._state.verdict, track_id=7,
            probabilities=(0.1, 0.85, 0.05) if seen else (), novelty=0.4 if seen else float("nan"),
            message="This is hip hop.",
            style="hip_hop" if self._state.verdict == classifier_pb2.VERDICT_STYLE else "",
        )  # fmt: skip
        for start, end, probabilities, verdict, style in WINDOWS:
            found.windows.add(
                start_seconds=start, end_seconds=end, probabilities=probabilities, verdict=verdict, style=style
            )
        return found
