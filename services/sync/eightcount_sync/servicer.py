"""The gRPC face: decode, call the core, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import grpc.aio

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import UnusableMediaError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_sync.alignment import align, refuse
from eightcount_sync.codec import decode_motions, encode_alignment, encode_music
from eightcount_sync.motion_alignment import align_motions
from eightcount_sync.music import Music, analyse, no_music
from eightcount_sync.recording import Recording, open_recording
from eightcount_sync.timeline import Alignment

Context = grpc.aio.ServicerContext[Any, Any]


class SyncServicer(sync_pb2_grpc.SyncServiceServicer):
    """Serves `eightcount.sync.v1.SyncService` from objects of one store."""

    def __init__(self, store: ObjectStore, workers: WorkerPool) -> None:
        self._store = store
        self._workers = workers

    async def Align(self, request: sync_pb2.AlignRequest, context: Context) -> sync_pb2.AlignResponse:  # noqa: ARG002
        """Aligns two recordings by their sound."""
        keys = self._store.key(request.a_uri), self._store.key(request.b_uri)
        alignment = await self._workers.run(lambda cancel: self._align(keys, request.search_speed, cancel))
        return sync_pb2.AlignResponse(alignment=encode_alignment(alignment))

    async def AlignMotion(
        self,
        request_iterator: AsyncIterator[sync_pb2.AlignMotionRequest],
        context: Context,  # noqa: ARG002
    ) -> sync_pb2.AlignMotionResponse:
        """Aligns two motions."""
        first, second = await decode_motions(request_iterator)
        alignment = await self._workers.run(lambda cancel: align_motions(first, second, check=cancel.check))
        return sync_pb2.AlignMotionResponse(alignment=encode_alignment(alignment))

    async def AnalyseMusic(
        self,
        request: sync_pb2.AnalyseMusicRequest,
        context: Context,  # noqa: ARG002
    ) -> sync_pb2.AnalyseMusicResponse:
        """Tempo, beats and structure."""
        key = self._store.key(request.uri)
        music = await self._workers.run(lambda cancel: self._analyse(key, cancel))
        return sync_pb2.AnalyseMusicResponse(music=encode_music(music))

    def _align(self, keys: tuple[str, str], search_speed: bool, cancel: CancelToken) -> Alignment:
        try:
            with self._recording(keys[0], cancel) as a, self._recording(keys[1], cancel) as b:
                return align(a, b, search_speed=search_speed, check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            return refuse("NO_AUDIO", "One of the recordings has no sound.")

    def _analyse(self, key: str, cancel: CancelToken) -> Music:
        try:
            with self._store.open(key) as file:
                return analyse(file, check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            return no_music("NO_AUDIO")

    @contextmanager
    def _recording(self, key: str, cancel: CancelToken) -> Iterator[Recording]:
        with self._store.open(key) as file, open_recording(file, check=cancel.check) as recording:
            yield recording
