"""The steps of adding a style to the few-shot model. Each can be run again after a crash."""

from __future__ import annotations

from dataclasses import replace

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import EightcountError, UnusableMediaError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import JobMotions, note_frames
from eightcount_gateway.kinds.rejections import (
    Content,
    Contents,
    Rejected,
    describe_rejections,
    list_rejections,
    reject_recording,
    reject_twin,
)
from eightcount_gateway.library.documents import read_json, write_json
from eightcount_gateway.library.style_models import model_as_json
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread


class StyleAdditionJob:
    """A style addition: the motions of a few recordings are extracted and added to the few-shot model."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._motions = JobMotions(context, progress)

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        return [("extract", self.extract), ("add", self.add)]

    async def extract(self) -> None:
        """Extract every motion; recordings that cannot be used are left out."""
        async with self._progress.step("extract"):
            await self._context.backends.wait_for("classifier")
            await self._context.backends.wait_for("pose")
            video_ids = self._job.texts("video_ids")
            labels, rejected = dict[str, str](), list[Rejected]()
            contents = Contents()
            self._progress.update("extract", done=0, total=len(video_ids))
            for done, video_id in enumerate(video_ids, start=1):
                video = await run_in_thread(self._context.videos.get, video_id)
                try:
                    uri = await self._extract(video)
                    content = Content(video_id, video.file_name)
                    twin = contents.add(video.sha256, content)
                    if twin is None:
                        labels[uri] = video.file_name
                    else:
                        rejected += reject_twin(content, twin, [])
                except EightcountError as error:
                    rejected.append(reject_recording(video.file_name, error))
                self._progress.update("extract", done=done)
            if not labels:
                raise UnusableMediaError(describe_rejections(rejected), reason=rejected[0].reason)
            prepared = {"labels": labels, "rejected": [item.as_json() for item in rejected]}
            await run_in_thread(write_json, self._context.store, _prepared_key(self._job.id), prepared)

    async def add(self) -> None:
        """Add the style to the few-shot model."""
        async with self._progress.step("add"):
            await self._context.backends.wait_for("classifier")
            prepared = await run_in_thread(read_json, self._context.store, _prepared_key(self._job.id))
            labels: dict[str, str] = prepared["labels"]
            rejected = [Rejected.of_json(item) for item in prepared["rejected"]]
            answer = await self._add(list(labels), rejected)
            rejected += [_name_recording(Rejected.of_message(item), labels) for item in answer.rejected]
            result = {"model": model_as_json(answer.model), "rejected": [item.as_json() for item in rejected]}
            await run_in_thread(write_json, self._context.store, result_key(self._job.id), result)

    async def _add(self, uris: list[str], rejected: list[Rejected]) -> classifier_pb2.AddStyleResponse:
        """Add the style; where too few clips are left, say which were left out."""
        try:
            return await self._context.backends.classifier.add_style(self._job.text("name"), uris)
        except EightcountError as error:
            if error.reason != "TOO_FEW_CLIPS" or not rejected:
                raise
            message = f"{error.message}; {list_rejections(rejected)}"
            raise UnusableMediaError(message, reason=error.reason) from error

    async def _extract(self, video: Video) -> str:
        """URI of the recording's motion."""
        await self._motions.ensure(video, note_frames(self._progress, video.file_name), with_preview=False)
        return self._context.store.uri((await self._motions.find(video)).key)


def _name_recording(rejected: Rejected, labels: dict[str, str]) -> Rejected:
    """Return the rejection of a motion as that of the recording with this motion."""
    return replace(rejected, label=labels.get(rejected.label, rejected.label))


def result_key(job_id: str) -> str:
    """Return the key of the result."""
    return f"style-additions/{job_id}/result.json"


def _prepared_key(job_id: str) -> str:
    return f"style-additions/{job_id}/prepared.json"
