"""Bodies of a comparison's report and of the errors of its frames; docs/scoring.md explains every key."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from eightcount_gateway.http.schemas.alignments import Alignment
from eightcount_gateway.http.schemas.base import StoredBody, null_if_unknown

MomentKindName = Literal["ANGLE", "LATE", "EARLY", "SMALLER", "LARGER", "MISSING"]
MomentUnitName = Literal["deg", "ms", "ratio"]
CauseKindName = Literal["SAME_VIEW", "CAMERA_ELSEWHERE", "MIRRORED", "OUT_OF_STEP", "ANOTHER_DANCE", "NOT_VISIBLE"]


class JointReport(StoredBody):
    """The score of one joint."""

    score: float | None = Field(None, examples=[81.2], description="0 to 100; null when it was not visible")
    mean_angle_error_deg: float | None = Field(None, examples=[12.4], description="with the lag compensated")
    timing_ms: float | None = Field(None, examples=[40.0], description="positive is late; null when it is not known")


class TimelineEntry(StoredBody):
    """A count of the music, or half a second where there is no beat."""

    start_s: float = Field(examples=[4.0], description="seconds of the reference")
    end_s: float = Field(examples=[4.5])
    score: float | None = Field(None, examples=[77.0])
    worst_joint: str | None = Field(None, examples=["left_elbow"])
    count: int | None = Field(None, examples=[3], description="from 1; null without a beat")
    eight_count: int | None = Field(None, examples=[2], description="from 1; null without a beat")
    counts_per_phrase: int | None = Field(
        None, examples=[8], description="counts until 1 comes again: 8, or 6 in a waltz; null without a beat"
    )


class Moment(StoredBody):
    """A stretch of time in which something differs."""

    renamed: ClassVar[dict[str, str]] = {"what": "description"}

    id: str = Field(examples=["m1"])
    start_s: float | None = Field(None, examples=[12.1], description="seconds of the reference")
    end_s: float | None = Field(None, examples=[13.0])
    take_start_s: float | None = Field(None, examples=[9.1], description="seconds of the take")
    take_end_s: float | None = Field(None, examples=[10.0])
    joint: str = Field("", examples=["left_elbow"])
    description: str = Field("", examples=["the left elbow is less bent"])
    kind: MomentKindName | None = Field(None, examples=["ANGLE"])
    severity: float | None = Field(None, examples=[1.7], description="error as a multiple of the joint's limit")
    amount: float | None = Field(None, examples=[-23.5], description="take minus reference, in `unit`")
    unit: MomentUnitName | None = Field(None, examples=["deg"], description="null where there is no amount")

    _null_if_unknown = field_validator("kind", "unit", mode="before")(null_if_unknown)


class FeedbackSentence(StoredBody):
    """A sentence for the dancer."""

    text: str = Field(examples=["Bend the left elbow more in the second eight-count."])
    moment_ids: list[str] = Field(
        default_factory=list, examples=[["m1"]], description="the moments on which it is based"
    )


class ReportWarning(StoredBody):
    """Something that limits what the report can say."""

    reason: str = Field(examples=["FEET_NOT_VISIBLE"])
    message: str = Field(examples=["The feet are not visible in the take."])


class ReportCause(StoredBody):
    """A hypothesis on why the take differs from the reference."""

    kind: CauseKindName | None = Field(None, examples=["CAMERA_ELSEWHERE"])
    confidence: float = Field(0.0, examples=[0.97], description="0 to 1; stated from 0.9 on")
    stated: bool = Field(False, description="whether feedback and warnings rest on it")
    angle_deg: float | None = Field(
        None, examples=[-86.0], description="where the take's camera stands, negative towards the dancer's left"
    )
    shift_s: float | None = Field(
        None, examples=[0.7], description="seconds by which the take's movements come later than the alignment says"
    )

    _null_if_unknown = field_validator("kind", mode="before")(null_if_unknown)


class ReportModels(StoredBody):
    """The pose models that the motions were extracted with."""

    reference: str = Field("", examples=["blazepose-heavy/openvino-bf16/1"])
    take: str = Field("", examples=["blazepose-heavy/openvino-bf16/1"])


class ComparisonReport(StoredBody):
    """The report of a comparison."""

    score: float | None = Field(None, examples=[78.4], description="0 to 100; null when it is not known")
    no_score_reason: str | None = Field(
        None, examples=["SCORE_NOT_KNOWN"], description="reason of the warning that says why there is no score"
    )
    timing_ms: float | None = Field(
        None, examples=[0.0], description="by how much the whole take is late; timing of joints is relative to it"
    )
    causes: list[ReportCause] = Field(default_factory=list, description="most confident first")
    joints: dict[str, JointReport] = Field(default_factory=dict, description="by name of the joint")
    timeline: list[TimelineEntry] = Field(default_factory=list)
    moments: list[Moment] = Field(default_factory=list, description="worst first")
    feedback: list[FeedbackSentence] = Field(default_factory=list)
    alignment: Alignment
    warnings: list[ReportWarning] = Field(default_factory=list)
    model: ReportModels = Field(default_factory=ReportModels)
    version: str = Field(
        "", examples=["3"], description="version of the method; only scores of one version are comparable"
    )


class FrameErrorsBody(StoredBody):
    """The errors of every frame and joint, as multiples of the joint's limit."""

    joints: list[str] = Field(examples=[["left_elbow", "right_knee"]], description="names of the J joints")
    reference_seconds: list[float | None] = Field(examples=[[0.0, 0.0333]], description="T seconds of the reference")
    take_seconds: list[float | None] = Field(examples=[[3.0, 3.0333]], description="T seconds of the take")
    errors: list[list[float | None]] = Field(
        examples=[[[0.1, 0.4], [0.2, None]]], description="T rows of J values; null where the joint was not visible"
    )
    reference_angles: list[list[float | None]] = Field(
        default_factory=list,
        examples=[[[171.0, 140.0], [169.0, None]]],
        description="T rows of J angles in degrees: of elbows, knees and ankles the inner one (180 is straight), of "
        "arms, legs and the torso how far they point up (0 hangs, 90 is level); empty in comparisons of earlier "
        "versions",
    )
    take_angles: list[list[float | None]] = Field(
        default_factory=list, examples=[[[165.0, 140.0], [160.0, None]]], description="as it was danced, early or late"
    )
