"""`PoseService` over the core: decode, call, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import grpc.aio

from eightcount.pose.v1 import pose_pb2, pose_pb2_grpc
from eightcount_common.media.container import MediaInfo
from eightcount_common.media.video import probe, probe_sound_or_video
from eightcount_common.memory import release_memory
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.rpc.requests import decode_uri
from eightcount_common.storage import ObjectStore
from eightcount_pose.effort import Effort, guess_effort
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.extraction import Event, Finished, extract, model_id
from eightcount_pose.live.tracking import TrackerPool
from eightcount_pose.models import Variant
from eightcount_pose.service.codec import decode_choice, decode_variant, encode_event, encode_video_info
from eightcount_pose.service.live import LiveSessions

Context = grpc.aio.ServicerContext[Any, Any]


class PoseServicer(pose_pb2_grpc.PoseServiceServicer):
    """Reads videos from the store and streams motions.

    Args:
        store: where videos are read and previews are written.
        loader: creates the engines.
        pool: runs extractions.
        probe_pool: runs probes, which take milliseconds and must not wait for an extraction to end.
        default_variant: of requests that name none.
        max_sessions: number of live sessions that may be open.
    """

    def __init__(
        self, store: ObjectStore, loader: EngineLoader, pool: WorkerPool, probe_pool: WorkerPool, *,
        default_variant: Variant, max_sessions: int = 8,
    ) -> None:  # fmt: skip
        self._store = store
        self._loader = loader
        self._pool = pool
        self._probe_pool = probe_pool
        self._default_variant = default_variant
        self._sessions = LiveSessions(TrackerPool(loader), pool, max_sessions=max_sessions)

    async def Probe(self, request: pose_pb2.ProbeRequest, context: Context) -> pose_pb2.ProbeResponse:  # noqa: ARG002
        """Return the properties of a video and the id of the model that an extraction would use."""
        key = decode_uri(request, "video_uri", self._store)
        variant = decode_variant(request.model_variant, default=self._default_variant)
        choice = decode_choice(request)

        def work(token: CancelToken) -> tuple[MediaInfo | None, str]:
            token.check()
            with self._store.open(key) as file:
                info = probe_sound_or_video(file) if request.sound_suffices else probe(file)
            if choice and info:
                choice.require_within(info.certain_duration_seconds)
            return info, model_id(variant, self._loader.create_engine(variant), choice)

        info, model = await self._probe_pool.run(work)
        return pose_pb2.ProbeResponse(video=encode_video_info(info) if info else None, model=model)

    async def DescribeModel(
        self,
        request: pose_pb2.DescribeModelRequest,
        context: Context,  # noqa: ARG002
    ) -> pose_pb2.DescribeModelResponse:
        """Return the id of the model that an extraction would use."""
        variant = decode_variant(request.model_variant, default=self._default_variant)
        choice = decode_choice(request)

        def work(_: CancelToken) -> str:
            return model_id(variant, self._loader.create_engine(variant), choice)

        return pose_pb2.DescribeModelResponse(model=await self._probe_pool.run(work))

    async def Extract(
        self,
        request: pose_pb2.ExtractRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[pose_pb2.ExtractResponse]:
        """Stream a motion while it is extracted."""
        key = decode_uri(request, "video_uri", self._store)
        variant = decode_variant(request.model_variant, default=self._default_variant)
        choice = decode_choice(request)
        target = decode_uri(request, "preview_uri", self._store) if request.preview_uri else None

        def work(token: CancelToken) -> Iterator[Event]:
            engine = self._loader.create_engine(variant)
            with (
                self._store.open(key) as file,
                self._store.open(key) if target else nullcontext() as sound,
                TemporaryDirectory(prefix="eightcount-preview-") as folder,
            ):
                preview = Path(folder, "preview.mp4") if target else None
                for event in extract(
                    file, engine, variant=variant, check=token.check, checkpoint=request.checkpoint, preview=preview,
                    sound=sound, choice=choice,
                ):  # fmt: skip
                    if target and preview and isinstance(event, Finished) and event.has_preview:
                        self._store.put_file(target, preview, media_type="video/mp4")
                    yield event

        def work_and_release(token: CancelToken) -> Iterator[Event]:
            try:
                yield from work(token)
            finally:
                release_memory()

        effort = await self._guess_effort(key, variant)
        async with aclosing(
            self._pool.stream(work_and_release, expected_seconds=effort.seconds, weight=effort.megapixels)
        ) as events:
            async for event in events:
                yield encode_event(event)

    async def Track(
        self,
        request_iterator: AsyncIterator[pose_pb2.TrackRequest],
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[pose_pb2.TrackResponse]:
        """Follow a dancer live."""
        async with aclosing(self._sessions.serve(request_iterator)) as responses:
            async for response in responses:
                yield response

    async def _guess_effort(self, key: str, variant: Variant) -> Effort:
        def work(token: CancelToken) -> Effort:
            token.check()
            with self._store.open(key) as file:
                return guess_effort(probe(file), variant)

        return await self._probe_pool.run(work)
