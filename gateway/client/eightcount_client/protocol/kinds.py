"""The kinds of jobs and of other resources, as the API names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from eightcount_client.values import dances, jobs, media, reports, styles

T = TypeVar("T")
J = TypeVar("J", bound=jobs.Job)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Resource(Generic[T]):
    """A collection of the API and the class of its members."""

    collection: str
    kind: type[T]


@dataclass(frozen=True, slots=True)
class JobKind(Resource[J], Generic[J, R]):
    """A kind of job: its collection, the class of its jobs, and the artifact that is its result.

    Attributes:
        result_name: the artifact.
        result: its class.
    """

    result_name: str
    result: type[R]


VIDEOS = Resource("videos", media.Video)
MOTIONS = Resource("motions", media.Motion)
SKELETONS = Resource("skeletons", media.Skeleton)
STYLES = Resource("styles", styles.Style)
STYLE_MODELS = Resource("style-models", styles.StyleModel)
DANCE_MODELS = Resource("dance-models", dances.DanceModel)

COMPARISONS = JobKind("comparisons", jobs.Comparison, "report.json", reports.Report)
EXTRACTIONS = Resource("extractions", jobs.Extraction)
CLASSIFICATIONS = JobKind("classifications", jobs.Classification, "result.json", styles.ClassificationResult)
STYLE_ADDITIONS = JobKind("style-additions", jobs.StyleAddition, "result.json", styles.StyleAdditionResult)
STYLE_TRAININGS = JobKind("style-trainings", jobs.StyleTraining, "result.json", styles.StyleTrainingResult)
DANCES = JobKind("dances", jobs.Dance, "result.json", dances.DanceResult)
DANCE_TRAININGS = JobKind("dance-trainings", jobs.DanceTraining, "result.json", dances.DanceTrainingResult)

RESOURCES: dict[str, Resource[Any]] = {
    value.collection: value for value in list(globals().values()) if isinstance(value, Resource)
}
"""Every collection of the API by its name."""


def holds_jobs(collection: str) -> bool:
    """Return whether the members of a collection are jobs."""
    return issubclass(RESOURCES[collection].kind, jobs.Job)
