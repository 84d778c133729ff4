"""Extractions of a dancer's motion from a video."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_client.kinds.kind import JobResource
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import Dancer, PoseModel
from eightcount_client.values.warnings import ReportWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionRequest:
    """Extract the motion of one video; `training` keeps the beats of its music, too, and makes no preview."""

    video_id: str
    model: PoseModel | None = None
    dancer: Dancer | None = None
    training: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction(Job):
    """The extraction of a dancer's motion from a video; `warnings` say what of it was left out."""

    video_id: str
    model: str
    dancer: Dancer | None = None
    training: bool = False
    warnings: tuple[ReportWarning, ...] = ()


EXTRACTIONS = JobResource("extractions", Extraction, ExtractionRequest)
