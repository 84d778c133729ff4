"""Pose, sync, scoring, classifier and generator services as real gRPC servers with fixed answers.

They run on one event loop in a thread of their own, so that synchronous tests, asynchronous tests and child processes
can call them. `FakeBackends` counts their calls and determines their behaviour.
"""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import grpc.aio
import numpy as np
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from eightcount.classifier.v1 import classifier_pb2_grpc
from eightcount.common.v1 import common_pb2
from eightcount.generator.v1 import generator_pb2_grpc
from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount.scoring.v1 import scoring_pb2, scoring_pb2_grpc
from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common import telemetry
from eightcount_common.errors import BusyError, EightcountError, InvalidInputError, UnusableMediaError
from eightcount_common.rpc.interceptors import ErrorInterceptor
from eightcount_common.rpc.wire import MAX_MESSAGE_BYTES, encode_chunk, encode_header, encode_tensor
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_common.storage import ObjectStore
from tests.fakes.classifier import ClassifierState, FakeClassifier
from tests.fakes.generator import FakeGenerator, GeneratorState
from tests.fakes.motion import synthetic_motion
from tests.fakes.scoring import FakeScoring

ONLY_SOUND = b"only sound"
"""Content that begins like this has no video."""
_PATIENCE_SECONDS = 120
"""Only a fault takes this long, on the busiest machine, too."""
TURNED_FRAME = b"\xff\xd8\xffturned"
"""A frame of a phone that was turned."""
NOT_A_VIDEO = b"this is text"


def aligned(**changes: object) -> sync_pb2.Alignment:
    """A good alignment by sound."""
    values: dict[str, object] = {
        "verdict": sync_pb2.VERDICT_ALIGNED, "offset_seconds": 1.5, "clock_ratio": 1.0, "speed_ratio": 1.0,
        "confidence": 0.98, "reason": "OK", "method": sync_pb2.ALIGNMENT_METHOD_AUDIO, "overlap_seconds": 10.0,
    }  # fmt: skip
    return sync_pb2.Alignment(**(values | changes))  # type: ignore[arg-type]


