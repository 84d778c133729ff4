"""Motion artifacts by the content of their video, and the parts of unfinished ones.

`motions/<sha256>/<slug>.motion` is complete as soon as it exists; `<variant>.last` names the model of the last one, and
`<variant>-<dancer>.last` that of a chosen dancer.
While an extraction runs, each chunk becomes an object `<slug>.part-<first frame>`, so that another gateway can take
the work over. An extraction that was not interrupted leaves `previews/<sha256>.mp4`, too.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import NotFoundError
from eightcount_common.rpc.wire import read_motion_messages
from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.motions.parts import MotionParts
from eightcount_gateway.library.motions.refs import Dancer, JobWarning, MotionRef, MotionSummary, preview_key_of

__all__ = ["Dancer", "JobWarning", "MotionLibrary", "MotionParts", "MotionRef", "MotionSummary"]


class MotionLibrary:
    """Motions in the object store. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def exists(self, ref: MotionRef) -> bool:
        """Whether the motion is complete."""
        return self._store.exists(ref.key)

    def summary(self, ref: MotionRef) -> MotionSummary:
        """Return the summary of a complete motion."""
        values = json.loads(b"".join(self._store.read(f"{ref.name}.json")))
        warnings = tuple(JobWarning(**warning) for warning in values.pop("warnings"))
        return MotionSummary(**values, warnings=warnings)

    @contextmanager
    def open(self, ref: MotionRef) -> Iterator[Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]]:
        """The header and then the chunks of a complete motion."""
        with self._store.open(ref.key) as file:
            header, chunks = read_motion_messages(file)
            yield _chain(header, chunks)

    def find_latest(self, sha256: str, variant: str, dancer: Dancer | None = None) -> MotionRef | None:
        """Return the latest motion of a video's dancer by a pose network of that size; None when there is none."""
        try:
            model = b"".join(self._store.read(_last_key(sha256, variant, dancer))).decode()
        except NotFoundError:
            return None
        ref = MotionRef(sha256, variant, model, dancer)
        return ref if self.exists(ref) else None

    def note_last(self, ref: MotionRef) -> None:
        """Make this motion the one that `find_latest` returns."""
        key = _last_key(ref.sha256, ref.variant, ref.dancer)
        self._store.put(key, io.BytesIO(ref.model.encode()), media_type="text/plain")

    def delete_preview(self, sha256: str) -> None:
        """Delete the preview of a video, if there is one."""
        self._store.delete(preview_key_of(sha256))

    def preview_uri(self, ref: MotionRef) -> str:
        """Return the URI of the video's preview, whether there is one or not."""
        return self._store.uri(ref.preview_key)

    def parts(self, ref: MotionRef) -> MotionParts:
        """The parts of an unfinished motion."""
        return MotionParts(self._store, ref)


def _last_key(sha256: str, variant: str, dancer: Dancer | None) -> str:
    name = f"{variant}-{dancer.slug}" if dancer else variant
    return f"motions/{sha256}/{name}.last"


def _chain(
    header: motion_pb2.MotionHeader, chunks: Iterator[motion_pb2.MotionChunk]
) -> Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]:
    yield header
    yield from chunks
