"""Decoded sound and music analyses of objects in the store, cached by their content."""

from __future__ import annotations

import hashlib

from eightcount_common.errors import UnusableMediaError
from eightcount_common.rpc import CancelToken
from eightcount_common.storage import ObjectStore
from eightcount_sync.audio.samples import AudioSamples, decode_samples
from eightcount_sync.music.analysis import Music, analyse_music, music_without_beat
from eightcount_sync.service.lru_cache import LruCache
from eightcount_sync.settings import SyncSettings
from eightcount_sync.weights import load_beat_network

_MUSIC_BYTES = 16 * 1024 * 1024
"""Limit of the cached analyses: about 20 hours of music."""
_BEATS_BYTES = 100_000
"""Approximate size of the beats and sections of one analysis."""
_MAX_DIGESTS = 10_000


class StoredMedia:
    """Reads the sound of stored objects; work on equal content is done once."""

    def __init__(self, store: ObjectStore, settings: SyncSettings) -> None:
        self._store = store
        self._scratch_folder = settings.scratch_folder
        self._weights = settings.weights
        self._samples: LruCache[AudioSamples] = LruCache(settings.cache_bytes)
        self._music: LruCache[Music] = LruCache(_MUSIC_BYTES)
        self._digests: LruCache[str] = LruCache(_MAX_DIGESTS)

    def read_samples(self, key: str, cancel: CancelToken) -> AudioSamples:
        """Decode the sound of an object.

        Raises:
            UnusableMediaError: see `decode_samples`.
        """
        digest = self._hash_object(key, cancel)
        samples = self._samples.get(digest)
        if samples is None:
            with self._store.open(key) as file:
                samples = decode_samples(file, folder=self._scratch_folder, check=cancel.check)
            self._samples.put(digest, samples, samples.size_bytes)
        return samples

    def read_music(self, key: str, cancel: CancelToken) -> Music:
        """Analyse the music of an object; an object without sound has no beat.

        Raises:
            UnusableMediaError: see `analyse_music`.
            WeightsError: those of the beat network are missing or damaged.
        """
        digest = self._hash_object(key, cancel)
        music = self._music.get(digest)
        if music is not None:
            return music
        try:
            with self._store.open(key) as file:
                music = analyse_music(file, load_beat_network(self._weights), check=cancel.check)
        except UnusableMediaError as error:
            if error.reason != "NO_AUDIO":
                raise
            music = music_without_beat("NO_AUDIO")
        self._music.put(digest, music, music.onset_envelope.nbytes + _BEATS_BYTES)
        return music

    def _hash_object(self, key: str, cancel: CancelToken) -> str:
        """Return the SHA-256 of an object; computed once per key, as the object under a key never changes."""
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
