"""Bodies of requests and responses, with examples for the OpenAPI page."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_gateway.jobs.model import Job, Kind
from eightcount_gateway.schemas.base import JobBody, Problem
from eightcount_gateway.schemas.classifications import (
    ClassificationBody,
    ClassificationList,
    ClassificationRequest,
    ClassificationResult,
)
from eightcount_gateway.schemas.comparisons import (
    AlignmentRequest,
    ComparisonBody,
    ComparisonList,
    ComparisonRequest,
)
from eightcount_gateway.schemas.dance_stage import DanceCounts
from eightcount_gateway.schemas.dance_trainings import (
    DanceTrainingBody,
    DanceTrainingList,
    DanceTrainingRequest,
    DanceTrainingResult,
)
from eightcount_gateway.schemas.dances import (
    DanceBody,
    DanceList,
    DanceModel,
    DanceModelCard,
    DanceModelList,
    DanceRequest,
    DanceResult,
)
from eightcount_gateway.schemas.extractions import ExtractionBody, ExtractionRequest
from eightcount_gateway.schemas.motions import MotionBody
from eightcount_gateway.schemas.skeletons import SkeletonBody
from eightcount_gateway.schemas.styles import (
    StyleBody,
    StyleModel,
    StyleModelCard,
    StyleModelList,
    StyleRequest,
    StyleResult,
)
from eightcount_gateway.schemas.trainings import TrainingBody, TrainingList, TrainingRequest, TrainingResult
from eightcount_gateway.schemas.videos import KnownVideoRequest, VideoBody

__all__ = [
    "AlignmentRequest",
    "ClassificationBody",
    "ClassificationList",
    "ClassificationRequest",
    "ClassificationResult",
    "ComparisonBody",
    "ComparisonList",
    "ComparisonRequest",
    "DanceBody",
    "DanceCounts",
    "DanceList",
    "DanceModel",
    "DanceModelCard",
    "DanceModelList",
    "DanceRequest",
    "DanceResult",
    "DanceTrainingBody",
    "DanceTrainingList",
    "DanceTrainingRequest",
    "DanceTrainingResult",
    "ExtractionBody",
    "ExtractionRequest",
    "KnownVideoRequest",
    "MotionBody",
    "Problem",
    "SkeletonBody",
    "StyleBody",
    "StyleModel",
    "StyleModelCard",
    "StyleModelList",
    "StyleRequest",
    "StyleResult",
    "TrainingBody",
    "TrainingList",
    "TrainingRequest",
    "TrainingResult",
    "VideoBody",
    "body_of",
]

_BODIES: dict[Kind, Callable[[Job], JobBody]] = {
    "comparison": ComparisonBody.of,
    "extraction": ExtractionBody.of,
    "classification": ClassificationBody.of,
    "style": StyleBody.of,
    "style_training": TrainingBody.of,
    "dance": DanceBody.of,
    "dance_training": DanceTrainingBody.of,
}


def body_of(job: Job) -> JobBody:
    """The body that fits the job's kind."""
    return _BODIES[job.kind](job)