@dataclass
class FakeBackends:
    """The behaviour of the fakes, and the calls that they received.

    Attributes:
        store: where the fakes find videos and write the side-by-side video.
        frames: length of every video.
        chunk_frames: frames per chunk.
        seconds_per_chunk: duration of a chunk.
        alignment: answer of Align, or an error.
        motion_alignment: answer of AlignMotion.
        picture_offset: answer of MeasurePictureOffset; nothing clear when not given.
        errors: raised by the call of that name ("Extract", "Score", ...), once each.
        held: names of calls ("Extract", "Render", ...) that stop in the middle for as long as they are in here.
        held_contents: contents of videos whose Extract stops in the middle for as long as they are in here.
        lengths: length in frames of the videos with these contents.
        busy: how many calls of that name are refused with RESOURCE_EXHAUSTED before one is answered.
        empty: contents in which the fake finds nobody.
        break_after_frames: Extract breaks off with UNAVAILABLE there, once.
        info: stated properties of every video that differ from those of the fake.
        refuse_checkpoints: Extract takes no checkpoint.
        calls: names of the calls, in order.
        previews: URIs of the requested previews.
        preview: bytes of every preview.
        dancers: the chosen dancer of each Extract call; empty for the main dancer.
        extracted: first and last frame that each Extract call sent, by video URI.
        running: Extract calls that are being answered.
        report: answer of Score; a short one when not given.
        frames_seen: images that Track received.
        nobody: whether Track finds nobody.
        several_people: whether Track sees several people.
        live: messages that ScoreLive received.
        side_by_side: bytes that Render writes; no video when not given.
        music: answer of AnalyseMusic; a steady beat when not given.
        classifier: behaviour of the classifier.
        generator: behaviour of the generator.
    """

    store: ObjectStore
    frames: int = 120
    chunk_frames: int = 30
    seconds_per_chunk: float = 0.0
    alignment: sync_pb2.Alignment | EightcountError = field(default_factory=aligned)
    motion_alignment: sync_pb2.Alignment = field(
        default_factory=lambda: aligned(method=sync_pb2.ALIGNMENT_METHOD_MOTION, offset_seconds=0.25, confidence=0.6)
    )
    picture_offset: sync_pb2.MeasurePictureOffsetResponse = field(default_factory=sync_pb2.MeasurePictureOffsetResponse)
    warnings: tuple[tuple[str, str], ...] = ()
    errors: dict[str, EightcountError] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    held_contents: set[bytes] = field(default_factory=set)
    lengths: dict[bytes, int] = field(default_factory=dict)
    busy: dict[str, int] = field(default_factory=dict)
    empty: set[bytes] = field(default_factory=set)
    break_after_frames: int = 0
    info: pose_pb2.VideoInfo = field(default_factory=pose_pb2.VideoInfo)
    refuse_checkpoints: bool = False
    calls: list[str] = field(default_factory=list)
    extracted: list[tuple[str, int, int]] = field(default_factory=list)
    previews: list[str] = field(default_factory=list)
    preview: bytes = b"a preview"
    dancers: list[str] = field(default_factory=list)
    running: int = 0
    score_settings: list[scoring_pb2.ScoreSettings] = field(default_factory=list)
    bars_known: bool = True
    pose_version: int = 1
    render_settings: list[scoring_pb2.RenderSettings] = field(default_factory=list)
    scored_frames: list[int] = field(default_factory=list)
    rendered_messages: list[str] = field(default_factory=list)
    report: scoring_pb2.Report | None = None
    frames_seen: list[bytes] = field(default_factory=list)
    nobody: bool = False
    several_people: bool = False
    live: list[scoring_pb2.ScoreLiveRequest] = field(default_factory=list)
    side_by_side: bytes = b""
    music: sync_pb2.Music | None = None
    classifier: ClassifierState = field(default_factory=ClassifierState)
    generator: GeneratorState = field(default_factory=GeneratorState)
    targets: dict[str, str] = field(default_factory=dict)

    def reset(self) -> None:
        """Forget all calls and reset the behaviour."""
        fresh = FakeBackends(self.store, targets=self.targets)
        vars(self).update(vars(fresh))

    def note(self, call: str) -> None:
        """Count a call, and raise the error that is set for it."""
        self.calls.append(call)
        if self.busy.get(call, 0) > 0:
            self.busy[call] -= 1
            raise BusyError("all workers are busy")
        if error := self.errors.pop(call, None):
            raise error

    async def wait_while_held(self, call: str) -> None:
        """Return when the call may continue."""
        while call in self.held:
            await asyncio.sleep(0.01)

    def content(self, uri: str) -> bytes:
        """Return the content of a video."""
        return b"".join(self.store.read(self.store.key(uri)))

    def count_frames(self, uri: str) -> int:
        """Return the length of a video in frames."""
        return self.lengths.get(self.content(uri), self.frames) if self.lengths else self.frames

    def has_only_sound(self, uri: str) -> bool:
        """Whether the content is that of a file without video."""
        return b"".join(self.store.read(self.store.key(uri), stop=len(ONLY_SOUND))) == ONLY_SOUND

    def video(self, uri: str) -> pose_pb2.VideoInfo:
        """Return the properties of a video; text is not a video."""
        if b"".join(self.store.read(self.store.key(uri), stop=len(NOT_A_VIDEO))) == NOT_A_VIDEO:
            raise UnusableMediaError("the file is not a video that can be read", reason="NOT_A_VIDEO")
        if self.has_only_sound(uri):
            raise UnusableMediaError("there is no video", reason="NO_VIDEO_STREAM")
        video = pose_pb2.VideoInfo(
            container="mp4", video_codec="h264", audio_codec="aac", width=640, height=640, nominal_frame_rate=30,
            duration_seconds=self.count_frames(uri) / 30, frame_count=self.count_frames(uri),
        )  # fmt: skip
        video.MergeFrom(self.info)
        return video


