"""Uploaded recordings: their bytes and their records, both in the object store."""

from __future__ import annotations

import io
import json
import logging
import secrets
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from eightcount.pose.v1 import pose_pb2
from eightcount_common.errors import (
    ConflictError,
    EightcountError,
    NotFoundError,
)
from eightcount_common.storage import ObjectStore
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.library.deletion.derived_files import list_image_features
from eightcount_gateway.library.hashing import ByteMeter
from eightcount_gateway.library.index import VIDEO_KINDS, Entry, Filter, ResourceIndex, ResourceKind, kind_of_record
from eightcount_gateway.library.streams import StreamWriter
from eightcount_gateway.threads import run_in_thread

_log = logging.getLogger(__name__)
MEDIA_TYPES = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm", ".ogv": "video/ogg",
    ".mkv": "video/x-matroska", ".avi": "video/x-msvideo", ".mp3": "audio/mpeg", ".m4a": "audio/mp4",
    ".aac": "audio/aac", ".wav": "audio/wav", ".ogg": "audio/ogg", ".opus": "audio/ogg", ".flac": "audio/flac",
}  # fmt: skip
"""By suffix of the uploaded file. Nothing else is ever served, so an upload cannot pose as a page."""

_OPTIONAL_MEDIA = ("audio_codec", "frame_rate", "duration_seconds", "frame_count")
"""Metadata that a container does not always state."""


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A rectangle in fractions of the width and height of an image, from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """The metadata in the container, None where it states nothing; sizes of the upright image.

    `shown_part` is the place of that image in the one without the crop that the container states; None without a crop.
    """

    container: str
    video_codec: str
    audio_codec: str | None
    width: int
    height: int
    rotation_degrees: int
    frame_rate: float | None
    duration_seconds: float | None
    frame_count: int | None
    shown_part: ShownPart | None = None


@dataclass(frozen=True, slots=True)
class Video:
    """A recording, or a motion from a file that stands for one.

    Attributes:
        id: names it.
        file_name: as the client gave it.
        size_bytes: of the file; 0 when it was not sent because its motion is stored.
        sha256: of its content.
        media_type: that it is served with.
        created_at: ISO 8601 in UTC.
        media: what the container states; None for audio files, and when it could not be read yet.
        content_deleted: whether only its motion and its beats are stored.
        is_motion: whether it is a motion from a file.
    """

    id: str
    file_name: str
    size_bytes: int
    sha256: str
    media_type: str
    created_at: str
    media: MediaInfo | None = None
    content_deleted: bool = False
    is_motion: bool = False

    @property
    def key(self) -> str:
        """Key of its bytes."""
        return f"videos/{self.id}/content"


