"""Bodies of requests and responses, with examples for the OpenAPI page."""

from __future__ import annotations

from collections.abc import Callable

from eightcount_gateway.http.schemas.alignments import AlignmentRequest
from eightcount_gateway.http.schemas.base import Problem
from eightcount_gateway.jobs.model import Job, Kind
from eightcount_gateway.kinds.classification.schemas import (
    ClassificationBody,
    ClassificationList,
    ClassificationRequest,
    ClassificationResult,
)
from eightcount_gateway.kinds.comparison.schemas import ComparisonBody, ComparisonList, ComparisonRequest
from eightcount_gateway.kinds.dance.schemas import DanceBody, DanceList, DanceRequest, DanceResult
from eightcount_gateway.kinds.dance.stage_schemas import DanceCounts
from eightcount_gateway.kinds.dance_training.schemas import (
    DanceTrainingBody,
    DanceTrainingList,
    DanceTrainingRequest,
    DanceTrainingResult,
)
from eightcount_gateway.kinds.extraction.schemas import ExtractionBody, ExtractionRequest
from eightcount_gateway.kinds.schemas import JobBody
from eightcount_gateway.kinds.style_addition.schemas import StyleBody, StyleRequest, StyleResult
from eightcount_gateway.kinds.style_training.schemas import TrainingBody, TrainingList, TrainingRequest, TrainingResult
from eightcount_gateway.library.schemas.dance_models import DanceModel, DanceModelCard
from eightcount_gateway.library.schemas.motions import MotionBody
from eightcount_gateway.library.schemas.skeletons import SkeletonBody
from eightcount_gateway.library.schemas.style_models import StyleModel, StyleModelCard
from eightcount_gateway.library.schemas.videos import KnownVideoRequest, VideoBody

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