class FakePose(pose_pb2_grpc.PoseServiceServicer):
    """Streams a synthetic motion; a checkpoint is the number of the next frame."""

    def __init__(self, state: FakeBackends) -> None:
        self._state = state

    async def Probe(self, request, context):
        self._state.note("Probe")
        no_video = request.sound_suffices and self._state.has_only_sound(request.video_uri)
        video = None if no_video else self._state.video(request.video_uri)
        return pose_pb2.ProbeResponse(video=video, model=self._model(request))

    async def DescribeModel(self, request, context):
        self._state.note("DescribeModel")
        return pose_pb2.DescribeModelResponse(model=self._model(request))

    async def Extract(self, request, context):
        self._state.note("Extract")
        state = self._state
        video = state.video(request.video_uri)
        content, frames = state.content(request.video_uri), state.count_frames(request.video_uri)
        if content in state.empty:
            raise UnusableMediaError("no person was found in the video", reason="NO_PERSON")
        motion = synthetic_motion(frames, model=self._model(request))
        if request.checkpoint and state.refuse_checkpoints:
            raise InvalidInputError("the checkpoint was not made by this model", reason="INVALID_CHECKPOINT")
        state.previews.append(request.preview_uri)
        state.dancers.append(_place_of(request))
        first = _frame_of(request.checkpoint)
        header = encode_header(motion, nominal_frame_rate=30, duration_seconds=frames / 30)
        yield pose_pb2.ExtractResponse(started=pose_pb2.ExtractStarted(header=header, video=video))
        state.running += 1
        sent = first
        try:
            while sent < frames:
                await asyncio.sleep(state.seconds_per_chunk)
                part = motion.frames(sent, sent + state.chunk_frames)
                chunk = encode_chunk(part, first_frame=sent, checkpoint=f"frame {sent + len(part)}".encode())
                sent += len(part)
                yield pose_pb2.ExtractResponse(chunk=chunk)
                progress = common_pb2.Progress(done=sent, total=frames)
                yield pose_pb2.ExtractResponse(progress=progress)
                if sent * 2 >= frames:
                    await state.wait_while_held("Extract")
                    while content in state.held_contents:
                        await asyncio.sleep(0.01)
                if state.break_after_frames and sent >= state.break_after_frames:
                    state.break_after_frames = 0
                    await context.abort(grpc.StatusCode.UNAVAILABLE, "the node went away")
            if request.preview_uri and not request.checkpoint:
                state.store.put(state.store.key(request.preview_uri), io.BytesIO(state.preview), media_type="video/mp4")
            finished = pose_pb2.ExtractFinished(frames=frames, frames_with_dancer=frames)
            for reason, message in state.warnings:
                finished.warnings.add(reason=reason, message=message)
            yield pose_pb2.ExtractResponse(finished=finished)
        finally:
            state.running -= 1
            state.extracted.append((request.video_uri, first, sent))

    async def Track(self, request_iterator, context):
        self._state.note("Track")
        tracked = 0
        async for request in request_iterator:
            if request.HasField("options"):
                model = f"fake-{request.options.model_variant}/live"
                yield pose_pb2.TrackResponse(started=pose_pb2.TrackStarted(model=model))
                continue
            if error := self._state.errors.pop("Track frame", None):
                raise error
            frame = request.frame
            self._state.frames_seen.append(frame.image)
            motion = synthetic_motion(tracked + 1, model=model).frames(tracked, tracked + 1)
            if self._state.several_people:  # somebody stands upright in the middle of the image
                names = ("nose", "left_ankle", "right_ankle")
                motion.image[:, BLAZEPOSE_33.indices(names)] = [(320, 60), (300, 340), (340, 340)]
            if self._state.nobody:
                motion = replace(motion, image=motion.image * np.nan, world=motion.world * np.nan)
            header = encode_header(motion)
            if frame.image == TURNED_FRAME:
                header.image_width, header.image_height = 360, 640
            chunk = encode_chunk(motion, first_frame=tracked)
            chunk.timestamps[:] = [frame.seconds]
            tracked += 1
            steady = encode_tensor(motion.image[0])
            found = pose_pb2.TrackedFrame(
                header=header, chunk=chunk, steady_image=steady, several_people=self._state.several_people
            )
            yield pose_pb2.TrackResponse(frame=found)

    def _model(self, request) -> str:
        place = _place_of(request)
        return f"fake-{request.model_variant}/{self._state.pose_version}{'/dancer-' if place else ''}{place}"


