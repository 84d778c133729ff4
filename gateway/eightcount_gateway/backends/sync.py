"""Calls of the sync service: a limit of work on each, and domain errors out."""

from __future__ import annotations

from collections.abc import AsyncIterator

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import InternalError
from eightcount_common.rpc.limits import limit_work
from eightcount_gateway.backends.backend import Backend
from eightcount_gateway.settings import GatewaySettings

_FLOAT_BYTES = 4


class SyncClient:
    """Every method raises `EightcountError` only."""

    def __init__(self, backend: Backend, settings: GatewaySettings) -> None:
        self._stub = sync_pb2_grpc.SyncServiceStub(backend.channel)
        self._backend = backend
        self._limit = limit_work(settings.align_timeout_seconds)

    async def align(self, a_uri: str, b_uri: str, *, search_speed: bool = False) -> sync_pb2.Alignment:
        """Align two recordings by their sound."""
        request = sync_pb2.AlignRequest(a_uri=a_uri, b_uri=b_uri, search_speed=search_speed)
        return (await self._backend.answer(self._stub.Align(request, metadata=self._limit))).alignment

    async def align_motion(self, messages: AsyncIterator[sync_pb2.AlignMotionRequest]) -> sync_pb2.Alignment:
        """Align two motions."""
        return (await self._backend.answer(self._stub.AlignMotion(messages, metadata=self._limit))).alignment

    async def measure_picture_offset(
        self, messages: AsyncIterator[sync_pb2.MeasurePictureOffsetRequest]
    ) -> sync_pb2.MeasurePictureOffsetResponse:
        """Find where the movement fits, near where the sound fits."""
        return await self._backend.answer(self._stub.MeasurePictureOffset(messages, metadata=self._limit))

    async def analyse_music(self, uri: str) -> sync_pb2.Music:
        """Analyse the tempo, beats and onsets of a recording."""
        call = self._stub.AnalyseMusic(sync_pb2.AnalyseMusicRequest(uri=uri), metadata=self._limit)
        music, onsets = sync_pb2.Music(), bytearray()
        async for response in self._backend.stream(call):
            if response.HasField("onsets"):
                onsets += response.onsets.data
            else:
                music = response.music
        if not music.reason:
            raise InternalError("the sync service sent no music", reason="PROTOCOL")
        music.onset_envelope.shape.append(len(onsets) // _FLOAT_BYTES)
        music.onset_envelope.data = bytes(onsets)
        return music
