"""Classifications: the style of a dance."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from eightcount_client.kinds.kind import JobKind
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import Dancer, PoseModel
from eightcount_client.values.warnings import ReportWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationRequest:
    """Classify a recording (`video_id`) or a motion from a file (`motion_id`)."""

    video_id: str | None = None
    motion_id: str | None = None
    model: PoseModel | None = None
    style_model: str | None = None
    dancer: Dancer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleAnswer:
    """The style of a dance in short; `next_style` is the likeliest style besides `style`."""

    verdict: str
    style: str | None = ""
    probability: float | None = None
    next_style: str | None = ""
    next_probability: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification(Job):
    """The classification of a recording, or of a motion from a file.

    Attributes:
        warnings: what of the recording was left out.
        answer: the result in short; None until it is known.
    """

    video_id: str | None = ""
    motion_id: str | None = ""
    model: str = ""
    style_model: str | None = ""
    dancer: Dancer | None = None
    warnings: tuple[ReportWarning, ...] = ()
    answer: StyleAnswer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleWindow:
    """Verdict on a few seconds of a dance; no probabilities where too little of the dancer was seen."""

    start_s: float
    end_s: float
    verdict: str
    style: str | None = ""
    probabilities: dict[str, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationResult:
    """The style of a dance; `verdict` is style, unknown, not_a_dance or not_seen."""

    model: str
    verdict: str
    style: str | None = ""
    styles: tuple[str, ...] = ()
    probabilities: dict[str, float] | None = None
    message: str | None = ""
    novelty: float | None = None
    track_id: int | None = None
    windows: tuple[StyleWindow, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


CLASSIFICATIONS = JobKind("classifications", Classification, ClassificationRequest, "result.json", ClassificationResult)
