"""Results of comparisons and alignments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentSegment:
    """A stretch of the second recording with an offset of its own; None where the stretch is open."""

    take_start_s: float | None = None
    take_end_s: float | None = None
    offset_seconds: float | None = None
    ratio: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlignmentCandidate:
    """One of several offsets that fit."""

    offset_seconds: float | None = None
    speed_ratio: float | None = None
    strength: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment:
    """The map between the clocks of two recordings: t_a = offset_seconds + speed_ratio * clock_ratio * t_b."""

    verdict: str | None
    reason: str = ""
    message: str | None = ""
    method: str | None = ""
    offset_seconds: float | None = None
    clock_ratio: float | None = None
    speed_ratio: float | None = None
    confidence: float | None = None
    overlap_seconds: float | None = None
    residual_rms_seconds: float | None = None
    segments: tuple[AlignmentSegment, ...] = ()
    candidates: tuple[AlignmentCandidate, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class JointScore:
    """Score of a joint, 0 to 100, its mean angle error and its mean lateness."""

    score: float | None = None
    mean_angle_error_deg: float | None = None
    timing_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEntry:
    """Score of a count or of a second of the dance."""

    start_s: float | None
    end_s: float | None
    score: float | None = None
    worst_joint: str | None = None
    count: int | None = None
    eight_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment at which the take differs from the reference; `description` says how in one sentence."""

    id: str
    start_s: float | None
    end_s: float | None
    description: str
    kind: str | None = None
    take_start_s: float | None = None
    take_end_s: float | None = None
    joint: str | None = ""
    severity: float | None = None
    amount: float | None = None
    unit: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One piece of advice and the moments that it comes from."""

    text: str
    moment_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportWarning:
    """Something that makes a result less reliable."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportModels:
    """The pose networks that extracted the two motions."""

    reference: str = ""
    take: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameErrors:
    """Errors of every frame and joint (`errors.json`); None where a joint was not seen.

    Attributes:
        joints: [J] names.
        reference_seconds: [T] time of each frame in the reference.
        take_seconds: [T] time of each frame in the take.
        errors: [T][J] normalised errors.
    """

    joints: tuple[str, ...] = ()
    reference_seconds: tuple[float | None, ...] = ()
    take_seconds: tuple[float | None, ...] = ()
    errors: tuple[tuple[float | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a comparison; docs/scoring.md explains every field."""

    score: float | None
    alignment: Alignment
    joints: dict[str, JointScore] = field(default_factory=dict)
    timeline: tuple[TimelineEntry, ...] = ()
    moments: tuple[Moment, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    warnings: tuple[ReportWarning, ...] = ()
    model: ReportModels | None = None
    version: Any = None
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
