"""A fake of the generator service: a real gRPC server with fixed answers."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eightcount.common.v1 import common_pb2
from eightcount.generator.v1 import generator_pb2, generator_pb2_grpc
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import InvalidInputError, NotFoundError
from eightcount_common.rpc.wire import encode_tensor, read_delimited, read_motion_messages
from tests.fakes.classifier import delete_model, replace_model

JOINTS = ("pelvis", "left_hip")
FRAME_RATE = 30.0
STAGES = 4


def dance_model(name: str = "mine", **changes: Any) -> models_pb2.ModelInfo:
    """Return a model as the service lists it."""
    values = {
        "name": name, "version": "0a1b2c3d4e5f", "family": "graph", "styles": ("salsa",),
        "origin": models_pb2.MODEL_ORIGIN_TRAINED, "size_bytes": 4096,
        "card": f"# {name}\n\nIts beats come from the motion.\n",
    }  # fmt: skip
    return models_pb2.ModelInfo(**(values | changes))


@dataclass
class GeneratorState:
    """The behaviour of the fake, and the requests that it received.

    Attributes:
        models: its models.
        frames: length of every dance.
        chunk_frames: frames per chunk.
        seconds_per_step: duration of each message of a stream.
        requests: the requests of all calls, in order.
        running: streams that are being answered.
        files: what Export writes, by format; a line of text for other formats.
        rejects: recordings that it rejects, with the reason.
        cut_short: streams of Generate end without their last message.
        stages_done: finished stages of interrupted trainings, by name of the model.
    """

    models: list[models_pb2.ModelInfo] = field(default_factory=lambda: [dance_model()])
    frames: int = 120
    chunk_frames: int = 30
    seconds_per_step: float = 0.0
    requests: list[Any] = field(default_factory=list)
    running: int = 0
    files: dict[int, bytes] = field(default_factory=dict)
    rejects: dict[str, str] = field(default_factory=dict)
    cut_short: bool = False
    stages_done: dict[str, int] = field(default_factory=dict)

    def asked(self, kind: type[Any]) -> list[Any]:
        """The requests of one kind."""
        return [request for request in self.requests if isinstance(request, kind)]


class FakeGenerator(generator_pb2_grpc.GeneratorServiceServicer):
    """Stands still to every beat. `state` is that of all fake backends."""

    def __init__(self, state: Any) -> None:
        self._backends = state

    @property
    def _state(self) -> GeneratorState:
        return self._backends.generator

    async def Generate(self, request, context):
        self._note("Generate", request)
        if not self._state.models:
            raise NotFoundError("there is no model", reason="NO_DANCE_MODEL")
        if not request.music.beats_seconds:
            raise InvalidInputError("music: wanted two or more beats, got 0", reason="INVALID_MUSIC")
        frames = round(request.duration_seconds * FRAME_RATE) or self._state.frames
        self._look_at_poses(request, frames)
        yield generator_pb2.GenerateResponse(header=self._header(request.model.name or "mine", frames))
        self._state.running += 1
        try:
            for first in range(0, frames, self._state.chunk_frames):
                await asyncio.sleep(self._state.seconds_per_step)
                count = min(self._state.chunk_frames, frames - first)
                yield generator_pb2.GenerateResponse(chunk=_chunk(first, count))
                await self._backends.wait_while_held("Generate")
        finally:
            self._state.running -= 1
        if not self._state.cut_short:
            finished = generator_pb2.GenerateFinished(frames=frames)
            finished.source_segments.add(first_frame=0, frames=frames, recording="salsa/a.mp4", recording_frame=12)
            yield generator_pb2.GenerateResponse(finished=finished)

    def _look_at_poses(self, request: generator_pb2.GenerateRequest, frames: int) -> None:
        """Check, as the service does, that the objects of the request exist and that the model supports constraints."""
        model = next((one for one in self._state.models if one.name == request.model.name), self._state.models[0])
        if (request.key_poses or request.HasField("edit")) and not model.supports_constraints:
            raise InvalidInputError(f"the model {model.name!r} supports no key poses", reason="NO_KEY_POSES")
        if request.HasField("edit"):
            assert self._frames_of(request.edit.dance_uri) == frames
        for key in request.key_poses:
            if key.HasField("dance_frame"):
                assert self._frames_of(key.dance_frame.uri) >= key.dance_frame.seconds * FRAME_RATE
            else:
                self._read_motion(key.motion_frame.uri)

    async def Export(self, request, context):
        self._note("Export", request)
        frames = self._frames_of(request.dance_uri)
        self._state.running += 1
        try:
            await asyncio.sleep(self._state.seconds_per_step)
            progress = common_pb2.Progress(done=frames // 2, total=frames)
            yield generator_pb2.ExportResponse(progress=progress)
            await self._backends.wait_while_held("Export")
            await self._backends.wait_while_held(f"Export {generator_pb2.ExportFormat.Name(request.format)}")
            await asyncio.sleep(self._state.seconds_per_step)
        finally:
            self._state.running -= 1
        data = self._state.files.get(request.format) or f"{frames} frames as {request.format}".encode() * 40
        store = self._backends.store
        store.put(store.key(request.target_uri), io.BytesIO(data))
        finished = generator_pb2.ExportFinished(size_bytes=len(data))
        yield generator_pb2.ExportResponse(finished=finished)

    async def ListModels(self, request, context):
        self._backends.note("ListModels")
        return generator_pb2.ListModelsResponse(models=self._state.models)

    async def DeleteModel(self, request, context):
        self._note("DeleteModel", request)
        return generator_pb2.DeleteModelResponse(
            deleted_uris=delete_model(self._state.models, request.model, self._backends.store, "dance-models")
        )

    async def Train(self, request, context):
        self._note("Train", request)
        async for progress in self._learning(request):
            yield generator_pb2.TrainResponse(progress=progress)
        yield generator_pb2.TrainResponse(finished=self._trained(request, request.family))

    async def FineTune(self, request, context):
        self._note("FineTune", request)
        base = next((model for model in self._state.models if model.name == request.base.name), None)
        if base is None:
            raise NotFoundError(f"there is no model {request.base.name!r}", reason="MODEL_NOT_FOUND")
        async for progress in self._learning(request):
            yield generator_pb2.FineTuneResponse(progress=progress)
        yield generator_pb2.FineTuneResponse(finished=self._trained(request, base.family))

    async def _learning(self, request):
        for item in request.items:
            self._read_motion(item.motion_uri)
        self._state.running += 1
        try:
            for stage in range(self._state.stages_done.get(request.name, 0) + 1, STAGES + 1):
                await asyncio.sleep(self._state.seconds_per_step)
                self._state.stages_done[request.name] = stage
                yield generator_pb2.TrainProgress(
                    stage=generator_pb2.TRAINING_STAGE_READING,
                    fraction_done=stage / STAGES,
                    note=f"{stage} of {STAGES}",
                )
                if stage * 2 >= STAGES:
                    await self._backends.wait_while_held("Train")
        finally:
            self._state.running -= 1
        del self._state.stages_done[request.name]

    def _read_motion(self, uri: str) -> None:
        with self._backends.store.open(self._backends.store.key(uri)) as file:
            _, chunks = read_motion_messages(file)
            assert sum(len(chunk.timestamps) for chunk in chunks) > 0

    def _trained(self, request: Any, family: str) -> generator_pb2.TrainFinished:
        styles = sorted({item.style for item in request.items} - {""})
        model = dance_model(request.name, family=family, styles=styles)
        replace_model(self._state.models, model)
        store = self._backends.store
        store.put(f"dance-models/models/{request.name}/model.bin", io.BytesIO(b"weights"))
        finished = generator_pb2.TrainFinished(model=model, items_used=len(request.items))
        for label, reason in self._state.rejects.items():
            finished.rejected.add(label=label, reason=reason, message=f"{label} cannot serve")
        return finished

    def _note(self, call: str, request: Any) -> None:
        self._backends.note(call)
        self._state.requests.append(request)

    def _header(self, model: str, frames: int) -> generator_pb2.DanceHeader:
        offsets = encode_tensor(np.zeros((len(JOINTS), 3), np.float32))
        return generator_pb2.DanceHeader(
            joints=JOINTS, parents=(-1, 0), offsets=offsets, frame_rate=FRAME_RATE, frames=frames, model=f"{model}/0a1b"
        )

    def _frames_of(self, uri: str) -> int:
        store = self._backends.store
        with store.open(store.key(uri)) as file:
            header = read_delimited(generator_pb2.DanceHeader, file)
            assert header is not None
            assert tuple(header.joints) == JOINTS
            chunks = iter(lambda: read_delimited(generator_pb2.DanceChunk, file), None)
            return sum(chunk.root.shape[0] for chunk in chunks)


def _chunk(first: int, count: int) -> generator_pb2.DanceChunk:
    rotations = np.tile(np.eye(3, dtype=np.float32)[:, :2].reshape(-1), (count, len(JOINTS), 1))
    root = encode_tensor(np.zeros((count, 3), np.float32))
    return generator_pb2.DanceChunk(first_frame=first, root=root, rotations=encode_tensor(rotations))
