"""Features of the videos of the object store: looked at once, kept part by part, so that work that stopped goes on."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from eightcount_classifier.backbones.base import FEATURES, Backbone
from eightcount_classifier.features.frame_features import FeaturePart, FrameFeatures, extract
from eightcount_classifier.features.frame_sampling import Place
from eightcount_common.errors import NotFoundError
from eightcount_common.storage import ObjectStore

_FOLDER = "styles/features"
_PIPELINE = 1
"""How pictures are chosen, cut and packed; a change makes kept features worthless."""
_DIGITS = 12


class VideoFeatures:
    """Gives features of videos. Blocking, and safe for threads: two that look at one video keep the same parts."""

    def __init__(self, store: ObjectStore, backbone: Backbone) -> None:
        self._store = store
        self._backbone = backbone

    def parts(self, video_uri: str, *, check: Callable[[], None] = lambda: None) -> Iterator[FeaturePart]:
        """Parts of a video in order: those that are kept, then those that are made now, and kept.

        Raises:
            NotFoundError: there is no such video.
            EightcountError: see `extract`.
        """
        key = self._store.key(video_uri)
        folder = f"{_FOLDER}/{self._digest(key, check)}/{self._backbone.sha256[:_DIGITS]}"
        place, number = None, 0
        while (kept := self._kept(folder, number)) is not None:
            check()
            yield kept
            if kept.is_last:
                return
            place, number = kept.place, number + 1
        with self._store.open(key) as file:
            for part in extract(file, self._backbone, place=place, check=check):
                self._store.put(_key(folder, number), io.BytesIO(_part_bytes(part)))
                number += 1
                yield part

    def read(self, video_uri: str, *, check: Callable[[], None] = lambda: None) -> FrameFeatures:
        """The whole video.

        Raises:
            NotFoundError: there is no such video.
            EightcountError: see `extract`.
        """
        parts = list(self.parts(video_uri, check=check))
        features = np.concatenate([part.features for part in parts])
        return FrameFeatures(parts[0].place.origin_seconds, features, self._backbone.sha256)

    def _digest(self, key: str, check: Callable[[], None]) -> str:
        digest = hashlib.sha256()
        for piece in self._store.read(key):
            check()
            digest.update(piece)
        return digest.hexdigest()

    def _kept(self, folder: str, number: int) -> FeaturePart | None:
        """A part that was kept; none when there is none, or it is damaged or of another pipeline."""
        try:
            return _read_part(b"".join(self._store.read(_key(folder, number))))
        except NotFoundError:
            return None


def _key(folder: str, number: int) -> str:
    return f"{folder}/{number:05d}.safetensors"


def _part_bytes(part: FeaturePart) -> bytes:
    seconds = np.array([part.place.origin_seconds, part.place.frame_seconds], np.float64)
    counts = np.array([_PIPELINE, part.place.moments, part.total, part.is_last], np.int64)
    return save({"features": np.ascontiguousarray(part.features), "seconds": seconds, "counts": counts})


def _read_part(data: bytes) -> FeaturePart | None:
    try:
        tensors = load(data)
        features, seconds = tensors["features"], tensors["seconds"].tolist()
        pipeline, moments, total, is_last = tensors["counts"].tolist()
        if pipeline != _PIPELINE or features.shape[1:] != (FEATURES,) or features.dtype != np.float16:
            return None
        return FeaturePart(features, Place(float(seconds[0]), float(seconds[1]), moments), total, bool(is_last))
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError):
        return None
