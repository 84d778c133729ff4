"""Analyses of music, by the content of its recording: `music/<sha256>.<version>.pb`."""

from __future__ import annotations

import io

from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import NotFoundError, UnusableMediaError
from eightcount_common.storage import ObjectStore
from eightcount_gateway.backends.sync import SyncClient
from eightcount_gateway.threads import run_in_thread

_VERSION = 4
"""Raised whenever the sync service analyses music differently, so that stored analyses are made again."""


class MusicLibrary:
    """Analyses of the sync service, each made once and stored."""

    def __init__(self, store: ObjectStore, sync: SyncClient) -> None:
        self._store = store
        self._sync = sync

    async def analyse(self, uri: str, sha256: str) -> sync_pb2.Music:
        """Return the analysis of a recording's music; it is analysed once."""
        if known := await self.find(sha256):
            return known
        try:
            music = await self._sync.analyse_music(uri)
        except UnusableMediaError as error:
            music = sync_pb2.Music(has_beat=False, reason=error.reason)
        await run_in_thread(self._store.put, _music_key(sha256), io.BytesIO(music.SerializeToString()))
        return music

    async def find(self, sha256: str) -> sync_pb2.Music | None:
        """Return the analysis of a recording that was analysed before; None if it was not."""
        try:
            data = await run_in_thread(lambda: b"".join(self._store.read(_music_key(sha256))))
        except NotFoundError:
            return None
        return sync_pb2.Music.FromString(data)

    def uri(self, sha256: str) -> str:
        """Return the URI of the analysis of a recording's music."""
        return self._store.uri(_music_key(sha256))


def _music_key(sha256: str) -> str:
    return f"music/{sha256}.{_VERSION}.pb"
