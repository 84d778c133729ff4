"""Uploaded files: videos, motions and skeletons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from eightcount_client.kinds.kind import Resource


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPart:
    """A rectangle in fractions of the width and height of an image, from its top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """The container's description of a video; sizes are those of the upright image."""

    container: str = ""
    video_codec: str = ""
    audio_codec: str | None = None
    width: int = 0
    height: int = 0
    rotation_degrees: int = 0
    frame_rate: float | None = None
    duration_seconds: float | None = None
    frame_count: int | None = None
    shown_part: ShownPart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """An uploaded recording; `content_deleted` where only the motion found in it is left."""

    id: str
    file_name: str
    size_bytes: int | None
    sha256: str
    media: Media | None = None
    created_at: datetime | None = None
    content_deleted: bool = False
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWarning:
    """A difference between what a file states and what was read."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Motion:
    """A motion from an uploaded file; its id stands for a recording wherever only the motion is used."""

    id: str
    file_name: str
    size_bytes: int = 0
    sha256: str = ""
    skeleton: str | None = ""
    model: str | None = ""
    frames: int | None = 0
    duration_seconds: float | None = None
    created_at: datetime | None = None
    warnings: tuple[FileWarning, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skeleton:
    """A character that dances can be written for; `parts` maps parts of the body to its joints."""

    id: str
    file_name: str
    size_bytes: int = 0
    joints: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict)
    created_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


VIDEOS = Resource("videos", Video)
MOTIONS = Resource("motions", Motion)
SKELETONS = Resource("skeletons", Skeleton)
