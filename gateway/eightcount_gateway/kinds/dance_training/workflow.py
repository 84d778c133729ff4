"""The steps of training a dance model. Each can be run again after a crash."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from eightcount.generator.v1 import generator_pb2
from eightcount.models.v1 import models_pb2
from eightcount_common.errors import InternalError
from eightcount_gateway.jobs.model import Job
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance_training.artifacts import DanceTrainingFolder
from eightcount_gateway.kinds.training_folder import Prepared
from eightcount_gateway.kinds.training_messages import training_item, training_options
from eightcount_gateway.kinds.training_motions import TrainingMotions, require_sendable
from eightcount_gateway.threads import run_in_thread

_FIELDS = ("style", "label")
_OPTIONAL_FIELDS = ("motion_uri", "performer", "take", "music_uri")
_Response = generator_pb2.TrainResponse | generator_pb2.FineTuneResponse
_PARTS = 100
"""Progress of a training is reported in hundredths."""


class DanceTrainingJob:
    """A training of a dance model: missing motions are extracted, then the generator service trains."""

    def __init__(self, context: JobContext, job: Job, progress: JobProgress) -> None:
        self._context = context
        self._job = job
        self._progress = progress
        self._artifacts = DanceTrainingFolder(context.store, job.text("folder"))

    @property
    def steps(self) -> Steps:
        """The steps in order."""
        material = TrainingMotions(self._context, self._progress, self._artifacts, trainer="generator")
        return [("extract", material.extract), ("train", self.train)]

    async def train(self) -> None:
        """Train the model and write its card."""
        async with self._progress.step("train"):
            await self._context.backends.wait_for("generator")
            prepared = await run_in_thread(self._artifacts.read_prepared)
            async with aclosing(self._train(prepared)) as responses:
                async for response in responses:
                    if response.HasField("finished"):
                        self._progress.update("train", done=_PARTS, total=_PARTS, note="")
                        await run_in_thread(self._artifacts.write_result, prepared, response.finished)
                        return
                    self._report_progress(response.progress)
            raise InternalError("the generator service sent no model", reason="PROTOCOL")

    def _train(self, prepared: Prepared) -> AsyncGenerator[_Response]:
        """Call the service to train a model, from the beginning or from another model."""
        job, generator = self._job, self._context.backends.generator
        request = generator_pb2.FineTuneRequest(
            name=job.text("name"), base=models_pb2.ModelRef(name=self._base), options=training_options(job),
            items=[training_item(item, _FIELDS, _OPTIONAL_FIELDS) for item in prepared.items],
        )  # fmt: skip
        require_sendable(request, len(prepared.items))
        if self._base:
            return generator.fine_tune(request)
        return generator.train(
            generator_pb2.TrainRequest(
                name=request.name, family=job.text("family"), options=request.options, items=request.items,
            )
        )  # fmt: skip

    @property
    def _base(self) -> str:
        """The model to fine-tune; empty to train from the beginning."""
        return self._job.optional_text("base")

    def _report_progress(self, progress: generator_pb2.TrainProgress) -> None:
        stage = generator_pb2.TrainingStage.Name(progress.stage).removeprefix("TRAINING_STAGE_").lower()
        note = ": ".join(filter(None, (stage, progress.note)))
        self._progress.update("train", done=round(progress.fraction_done * _PARTS), total=_PARTS, note=note)
