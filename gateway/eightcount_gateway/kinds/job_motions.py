"""Motions and beats that a job works with, and what became of many recordings at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.pose_choice import find_motion, read_dancer, read_pose_model
from eightcount_gateway.library.extractor import Report, Source
from eightcount_gateway.library.motion_refs import MotionRef
from eightcount_gateway.library.videos import Video


class JobMotions:
    """The motions of one job, all by the pose model that it met first, so that a resumed job goes on with the same."""

    def __init__(self, context: JobContext, progress: JobProgress) -> None:
        self._context = context
        self._progress = progress

    async def find(self, video: Video) -> MotionRef:
        """Which motion of the recording is meant; it need not exist yet.

        Raises:
            EightcountError: the recording cannot be read, or was deleted before its motion was extracted.
        """
        variant, dancer = read_pose_model(self._progress.job), read_dancer(self._progress.job)
        if video.content_deleted:
            known = await asyncio.to_thread(self._context.motions.known, video.sha256, variant, dancer)
            if known is not None:
                return known
        uri = self._context.videos.uri(video)
        if "model_id" not in self._progress.job.request:
            probed = await self._context.backends.pose.probe(uri, variant, dancer)
            self._progress.note_in_request("model_id", probed.model)
        return find_motion(self._progress.job, video.sha256)

    async def ensure(self, video: Video, report: Report, *, with_preview: bool = True) -> bool:
        """Makes sure that the motion exists; whether it was there before.

        Raises:
            EightcountError: the pose service cannot extract it.
        """
        ref = await self.find(video)
        if video.content_deleted:
            return True
        source = Source(self._context.videos.uri(video), with_preview)
        return (await self._context.extractor.ensure(ref, source, report)).cached


@dataclass(frozen=True, slots=True)
class Heard:
    """Where the music of a recording is described in the store, and its beats in seconds; nothing without a beat."""

    music_uri: str = ""
    beats_seconds: tuple[float, ...] = ()


async def heard_in(context: JobContext, video: Video) -> Heard:
    """What there is to hear; nothing when the recording was deleted unheard."""
    music = await context.aligner.known_music(video.sha256)
    if music is None and not video.content_deleted:
        music = await context.aligner.music(context.videos.uri(video), video.sha256)
    if music is None or not music.has_beat:
        return Heard()
    return Heard(context.aligner.music_uri(video.sha256), tuple(music.beats_seconds))


def frames_noted(progress: JobProgress, label: str) -> Report:
    """Tells the frames of one recording among many in the note of the step `extract`."""
    progress.update("extract", note=label)

    def report(done: int, total: int) -> None:
        progress.update("extract", note=f"{label}: {done} of {total} frames" if total else label)

    return report
