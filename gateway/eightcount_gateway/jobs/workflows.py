"""Which steps each kind of job has."""

from __future__ import annotations

from typing import Protocol

from eightcount_gateway.jobs.classification import ClassificationJob
from eightcount_gateway.jobs.comparison import Comparison
from eightcount_gateway.jobs.dance import DanceJob
from eightcount_gateway.jobs.dance_training import DanceTrainingJob
from eightcount_gateway.jobs.extract_job import ExtractionJob
from eightcount_gateway.jobs.model import Job, Kind
from eightcount_gateway.jobs.parts import JobParts
from eightcount_gateway.jobs.progress import JobProgress
from eightcount_gateway.jobs.run import Steps
from eightcount_gateway.jobs.style_job import StyleJob
from eightcount_gateway.jobs.training import TrainingJob


class _Workflow(Protocol):
    @property
    def steps(self) -> Steps: ...


class _NewWorkflow(Protocol):
    def __call__(self, parts: JobParts, job: Job, progress: JobProgress) -> _Workflow: ...


_WORKFLOWS: dict[Kind, _NewWorkflow] = {
    "comparison": Comparison,
    "extraction": ExtractionJob,
    "classification": ClassificationJob,
    "style": StyleJob,
    "style_training": TrainingJob,
    "dance": DanceJob,
    "dance_training": DanceTrainingJob,
}


def steps_of(parts: JobParts, job: Job, progress: JobProgress) -> Steps:
    """The steps of the job, in order."""
    return _WORKFLOWS[job.kind](parts, job, progress).steps