class FakeSync(sync_pb2_grpc.SyncServiceServicer):
    """Returns the answers of the state."""

    def __init__(self, state: FakeBackends) -> None:
        self._state = state

    async def Align(self, request, context):
        self._state.note("Align")
        if isinstance(self._state.alignment, EightcountError):
            raise self._state.alignment
        return sync_pb2.AlignResponse(alignment=self._state.alignment)

    async def AlignMotion(self, request_iterator, context):
        self._state.note("AlignMotion")
        kinds = [request.WhichOneof("part") async for request in request_iterator]
        if kinds.count("header") != 2:
            raise InvalidInputError(f"two motions are required; got {kinds.count('header')}")
        return sync_pb2.AlignMotionResponse(alignment=self._state.motion_alignment)

    async def MeasurePictureOffset(self, request_iterator, context):
        self._state.note("MeasurePictureOffset")
        kinds = [request.WhichOneof("part") async for request in request_iterator]
        if kinds[0] != "by_sound" or kinds.count("header") != 2:
            raise InvalidInputError(f"an alignment and two motions are required; got {kinds}")
        return self._state.picture_offset

    async def AnalyseMusic(self, request, context):
        self._state.note("AnalyseMusic")
        if self._state.music is not None:
            yield sync_pb2.AnalyseMusicResponse(onsets=encode_tensor(np.zeros(0, np.float32)))
            yield sync_pb2.AnalyseMusicResponse(music=self._state.music)
            return
        beats = np.arange(0, self._state.frames / 30, 0.5)
        music = sync_pb2.Music(has_beat=True, reason="OK", tempo_bpm=120, beats_seconds=beats, confidence=0.9)
        music.eight_count_starts.extend(range(0, len(beats), 8))
        if self._state.bars_known:
            music.beat_in_bar.extend(index % 4 + 1 for index in range(len(beats)))
        yield sync_pb2.AnalyseMusicResponse(music=music)


@contextmanager
def running_backends(store: ObjectStore, *, otlp_endpoint: str = "") -> Iterator[FakeBackends]:
    """The services on free ports of this machine, until the context ends; traced when an endpoint is given."""
    state = FakeBackends(store)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="fake-backends", daemon=True)
    thread.start()
    servers = asyncio.run_coroutine_threadsafe(_start(state, otlp_endpoint), loop).result(_PATIENCE_SECONDS)
    try:
        yield state
    finally:
        asyncio.run_coroutine_threadsafe(_stop(servers), loop).result(_PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_SECONDS)
        loop.close()


async def _start(state: FakeBackends, otlp_endpoint: str) -> list[grpc.aio.Server]:
    registrations = {
        "pose": lambda server: pose_pb2_grpc.add_PoseServiceServicer_to_server(FakePose(state), server),
        "sync": lambda server: sync_pb2_grpc.add_SyncServiceServicer_to_server(FakeSync(state), server),
        "scoring": lambda server: scoring_pb2_grpc.add_ScoringServiceServicer_to_server(FakeScoring(state), server),
        "classifier": lambda server: classifier_pb2_grpc.add_ClassifierServiceServicer_to_server(
            FakeClassifier(state), server
        ),
        "generator": lambda server: generator_pb2_grpc.add_GeneratorServiceServicer_to_server(
            FakeGenerator(state), server
        ),
    }
    servers = []
    for name, register in registrations.items():
        limit = ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)
        interceptors = [*telemetry.server_interceptors(otlp_endpoint), ErrorInterceptor()]
        server = grpc.aio.server(interceptors=interceptors, options=[limit])
        register(server)
        checks = health.aio.HealthServicer()
        await checks.set("", health_pb2.HealthCheckResponse.SERVING)
        health_pb2_grpc.add_HealthServicer_to_server(checks, server)
        state.targets[name] = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        await server.start()
        servers.append(server)
    return servers


async def _stop(servers: list[grpc.aio.Server]) -> None:
    await asyncio.gather(*(server.stop(None) for server in servers))


def _place_of(request: pose_pb2.ProbeRequest | pose_pb2.ExtractRequest) -> str:
    """The chosen dancer; empty for the main dancer."""
    dancer = request.dancer
    return f"{dancer.x:g}-{dancer.y:g}-{dancer.at_seconds:g}" if request.HasField("dancer") else ""


def _frame_of(checkpoint: bytes) -> int:
    if not checkpoint:
        return 0
    word, _, number = checkpoint.decode("ascii", "replace").partition(" ")
    if word != "frame" or not number.isdigit():
        raise InvalidInputError("the checkpoint was not made by this model", reason="INVALID_CHECKPOINT")
    return int(number)
