"""The steps of training a style model. Each can be run again after a crash; the classifier keeps checkpoints."""

from __future__ import annotations

import math
from contextlib import aclosing

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import InternalError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.style_training.artifacts import ID_FIELDS, StyleTrainingFolder
from eightcount_gateway.kinds.training_folder import Prepared
from eightcount_gateway.kinds.training_messages import training_item, training_options
from eightcount_gateway.kinds.training_motions import TrainingMotions, require_sendable
from eightcount_gateway.library.style_models import watches_frames
from eightcount_gateway.threads import run_in_thread

_PARTS = 100
"""Progress of a training is reported in hundredths."""


class StyleTrainingJob:
    """A training of a style model: missing motions are extracted, then the classifier service trains."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._artifacts = StyleTrainingFolder(context.store, job.text("folder"))

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        of_videos = watches_frames(self._job.text("family"))
        material = TrainingMotions(
            self._context, self._progress, self._artifacts, trainer="classifier", of_videos=of_videos
        )
        return [("extract", material.extract), ("train", self.train)]

    async def train(self) -> None:
        """Train the model; write its card and its evaluation."""
        async with self._progress.step("train"):
            await self._context.backends.wait_for("classifier")
            prepared = await run_in_thread(self._artifacts.read_prepared)
            request = self._request(prepared)
            started = classifier_pb2.TrainPrepared()
            async with aclosing(self._context.backends.classifier.train(request)) as responses:
                async for response in responses:
                    match response.WhichOneof("event"):
                        case "prepared":
                            started = response.prepared
                        case "epoch":
                            self._report_progress(response.epoch)
                        case "finished":
                            self._progress.update("train", done=_PARTS, total=_PARTS, note="")
                            finished = response.finished
                            await run_in_thread(self._artifacts.write_result, prepared, started, finished)
                            return
            raise InternalError("the classifier service sent no model", reason="PROTOCOL")

    def _request(self, prepared: Prepared) -> classifier_pb2.TrainRequest:
        optional = ("motion_uri", "video_uri", *ID_FIELDS)
        request = classifier_pb2.TrainRequest(
            name=self._job.text("name"), family=self._job.text("family"), options=training_options(self._job),
            items=[training_item(item, ("style", "label", "beats_seconds"), optional) for item in prepared.items],
        )  # fmt: skip
        require_sendable(request, len(prepared.items))
        return request

    def _report_progress(self, epoch: classifier_pb2.TrainEpoch) -> None:
        note = f"{epoch.stage}, epoch {epoch.epoch} of {epoch.epochs}"
        if not math.isnan(epoch.training_loss):  # there is none while recordings are only looked at
            note += f", loss {epoch.training_loss:.3f}"
        self._progress.update("train", done=round(epoch.fraction_done * _PARTS), total=_PARTS, note=note)
