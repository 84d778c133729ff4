"""Motion artifacts by the content of their video, and the parts of unfinished ones.

`motions/<sha256>/<slug>.motion` is complete as soon as it exists; `<variant>.last` names the model of the last one.
While an extraction runs, each chunk becomes an object `<slug>.part-<first frame>`, so that whoever takes the work over
continues after the last of them. An extraction that was not interrupted leaves `previews/<sha256>.mp4` as well.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import BinaryIO, cast

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import InternalError, NotFoundError
from eightcount_common.storage import ObjectStore
from eightcount_common.wire import read_motion_messages, write_delimited
from eightcount_gateway.streams import IteratorSource

_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know although the work went on."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class MotionSummary:
    """What is known of a finished motion without reading it.

    Attributes:
        model: identifier of the pose model.
        frames: number of frames.
        frames_with_dancer: those in which the dancer was found.
        warnings: of the pose service.
    """

    model: str
    frames: int
    frames_with_dancer: int
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class MotionRef:
    """Names a motion by its video and everything that decides what it looks like.

    Attributes:
        sha256: of the video.
        variant: size of the pose network: heavy, full or lite.
        model: the pose service's identifier of network, engine, precision and version.
    """

    sha256: str
    variant: str
    model: str

    @property
    def name(self) -> str:
        """Prefix of its objects."""
        slug = re.sub(r"[^A-Za-z0-9.-]", "_", self.model)
        return f"motions/{self.sha256}/{slug}"

    @property
    def key(self) -> str:
        """Key of the artifact."""
        return f"{self.name}.motion"

    @property
    def preview_key(self) -> str:
        """Key of the small copy of the video's pictures; any model makes the same."""
        return f"previews/{self.sha256}.mp4"


class MotionLibrary:
    """Motions in the object store. Blocking: call it from a thread."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def exists(self, ref: MotionRef) -> bool:
        """Whether the motion is complete."""
        return self._store.exists(ref.key)

    def summary(self, ref: MotionRef) -> MotionSummary:
        """What is known of a complete motion."""
        values = json.loads(b"".join(self._store.read(f"{ref.name}.json")))
        warnings = tuple(Notice(**warning) for warning in values.pop("warnings"))
        return MotionSummary(**values, warnings=warnings)

    @contextmanager
    def open(self, ref: MotionRef) -> Iterator[Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]]:
        """The header and then the chunks of a complete motion."""
        with self._store.open(ref.key) as file:
            header, chunks = read_motion_messages(file)
            yield _chain(header, chunks)

    def known(self, sha256: str, variant: str) -> MotionRef | None:
        """The last complete motion of a video by a pose network of that size; none when there is none."""
        try:
            model = b"".join(self._store.read(_last_key(sha256, variant))).decode()
        except NotFoundError:
            return None
        ref = MotionRef(sha256, variant, model)
        return ref if self.exists(ref) else None

    def note_last(self, ref: MotionRef) -> None:
        """From now on `known` gives this motion."""
        self._store.put(_last_key(ref.sha256, ref.variant), io.BytesIO(ref.model.encode()), media_type="text/plain")

    def preview_uri(self, ref: MotionRef) -> str:
        """Where the small copy of the video's pictures is, if there is one."""
        return self._store.uri(ref.preview_key)

    def parts(self, ref: MotionRef) -> MotionParts:
        """The parts of an unfinished motion."""
        return MotionParts(self._store, ref)


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
        """Where the extractor continues; empty to start over."""
        return self._last.checkpoint if self._last else b""

    def append(self, header: motion_pb2.MotionHeader, chunk: motion_pb2.MotionChunk) -> None:
        """Keeps a chunk, and the header with it so that a part can be read alone."""
        file = io.BytesIO()
        write_delimited(file, header)
        write_delimited(file, chunk)
        file.seek(0)
        key = f"{self._ref.name}.part-{chunk.first_frame:09d}"
        self._store.put(key, file, media_type=_MEDIA_TYPE)
        self._keys.append(key)
        self._last = chunk

    def discard(self) -> None:
        """Removes the parts."""
        for key in self._keys:
            self._store.delete(key)
        self._keys = []
        self._last = None

    def finish(self, summary: MotionSummary) -> None:
        """Turns the parts into the artifact.

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
        artifact = io.BufferedReader(IteratorSource(self._assembled()), 1 << 20)
        self._store.put(self._ref.key, cast("BinaryIO", artifact), media_type=_MEDIA_TYPE)
        self.discard()

    def _assembled(self) -> Iterator[bytes]:
        for position, (header, chunk) in enumerate(self._read(key) for key in self._keys):
            file = io.BytesIO()
            if position == 0:
                write_delimited(file, header)
            chunk.checkpoint = b""
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


def _last_key(sha256: str, variant: str) -> str:
    return f"motions/{sha256}/{variant}.last"


def _chain(
    header: motion_pb2.MotionHeader, chunks: Iterator[motion_pb2.MotionChunk]
) -> Iterator[motion_pb2.MotionHeader | motion_pb2.MotionChunk]:
    yield header
    yield from chunks
