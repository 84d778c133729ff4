"""The gRPC face: decode, call the core, encode."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from eightcount.sync.v1 import sync_pb2, sync_pb2_grpc
from eightcount_common.errors import UnusableMediaError
from eightcount_common.rpc import CancelToken, WorkerPool
from eightcount_common.storage import ObjectStore
from eightcount_sync.audio.alignment import align, refuse
from eightcount_sync.service.codec import decode_motions, encode_alignment, encode_music
from eightcount_sync.service.lru_cache import Memory
from eightcount_sync.movement.alignment import align_motions
from eightcount_sync.music.analysis import Music, analyse, no_music
from eightcount_sync.audio.samples import Recording, read_recording
from eightcount_sync.settings import SyncSettings
from eightcount_sync.alignment import Alignment

_MUSIC_BYTES = 16 * 1024 * 1024
"""Analyses that are kept: 20 hours of music or so."""
_SMALL_BYTES = 100_000
"""What the beats and sections of an analysis take, roughly."""
_DIGESTS = 10_000

Context = grpc.aio.ServicerContext[Any, Any]


class SyncServicer(sync_pb2_grpc.SyncServiceServicer):
    """Serves `eightcount.sync.v1.SyncService` from objects of one store."""

    def __init__(self, store: ObjectStore, workers: WorkerPool, settings: SyncSettings) -> None:
        self._store = store
        self._workers = workers
        self._scratch_folder = settings.scratch_folder
        self._recordings: Memory[Recording] = Memory(settings.cache_bytes)
        self._music: Memory[Music] = Memory(_MUSIC_BYTES)
        self._digests: Memory[str] = Memory(_DIGESTS)

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
    ) -> AsyncIterator[sync_pb2.AnalyseMusicResponse]:
        """The onset envelope in pieces, then tempo, beats and structure."""
        key = self._store.key(request.uri)
        music = await self._workers.run(lambda cancel: self._analyse(key, cancel))
        for response in encode_music(music):
            yield response

    def _align(self, keys: tuple[str, str], search_speed: bool, cancel: CancelToken) -> Alignment:
        try:
            a, b = (self._recording(key, cancel) for key in keys)
            return align(a, b, search_speed=search_speed, check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            return refuse("NO_AUDIO", "One of the recordings has no sound.")

    def _analyse(self, key: str, cancel: CancelToken) -> Music:
        digest = self._digest(key, cancel)
        music = self._music.get(digest)
        if music is not None:
            return music
        try:
            with self._store.open(key) as file:
                music = analyse(file, check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            music = no_music("NO_AUDIO")
        self._music.put(digest, music, music.onset_envelope.nbytes + _SMALL_BYTES)
        return music

    def _recording(self, key: str, cancel: CancelToken) -> Recording:
        digest = self._digest(key, cancel)
        recording = self._recordings.get(digest)
        if recording is None:
            with self._store.open(key) as file:
                recording = read_recording(file, folder=self._scratch_folder, check=cancel.check)
            self._recordings.put(digest, recording, recording.size_bytes)
        return recording

    def _digest(self, key: str, cancel: CancelToken) -> str:
        """SHA-256 of an object; of each key it is made once, for what lies under a key never changes."""
        name = f"{key} {self._store.stat(key).size_bytes}"
        known = self._digests.get(name)
        if known is not None:
            return known
        digest = hashlib.sha256()
        for piece in self._store.read(key):
            cancel.check()
            digest.update(piece)
        self._digests.put(name, digest.hexdigest(), 1)
        return digest.hexdigest()
