"""The parts of a motion that is being extracted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import BinaryIO, cast

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InternalError
from eightcount_common.rpc.wire import read_motion_messages, write_delimited
from eightcount_common.storage import ObjectStore
from eightcount_gateway.library.motions.refs import MotionRef, MotionSummary
from eightcount_gateway.library.streams import IteratorSource

_MEDIA_TYPE = "application/octet-stream"


class MotionParts:
    """Chunks that were stored so far. Blocking."""

    def __init__(self, store: ObjectStore, ref: MotionRef) -> None:
        self._store = store
        self._ref = ref
        self._keys = [info.key for info in store.list(f"{ref.name}.part-")]
        self._last = self._read(self._keys[-1])[1] if self._keys else None

    @property
    def frames(self) -> int:
        """Frames in the parts."""
        return self._last.first_frame + len(self._last.timestamps) if self._last else 0

    @property
    def checkpoint(self) -> bytes:
        """The checkpoint to continue from; empty to start over."""
        return self._last.checkpoint if self._last else b""

    def append(self, header: motion_pb2.MotionHeader, chunk: motion_pb2.MotionChunk) -> None:
        """Store a chunk, with the header so that a part can be read alone."""
        file = io.BytesIO()
        write_delimited(file, header)
        write_delimited(file, chunk)
        file.seek(0)
        key = f"{self._ref.name}.part-{chunk.first_frame:09d}"
        self._store.put(key, file, media_type=_MEDIA_TYPE)
        self._keys.append(key)
        self._last = chunk

    def discard(self) -> None:
        """Delete the parts."""
        for key in self._keys:
            self._store.delete(key)
        self._keys = []
        self._last = None

    def finish(self, summary: MotionSummary) -> None:
        """Assemble the parts into the artifact.

        Raises:
            InternalError: the parts do not follow each other, or frames are missing; the parts are gone then.
        """
        if (frames := self._contiguous_frames()) != summary.frames:
            self.discard()
            raise InternalError(
                f"the extraction gave {frames} of {summary.frames} frames in order", reason="MOTION_INCOMPLETE"
            )
        record = io.BytesIO(json.dumps(asdict(summary)).encode())
        self._store.put(f"{self._ref.name}.json", record, media_type="application/json")
        artifact = io.BufferedReader(IteratorSource(self._assemble()), 1 << 20)
        self._store.put(self._ref.key, cast("BinaryIO", artifact), media_type=_MEDIA_TYPE)
        self.discard()

    def _assemble(self) -> Iterator[bytes]:
        for position, (header, chunk) in enumerate(self._read(key) for key in self._keys):
            file = io.BytesIO()
            if position == 0:
                write_delimited(file, header)
            chunk.ClearField("checkpoint")
            write_delimited(file, chunk)
            yield file.getvalue()

    def _contiguous_frames(self) -> int:
        frames = 0
        for _, chunk in map(self._read, self._keys):
            if chunk.first_frame != frames:
                break
            frames += len(chunk.timestamps)
        return frames

    def _read(self, key: str) -> tuple[motion_pb2.MotionHeader, motion_pb2.MotionChunk]:
        with self._store.open(key) as file:
            header, chunks = read_motion_messages(file)
            return header, next(chunks)
