"""The one step of an extraction job."""

from __future__ import annotations

import asyncio

from eightcount_gateway.jobs.comparison import JobParts
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.motions import MotionRef


class ExtractionJob:
    """Extracts one video's motion."""

    def __init__(self, parts: JobParts, job: Job, progress: JobProgress) -> None:
        self._parts = parts
        self._job = job
        self._progress = progress

    async def extract(self) -> None:
        """Makes sure that the motion is in the store."""
        async with self._progress.step("extract"):
            video = await asyncio.to_thread(self._parts.videos.get, self._job.text("video_id"))
            extracted = await self._parts.extractor.ensure(
                MotionRef(video.sha256, self._job.text("model")),
                self._parts.videos.uri(video),
                lambda done, total: self._progress.update("extract", done=done, total=total),
            )
            if extracted.cached:
                self._progress.update("extract", state="cached")
