"""Which steps each kind of job has."""

from __future__ import annotations

from typing import Protocol

from eightcount_gateway.jobs.model import Job, Kind
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.kinds.classification.workflow import ClassificationJob
from eightcount_gateway.kinds.comparison.workflow import ComparisonJob
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.kinds.dance.workflow import DanceJob
from eightcount_gateway.kinds.dance_training.workflow import DanceTrainingJob
from eightcount_gateway.kinds.extraction.workflow import ExtractionJob
from eightcount_gateway.kinds.style_addition.workflow import StyleAdditionJob
from eightcount_gateway.kinds.style_training.workflow import StyleTrainingJob


class _Workflow(Protocol):
    @property
    def steps(self) -> Steps: ...


class _NewWorkflow(Protocol):
    def __call__(self, context: JobContext, job: Job, progress: JobProgress) -> _Workflow: ...


_WORKFLOWS: dict[Kind, _NewWorkflow] = {
    "comparison": ComparisonJob,
    "extraction": ExtractionJob,
    "classification": ClassificationJob,
    "style": StyleAdditionJob,
    "style_training": StyleTrainingJob,
    "dance": DanceJob,
    "dance_training": DanceTrainingJob,
}


def steps_of(context: JobContext, job: Job, progress: JobProgress) -> Steps:
    """The steps of the job, in order."""
    return _WORKFLOWS[job.kind](context, job, progress).steps
