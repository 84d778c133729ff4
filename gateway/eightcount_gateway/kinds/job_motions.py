"""The motions and beats that a job works with."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.pose_choice import find_motion, read_dancer, read_pose_model
from eightcount_gateway.library.motions.extractor import Report, Source
from eightcount_gateway.library.motions.refs import Dancer, MotionRef
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread


async def name_model(context: JobContext, video: Video, variant: str, dancer: Dancer | None) -> str:
    """Return the identifier of the pose model; the container is read only when nothing is known of the recording.

    Raises:
        EightcountError: the recording cannot be read, or the dancer cannot be in it.
    """
    model = await context.backends.pose.describe_model(variant, dancer)
    known = await run_in_thread(context.motions.exists, MotionRef(video.sha256, variant, model, dancer))
    if known or (video.media is not None and dancer is None):
        return model
    probed = await context.backends.pose.probe(context.videos.uri(video), variant, dancer)
    if video.media is None:
        await run_in_thread(context.videos.note_media, video, probed.video)
    return probed.model


class JobMotions:
    """The motions of one job, all by one pose model, so that a resumed job continues with the same."""

    def __init__(self, context: JobContext, progress: JobProgress) -> None:
        self._context = context
        self._progress = progress

    async def find(self, video: Video) -> MotionRef:
        """Return the motion of the recording that the job works with; it need not exist yet.

        Raises:
            EightcountError: the recording cannot be read, or was deleted before its motion was extracted.
        """
        variant, dancer = read_pose_model(self._progress.job), read_dancer(self._progress.job)
        if video.content_deleted:
            known = await run_in_thread(self._context.motions.find_latest, video.sha256, variant, dancer)
            if known is not None:
                return known
        self._context.videos.uri(video)  # raises when it was deleted
        if "model_id" not in self._progress.job.request:
            self._progress.note_in_request("model_id", await name_model(self._context, video, variant, dancer))
        return find_motion(self._progress.job, video.sha256)

    async def ensure(self, video: Video, report: Report, *, with_preview: bool = True) -> bool:
        """Extract the motion, unless it is stored; return whether it was.

        Raises:
            EightcountError: the pose service cannot extract it.
        """
        ref = await self.find(video)
        if video.content_deleted:
            return True
        source = Source(self._context.videos.uri(video), with_preview)
        return (await self._context.extractor.ensure(ref, source, report)).cached


@dataclass(frozen=True, slots=True)
class Beats:
    """The beats of a recording in seconds, and the URI of the analysis of its music; empty without a beat."""

    music_uri: str = ""
    beats_seconds: tuple[float, ...] = ()


async def find_beats(context: JobContext, video: Video) -> Beats:
    """Return the beats of a recording; none when it was deleted before its music was analysed."""
    music = await context.music.find(video.sha256)
    if music is None and not video.content_deleted:
        music = await context.music.analyse(context.videos.uri(video), video.sha256)
    if music is None or not music.has_beat:
        return Beats()
    return Beats(context.music.uri(video.sha256), tuple(music.beats_seconds))


def note_frames(progress: JobProgress, label: str) -> Report:
    """Return a callback that writes the frames of one recording among many into the note of the step `extract`."""
    progress.update("extract", note=label)

    def report(done: int, total: int) -> None:
        progress.update("extract", note=f"{label}: {done} of {total} frames" if total else label)

    return report
