"""The one step of an extraction job."""

from __future__ import annotations

from dataclasses import asdict

from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import JobMotions, find_beats
from eightcount_gateway.threads import run_in_thread


class ExtractionJob:
    """The extraction of one video's motion."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress

    @property
    def steps(self) -> Steps:
        """The one step."""
        return [("extract", self.extract)]

    async def extract(self) -> None:
        """Extract the motion, unless it is stored; for training also find the beats."""
        async with self._progress.step("extract"):
            video = await run_in_thread(self._context.videos.get, self._job.text("video_id"))
            training = self._job.request.get("training") is True
            motions = JobMotions(self._context, self._progress)
            cached = await motions.ensure(
                video,
                lambda done, total: self._progress.update("extract", done=done, total=total),
                with_preview=not training,
            )
            summary = await run_in_thread(self._context.motions.summary, await motions.find(video))
            self._progress.note_in_request("warnings", [asdict(warning) for warning in summary.warnings])
            if training:
                await self._context.backends.wait_for("sync")
                await find_beats(self._context, video)
            if cached:
                self._progress.update("extract", state="cached")
