"""Motions and beats that a job works with, and what became of many recordings at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from eightcount.classifier.v1 import classifier_pb2
from eightcount.generator.v1 import generator_pb2
from eightcount_common.errors import CancelledError, EightcountError
from eightcount_gateway.jobs.extraction import Report, Source
from eightcount_gateway.jobs.parts import JobParts
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.motions import MotionRef
from eightcount_gateway.videos import Video


@dataclass(frozen=True, slots=True)
class Rejected:
    """A recording that could not serve, and why."""

    label: str
    reason: str
    message: str

    @classmethod
    def of_message(cls, item: classifier_pb2.RejectedItem | generator_pb2.RejectedItem) -> Self:
        """What a service that trains says."""
        return cls(item.label, item.reason, item.message)

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> Self:
        """What `as_json` made."""
        return cls(**value)

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return asdict(self)


class JobMotions:
    """The motions of one job, all by the pose model that it met first, so that a resumed job goes on with the same."""

    def __init__(self, parts: JobParts, progress: JobProgress) -> None:
        self._parts = parts
        self._progress = progress

    async def find(self, video: Video) -> MotionRef:
        """Which motion of the recording is meant; it need not exist yet.

        Raises:
            EightcountError: the recording cannot be read, or was deleted before its motion was extracted.
        """
        variant, dancer = self._progress.job.pose_model, self._progress.job.dancer()
        if video.content_deleted:
            known = await asyncio.to_thread(self._parts.motions.known, video.sha256, variant, dancer)
            if known is not None:
                return known
        uri = self._parts.videos.uri(video)
        if "model_id" not in self._progress.job.request:
            self._progress.set_model((await self._parts.backends.probe(uri, variant, dancer)).model)
        return self._progress.job.motion_of(video.sha256)

    async def ensure(self, video: Video, report: Report, *, with_preview: bool = True) -> bool:
        """Makes sure that the motion exists; whether it was there before.

        Raises:
            EightcountError: the pose service cannot extract it.
        """
        ref = await self.find(video)
        if video.content_deleted:
            return True
        source = Source(self._parts.videos.uri(video), with_preview)
        return (await self._parts.extractor.ensure(ref, source, report)).cached


@dataclass(frozen=True, slots=True)
class Heard:
    """Where the music of a recording is described in the store, and its beats in seconds; nothing without a beat."""

    music_uri: str = ""
    beats_seconds: tuple[float, ...] = ()


async def heard_in(parts: JobParts, video: Video) -> Heard:
    """What there is to hear; nothing when the recording was deleted unheard."""
    music = await parts.aligner.known_music(video.sha256)
    if music is None and not video.content_deleted:
        music = await parts.aligner.music(parts.videos.uri(video), video.sha256)
    if music is None or not music.has_beat:
        return Heard()
    return Heard(parts.aligner.music_uri(video.sha256), tuple(music.beats_seconds))


def frames_noted(progress: JobProgress, label: str) -> Report:
    """Tells the frames of one recording among many in the note of the step `extract`."""
    progress.update("extract", note=label)

    def report(done: int, total: int) -> None:
        progress.update("extract", note=f"{label}: {done} of {total} frames" if total else label)

    return report


def rejection(label: str, error: EightcountError) -> Rejected:
    """Why a recording among many is left out.

    Raises:
        EightcountError: it is not the recording's fault: the work was cancelled, or can be done later.
    """
    if error.retryable or isinstance(error, CancelledError):
        raise error
    return Rejected(label, error.reason, error.message)


def all_rejected(rejected: Sequence[Rejected]) -> str:
    """A sentence on why nothing is left."""
    first = rejected[0]
    return f"none of the {len(rejected)} recordings can serve; of {first.label}: {first.message}"
