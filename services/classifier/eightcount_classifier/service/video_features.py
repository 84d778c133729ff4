"""Image features of videos of the object store, kept there part by part, so that interrupted work resumes."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount_classifier.backbones.base import FEATURES, Backbone
from eightcount_classifier.features.frame_features import FeaturePart, FrameFeatures, extract_features
from eightcount_classifier.features.frame_sampling import SamplingPosition
from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore

_FOLDER = "styles/features"
"""Below it a folder for each content; the gateway deletes it with the video."""
_PIPELINE = 1
"""Version of sampling, cropping and packing; features of another version are computed again."""
_DIGITS = 12


class VideoFeatures:
    """Computes and keeps features of videos. Blocking, and thread-safe: two callers with one video keep equal parts."""

    def __init__(self, store: ObjectStore, backbone: Backbone) -> None:
        self._store = store
        self._backbone = backbone

    def stream_parts(self, video_uri: str, *, check: Callable[[], None] = lambda: None) -> Iterator[FeaturePart]:
        """Yield the parts of a video in order: first the stored ones, then new ones, which are stored.

        Raises:
            NotFoundError: OBJECT_NOT_FOUND.
            EightcountError: as `extract_features`.
        """
        key = self._store.key(video_uri)
        folder = f"{_FOLDER}/{self._digest(key, check)}/{self._backbone.sha256[:_DIGITS]}"
        position, number = None, 0
        while (stored := self._load_part(folder, number)) is not None:
            check()
            yield stored
            if stored.is_last:
                return
            position, number = stored.position, number + 1
        with self._store.open(key) as file:
            for part in extract_features(file, self._backbone, position=position, check=check):
                self._store.put(_key(folder, number), io.BytesIO(_serialize_part(part)))
                number += 1
                yield part

    def load(self, video_uri: str, *, check: Callable[[], None] = lambda: None) -> FrameFeatures:
        """Return the features of a whole video.

        Raises:
            NotFoundError: OBJECT_NOT_FOUND.
            EightcountError: as `extract_features`.
        """
        parts = list(self.stream_parts(video_uri, check=check))
        features = np.concatenate([part.features for part in parts])
        return FrameFeatures(parts[0].position.origin_seconds, features, self._backbone.sha256)

    def _digest(self, key: str, check: Callable[[], None]) -> str:
        digest = hashlib.sha256()
        for piece in self._store.read(key):
            check()
            digest.update(piece)
        return digest.hexdigest()

    def _load_part(self, folder: str, number: int) -> FeaturePart | None:
        """Return a stored part, or None if it is missing, damaged or of another pipeline version."""
        try:
            return _read_part(b"".join(self._store.read(_key(folder, number))))
        except NotFoundError:
            return None


def _key(folder: str, number: int) -> str:
    return f"{folder}/{number:05d}.safetensors"


def _serialize_part(part: FeaturePart) -> bytes:
    seconds = np.array([part.position.origin_seconds, part.position.frame_seconds], np.float64)
    counts = np.array([_PIPELINE, part.position.samples, part.total, part.is_last], np.int64)
    return save({"features": np.ascontiguousarray(part.features), "seconds": seconds, "counts": counts})


def _read_part(data: bytes) -> FeaturePart | None:
    try:
        tensors = load(data)
        features, seconds = tensors["features"], tensors["seconds"].tolist()
        pipeline, samples, total, is_last = tensors["counts"].tolist()
        if pipeline != _PIPELINE or features.shape[1:] != (FEATURES,) or features.dtype != np.float16:
            return None
        position = SamplingPosition(float(seconds[0]), float(seconds[1]), samples)
        return FeaturePart(features, position, total, bool(is_last))
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError):
        return None
