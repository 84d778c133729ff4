"""The gRPC servicer of alignment and music analysis: decode, call the core, encode."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import UnusableMediaError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_sync.alignment import Alignment
from eightcount_sync.audio.audio_alignment import align_audio
from eightcount_sync.audio.audio_answers import no_match
from eightcount_sync.movement.motion_alignment import align_motions
from eightcount_sync.movement.picture_offset import measure_picture_offset
from eightcount_sync.service.codec import encode_alignment, encode_music, encode_picture_offset
from eightcount_sync.service.motion_streams import decode_motions, decode_picture_request
from eightcount_sync.service.stored_media import StoredMedia
from eightcount_sync.settings import SyncSettings

Context = grpc.aio.ServicerContext[Any, Any]
_ANALYSIS_SECONDS = 5.0
"""Expected duration of the work inside long jobs. Alignments by sound, for which people wait, go before it."""


class SyncServicer(sync_pb2_grpc.SyncServiceServicer):
    """Serves `eightcount.sync.v1.SyncService` from the objects of one store."""

    def __init__(self, store: ObjectStore, workers: WorkerPool, settings: SyncSettings) -> None:
        self._store = store
        self._workers = workers
        self._media = StoredMedia(store, settings)

    async def Align(self, request: sync_pb2.AlignRequest, context: Context) -> sync_pb2.AlignResponse:  # noqa: ARG002
        """Align two recordings by their sound."""
        keys = self._store.key(request.a_uri), self._store.key(request.b_uri)
        alignment = await self._workers.run(lambda cancel: self._align(keys, request.search_speed, cancel))
        return sync_pb2.AlignResponse(alignment=encode_alignment(alignment))

    async def AlignMotion(
        self,
        request_iterator: AsyncIterator[sync_pb2.AlignMotionRequest],
        context: Context,  # noqa: ARG002
    ) -> sync_pb2.AlignMotionResponse:
        """Align two motions by their movement."""
        first, second = await decode_motions(request_iterator)
        alignment = await self._workers.run(
            lambda cancel: align_motions(first, second, check=cancel.check), expected_seconds=_ANALYSIS_SECONDS
        )
        return sync_pb2.AlignMotionResponse(alignment=encode_alignment(alignment))

    async def MeasurePictureOffset(
        self,
        request_iterator: AsyncIterator[sync_pb2.MeasurePictureOffsetRequest],
        context: Context,  # noqa: ARG002
    ) -> sync_pb2.MeasurePictureOffsetResponse:
        """Find where the movement fits, near where the sound fits."""
        by_sound, first, second = await decode_picture_request(request_iterator)
        offset = await self._workers.run(
            lambda cancel: measure_picture_offset(first, second, by_sound, check=cancel.check),
            expected_seconds=_ANALYSIS_SECONDS,
        )
        return encode_picture_offset(offset)

    async def AnalyseMusic(
        self,
        request: sync_pb2.AnalyseMusicRequest,
        context: Context,  # noqa: ARG002
    ) -> AsyncIterator[sync_pb2.AnalyseMusicResponse]:
        """Stream the onset envelope in pieces, then tempo, beats and structure."""
        key = self._store.key(request.uri)
        music = await self._workers.run(
            lambda cancel: self._media.read_music(key, cancel), expected_seconds=_ANALYSIS_SECONDS
        )
        for response in encode_music(music):
            yield response

    def _align(self, keys: tuple[str, str], search_speed: bool, cancel: CancelToken) -> Alignment:
        try:
            a, b = (self._media.read_samples(key, cancel) for key in keys)
            return align_audio(a, b, search_speed=search_speed, check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            return no_match("NO_AUDIO", "One of the recordings has no sound.")
