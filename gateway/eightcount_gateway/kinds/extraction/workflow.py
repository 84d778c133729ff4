"""The one step of an extraction job."""

from __future__ import annotations

import asyncio

from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import JobMotions, heard_in


class ExtractionJob:
    """Extracts one video's motion."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress

    @property
    def steps(self) -> Steps:
        """The one step."""
        return [("extract", self.extract)]

    async def extract(self) -> None:
        """Makes sure that the motion is in the store; of training material the beats, too."""
        async with self._progress.step("extract"):
            video = await asyncio.to_thread(self._context.videos.get, self._job.text("video_id"))
            training = self._job.request.get("training") is True
            cached = await JobMotions(self._context, self._progress).ensure(
                video,
                lambda done, total: self._progress.update("extract", done=done, total=total),
                with_preview=not training,
            )
            if training:
                await self._context.backends.wait_for("sync")
                await heard_in(self._context, video)
            if cached:
                self._progress.update("extract", state="cached")
