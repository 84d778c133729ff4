"""The steps of a classification. Each can be run again after a crash: what it made replaces what was there."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import asdict

from eightcount.classifier.v1 import classifier_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.classifications import classification_as_json
from eightcount_common.errors import InternalError, InvalidInputError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.classification.answer import summarize
from eightcount_gateway.kinds.classification.artifacts import ClassificationArtifacts
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.job_motions import JobMotions, find_beats
from eightcount_gateway.kinds.pose_choice import read_dancer
from eightcount_gateway.library.style_models import find_model, watches_frames
from eightcount_gateway.library.videos import Video
from eightcount_gateway.threads import run_in_thread


class ClassificationJob:
    """One classification's steps, run in the order of the methods."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._motions = JobMotions(context, progress)

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        methods = (self.probe, self.extract, self.listen, self.classify)
        return [(method.__name__, method) for method in methods]

    async def probe(self) -> None:
        """Read the container and find the model, so that impossible requests fail within a second."""
        async with self._progress.step("probe"):
            await self._context.backends.wait_for("pose")
            await self._context.backends.wait_for("classifier")
            watches_frames = await self._watches_frames()
            if watches_frames and read_dancer(self._job):
                message = "the model reads whole frames and cannot follow one dancer"
                raise InvalidInputError(message, reason="DANCER_NOT_FOLLOWED")
            await self._motions.find(await self._video())

    async def extract(self) -> None:
        """Extract the dancer's motion; frame models need none."""
        async with self._progress.step("extract"):
            if await self._watches_frames():
                self._progress.update("extract", state="skipped")
                return
            cached = await self._motions.ensure(
                await self._video(), lambda done, total: self._progress.update("extract", done=done, total=total)
            )
            await self._note_warnings()
            if cached:
                self._progress.update("extract", state="cached")

    async def listen(self) -> None:
        """Find the beats of the music; without sound or without a beat there are none."""
        async with self._progress.step("listen"):
            await self._context.backends.wait_for("sync")
            await self._beats()

    async def classify(self) -> None:
        """Classify the movement and write the result."""
        async with self._progress.step("classify"):
            await self._context.backends.wait_for("classifier")
            result = classification_as_json(await self._classification())
            artifacts = ClassificationArtifacts(self._context.store, self._job.id)
            await run_in_thread(artifacts.write_result, result)
            self._progress.set_answer(summarize(result))

    async def _classification(self) -> classifier_pb2.Classification:
        video = await self._video()
        on_frames = await self._watches_frames()
        responses = self._context.backends.classifier.classify_video(
            classifier_pb2.ClassifyOptions(
                model=models_pb2.ModelRef(name=self._job.text("style_model")), beats_seconds=await self._beats()
            ),
            video_uri="" if video.content_deleted and not on_frames else self._context.videos.uri(video),
            motion_uri="" if on_frames else self._context.store.uri((await self._motions.find(video)).key),
        )
        async with aclosing(responses):
            async for response in responses:
                if isinstance(response, classifier_pb2.Classification):
                    return response
                self._progress.update("classify", done=response.done, total=response.total)
        raise InternalError("the classifier service sent no classification", reason="PROTOCOL")

    async def _beats(self) -> list[float]:
        return list((await find_beats(self._context, await self._video())).beats_seconds)

    async def _note_warnings(self) -> None:
        ref = await self._motions.find(await self._video())
        summary = await run_in_thread(self._context.motions.summary, ref)
        self._progress.note_in_request("warnings", [asdict(warning) for warning in summary.warnings])

    async def _watches_frames(self) -> bool:
        model = await find_model(self._context.backends.classifier, self._job.text("style_model"))
        return model is not None and watches_frames(model.family)

    async def _video(self) -> Video:
        video_id = self._job.text("video_id") or self._job.text("motion_id")
        return await run_in_thread(self._context.videos.get, video_id)
