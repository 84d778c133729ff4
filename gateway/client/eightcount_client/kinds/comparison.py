"""Comparisons of a take with a reference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from eightcount_client.kinds.kind import JobKind
from eightcount_client.values.alignments import Alignment
from eightcount_client.values.beats import OwnBeats
from eightcount_client.values.jobs import Job
from eightcount_client.values.poses import Dancer, PoseModel
from eightcount_client.values.warnings import ReportWarning


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """Compare a take with a reference."""

    reference_video_id: str
    take_video_id: str
    model: PoseModel | None = None
    mirrored: bool | None = None
    skeletons_only: bool | None = None
    align: Literal["auto", "audio", "motion"] | None = None
    reference_dancer: Dancer | None = None
    take_dancer: Dancer | None = None
    beats: OwnBeats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Job):
    """The comparison of a take with a reference; `score` is 0 to 100, None until and unless it is known."""

    reference_video_id: str
    take_video_id: str
    model: str
    mirrored: bool = False
    skeletons_only: bool = False
    align: str = "auto"
    reference_dancer: Dancer | None = None
    take_dancer: Dancer | None = None
    beats: OwnBeats | None = None
    score: float | None = None


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
    counts_per_phrase: int | None = None


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
class ReportCause:
    """A hypothesis on why the take differs, with its confidence; at most one is stated to the dancer.

    Attributes:
        angle_deg: where the take's camera stands, negative towards the dancer's left.
        shift_s: seconds by which the take's movements come later than the alignment says.
    """

    kind: str | None = None
    confidence: float = 0.0
    stated: bool = False
    angle_deg: float | None = None
    shift_s: float | None = None


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
        reference_angles: [T][J] degrees: inner angles of hinges (180 is straight), otherwise how far a limb points up.
        take_angles: [T][J] the same of the take, early or late as it was danced.
    """

    joints: tuple[str, ...] = ()
    reference_seconds: tuple[float | None, ...] = ()
    take_seconds: tuple[float | None, ...] = ()
    errors: tuple[tuple[float | None, ...], ...] = ()
    reference_angles: tuple[tuple[float | None, ...], ...] = ()
    take_angles: tuple[tuple[float | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SkeletonTrack:
    """A dancer's keypoints in the image of every frame (`skeletons/take.json`); None where one is not visible.

    Attributes:
        keypoints: [K] names.
        bones: which of them are joined, by index.
        width, height: of the image in pixels; 0 for a motion without a video.
        has_preview: whether the video has a preview (`preview.mp4`), which shows the same at the same times.
        seconds: [T] time of each frame.
        points: [T][2 K] x and y of each keypoint in pixels.
    """

    keypoints: tuple[str, ...] = ()
    bones: tuple[tuple[int, ...], ...] = ()
    width: int = 0
    height: int = 0
    has_preview: bool = False
    seconds: tuple[float, ...] = ()
    points: tuple[tuple[float | None, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The report of a comparison; docs/scoring.md explains every field.

    A score that is not known is None, and `no_score_reason` names the warning that says why.
    """

    score: float | None
    alignment: Alignment
    joints: dict[str, JointScore] = field(default_factory=dict)
    timeline: tuple[TimelineEntry, ...] = ()
    moments: tuple[Moment, ...] = ()
    feedback: tuple[Feedback, ...] = ()
    warnings: tuple[ReportWarning, ...] = ()
    model: ReportModels | None = None
    version: Any = None
    no_score_reason: str | None = None
    timing_ms: float | None = None
    causes: tuple[ReportCause, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)


COMPARISONS = JobKind("comparisons", Comparison, ComparisonRequest, "report.json", Report)
