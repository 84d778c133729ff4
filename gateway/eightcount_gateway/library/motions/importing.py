"""Motions from files that people hand around, kept as if they had been extracted."""

from __future__ import annotations

import io
import json
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import IO, BinaryIO, cast

import numpy as np

from eightcount.motion.v1 import motion_pb2
from eightcount_common.errors import NotFoundError, UnusableMediaError
from eightcount_common.importing.motion_file import ImportedMotion, import_motion
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import encode_chunk, encode_header, write_delimited
from eightcount_common.storage import ObjectStore
from eightcount_gateway.backends.pose import VARIANTS
from eightcount_gateway.library.hashing import ByteMeter
from eightcount_gateway.library.index import Filter, ResourceIndex
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.motions.refs import JobWarning, MotionRef, MotionSummary
from eightcount_gateway.library.streams import IteratorSource
from eightcount_gateway.library.videos import Video, VideoLibrary
from eightcount_gateway.threads import run_in_thread

MAX_BYTES = 128 * 1024**2
"""Largest motion file; they are read as a whole."""
_IN_MEMORY_BYTES = 8 * 1024**2
_MAX_MODEL_LENGTH = 80
_MEDIA_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class MotionFile:
    """A motion from a file.

    Attributes:
        video: its record; a motion stands for a recording wherever only the motion is needed.
        skeleton: name of its skeleton.
        model: what made it.
        frames: number of frames.
        duration_seconds: from the first frame to the end of the last.
        warnings: where the file was read differently from what it states.
    """

    video: Video
    skeleton: str
    model: str
    frames: int
    duration_seconds: float
    warnings: tuple[JobWarning, ...] = ()


class MotionImporter:
    """Stores motion files. Each becomes a recording that has a motion and no content."""

    def __init__(
        self,
        store: ObjectStore,
        videos: VideoLibrary,
        motions: MotionLibrary,
        index: ResourceIndex,
        *,
        max_bytes: int,
    ) -> None:
        self._store = store
        self._index = index
        self._videos = videos
        self._motions = motions
        self._max_bytes = min(MAX_BYTES, max_bytes)

    async def add(self, file_name: str, pieces: AsyncIterator[bytes]) -> MotionFile:
        """Read a motion file and store its motion, the same for every size of pose network.

        Raises:
            TooLargeError: it passes the size limit.
            InvalidInputError: it is no motion that can be read.
            UnusableMediaError: nobody is in it.
        """
        meter = ByteMeter(self._max_bytes)
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as file:
            async for piece in meter.through(pieces):
                await run_in_thread(file.write, piece)
            imported = await run_in_thread(_read, file, file_name)
        motion = imported.motion
        warnings = tuple(JobWarning(note.reason, note.message) for note in imported.notes)
        video = Video(
            secrets.token_hex(10), file_name, meter.size, meter.digest.hexdigest(), _MEDIA_TYPE,
            datetime.now(UTC).isoformat(timespec="milliseconds"), content_deleted=True,
            is_motion=True,
        )  # fmt: skip
        await run_in_thread(self._keep, video, motion, warnings)
        seconds = duration_seconds(motion)
        return MotionFile(video, motion.skeleton.name, motion.model, len(motion), seconds, warnings)

    def get(self, motion_id: str) -> MotionFile:
        """Return a motion that was stored. Blocking.

        Raises:
            NotFoundError: MOTION_NOT_FOUND.
        """
        missing = NotFoundError(f"there is no motion {motion_id[:40]!r}", reason="MOTION_NOT_FOUND")
        try:
            video = self._videos.get(motion_id)
        except NotFoundError as error:
            raise missing from error
        ref = self._motions.find_latest(video.sha256, next(iter(VARIANTS))) if video.is_motion else None
        if ref is None:
            raise missing
        summary = self._motions.summary(ref)
        with self._motions.open(ref) as messages:
            header = cast("motion_pb2.MotionHeader", next(messages))
        return MotionFile(
            video, header.skeleton.name, summary.model, summary.frames, header.duration_seconds, summary.warnings
        )

    def list(
        self, *, limit: int, after: tuple[str, str] | None = None, where: Filter | None = None
    ) -> list[MotionFile]:
        """Return motions from files, newest first. Blocking.

        Args:
            limit: largest number of them.
            after: `created_at` and `id` of the last one of the page before.
            where: which of them.
        """
        return self._index.read("motion", self.get, limit=limit, after=after, where=where)

    def _keep(self, video: Video, motion: MotionSequence, warnings: tuple[JobWarning, ...]) -> None:
        model = motion.model[:_MAX_MODEL_LENGTH] or "file"
        for variant in VARIANTS:
            ref = MotionRef(video.sha256, variant, model)
            if not self._motions.exists(ref):
                self._write(ref, motion, warnings)
            self._motions.note_last(ref)
        self._videos.write_record(video)

    def _write(self, ref: MotionRef, motion: MotionSequence, warnings: tuple[JobWarning, ...]) -> None:
        summary = MotionSummary(ref.model, len(motion), int(motion.found.sum()), warnings)
        record = io.BytesIO(json.dumps(asdict(summary)).encode())
        self._store.put(f"{ref.name}.json", record, media_type="application/json")
        artifact = io.BufferedReader(IteratorSource(_encode_motion(motion)), 1 << 20)
        self._store.put(ref.key, cast("BinaryIO", artifact), media_type=_MEDIA_TYPE)


def duration_seconds(motion: MotionSequence) -> float:
    """From the first frame to the end of the last."""
    times = motion.timestamps
    return float(times[-1] - times[0] + np.median(np.diff(times))) if len(times) > 1 else 0.0


def _read(file: IO[bytes], file_name: str) -> ImportedMotion:
    file.seek(0)
    imported = import_motion(file, file_name)
    if not imported.motion.found.any():
        raise UnusableMediaError("nobody is in the motion", reason="NO_PERSON")
    return imported


def _encode_motion(motion: MotionSequence) -> Iterator[bytes]:
    """The artifact, a message at a time."""
    seconds = duration_seconds(motion)
    rate = len(motion) / seconds if seconds else 0.0
    first_frame = 0
    yield _encode_message(encode_header(motion, nominal_frame_rate=rate, duration_seconds=seconds))
    for part in motion.chunks():
        yield _encode_message(encode_chunk(part, first_frame=first_frame))
        first_frame += len(part)


def _encode_message(message: object) -> bytes:
    file = io.BytesIO()
    write_delimited(file, message)  # type: ignore[arg-type]
    return file.getvalue()