class VideoLibrary:
    """Uploaded recordings."""

    def __init__(
        self, store: ObjectStore, writer: StreamWriter, backends: Backends, index: ResourceIndex, *, max_bytes: int
    ) -> None:
        self._store = store
        self._index = index
        self._writer = writer
        self._backends = backends
        self._max_bytes = max_bytes

    async def add(self, file_name: str, pieces: AsyncIterator[bytes]) -> Video:
        """Store a recording as it comes and read its container.

        Raises:
            TooLargeError: it passes the size limit.
            UnusableMediaError: it is empty, or neither a video nor audio.
        """
        video_id = secrets.token_hex(10)
        meter = ByteMeter(self._max_bytes)
        media_type = MEDIA_TYPES.get(PurePosixPath(file_name).suffix.lower(), "application/octet-stream")
        key = f"videos/{video_id}/content"
        await self._writer.put(key, meter.through(pieces), media_type=media_type)
        video = Video(
            video_id, file_name, meter.size, meter.digest.hexdigest(), media_type,
            datetime.now(UTC).isoformat(timespec="milliseconds"),
        )  # fmt: skip
        try:
            video = replace(video, media=await self._probe(video))
            await run_in_thread(self.write_record, video)
        except BaseException:
            await run_in_thread(self._store.delete, key)
            raise
        return video

    def get(self, video_id: str) -> Video:
        """Return the record of a recording. Blocking.

        Raises:
            NotFoundError: there is no such video.
        """
        try:
            record = json.loads(b"".join(self._store.read(f"videos/{video_id}/video.json")))
        except (NotFoundError, EightcountError) as error:
            if isinstance(error, NotFoundError) or error.reason == "INVALID_OBJECT_KEY":
                raise NotFoundError(f"there is no video {video_id[:40]!r}", reason="VIDEO_NOT_FOUND") from error
            raise
        return _video_of(record)

    def delete(self, video_id: str) -> None:
        """Delete a video's bytes, its record and its entry in the index. Blocking."""
        for name in ("content", "video.json"):
            self._store.delete(f"videos/{video_id}/{name}")
        for kind in VIDEO_KINDS:
            self._index.remove(kind, video_id)

    def list(self, *, limit: int, after: tuple[str, str] | None = None, where: Filter | None = None) -> list[Video]:
        """Return videos, newest first; not the motions from files. Blocking.

        Args:
            limit: largest number of them.
            after: `created_at` and `id` of the last one of the page before.
            where: which of them.
        """
        return self._index.read("video", self.get, limit=limit, after=after, where=where)

    def register(self, file_name: str, sha256: str) -> Video:
        """Write the record of a recording that is not uploaded because its motion is stored; one per content.

        Blocking.
        """
        video = Video(
            f"known-{sha256}"[:46], file_name, 0, sha256, "application/octet-stream",
            datetime.now(UTC).isoformat(timespec="milliseconds"), content_deleted=True,
        )  # fmt: skip
        self.write_record(video)
        return video

    def delete_content(self, video: Video) -> None:
        """Delete the bytes and the image features; the record, the motions and the beats stay. Blocking."""
        self.write_record(replace(video, content_deleted=True))
        self._store.delete(video.key)
        for key in list_image_features(self._store, video.sha256):
            self._store.delete(key)

    def uri(self, video: Video) -> str:
        """Return the URI of the bytes.

        Raises:
            ConflictError: they were deleted.
        """
        if video.content_deleted:
            raise ConflictError(f"the content of {video.file_name!r} was deleted", reason="CONTENT_DELETED")
        return self._store.uri(video.key)

    def note_media(self, video: Video, media: pose_pb2.VideoInfo) -> None:
        """Write what the container states into the record of a video that was not read when it came. Blocking."""
        self.write_record(replace(video, media=media_info(media)))

    async def _probe(self, video: Video) -> MediaInfo | None:
        try:
            probed = await self._backends.pose.probe(self.uri(video), sound_suffices=True)
            return media_info(probed.video) if probed.HasField("video") else None
        except EightcountError as error:
            if not error.retryable:
                raise
            _log.warning("an upload was not probed", extra={"video_id": video.id, "reason": error.reason})
            return None

    def write_record(self, video: Video) -> None:
        """Write the record of a recording, and its entry in the index. Blocking."""
        record = io.BytesIO(json.dumps(asdict(video)).encode())
        self._store.put(f"videos/{video.id}/video.json", record, media_type="application/json")
        kind: ResourceKind = "motion" if video.is_motion else "video"
        self._index.put(Entry(kind, video.id, video.created_at, video.file_name, video.sha256))


def _video_of(record: dict[str, Any]) -> Video:
    media = record.pop("media")
    record["is_motion"] = kind_of_record(record) == "motion"
    if media:
        media |= {name: None for name in _OPTIONAL_MEDIA if not media[name]}  # records of earlier versions hold 0, ""
        if part := media.pop("shown_part", None):  # not in records of earlier versions
            media["shown_part"] = ShownPart(**part)
    return Video(**record, media=MediaInfo(**media) if media else None)


def media_info(video: pose_pb2.VideoInfo) -> MediaInfo:
    """The message as a value."""
    return MediaInfo(
        video.container, video.video_codec, video.audio_codec or None, video.width, video.height,
        video.rotation_degrees, round(video.nominal_frame_rate, 6) or None, round(video.duration_seconds, 6) or None,
        video.frame_count or None, _shown_part(video),
    )  # fmt: skip


def _shown_part(video: pose_pb2.VideoInfo) -> ShownPart | None:
    part = video.shown_part
    return ShownPart(part.left, part.top, part.width, part.height) if video.HasField("shown_part") else None
