"""Conversion between protobuf messages and the values of the core."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from eightcount.common.v1 import common_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import InvalidInputError
from eightcount_common.rpc.wire import encode_tensor
from eightcount_scoring.advice.findings import Kind, Unit
from eightcount_scoring.angles.joint_angles import plain_angles_deg
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.causes.hypotheses import Cause, CauseName
from eightcount_scoring.comparison import Alignment, Report
from eightcount_scoring.counts import SILENCE, USUAL_COUNTS, Music
from eightcount_scoring.live.analysis import EightCountSummary
from eightcount_scoring.live.scorer import CountScore, JointStates, LiveEvent
from eightcount_scoring.score.frame_errors import FrameErrors
from eightcount_scoring.score.timeline import TimelineEntry
from eightcount_scoring.time_map import TimeMap, TimePiece

FRAMES_PER_MESSAGE = 600
"""Frames of 20 seconds; a message of about 36 kB."""
_KINDS: dict[Kind, scoring_pb2.MomentKind.ValueType] = {
    "ANGLE": scoring_pb2.MOMENT_KIND_ANGLE,
    "LATE": scoring_pb2.MOMENT_KIND_LATE,
    "EARLY": scoring_pb2.MOMENT_KIND_EARLY,
    "SMALLER": scoring_pb2.MOMENT_KIND_SMALLER,
    "LARGER": scoring_pb2.MOMENT_KIND_LARGER,
    "MISSING": scoring_pb2.MOMENT_KIND_MISSING,
}
_UNITS: dict[Unit | None, scoring_pb2.MomentUnit.ValueType] = {
    "deg": scoring_pb2.MOMENT_UNIT_DEGREES,
    "ms": scoring_pb2.MOMENT_UNIT_MILLISECONDS,
    "ratio": scoring_pb2.MOMENT_UNIT_RATIO,
    None: scoring_pb2.MOMENT_UNIT_UNSPECIFIED,
}


_CAUSES: dict[CauseName, scoring_pb2.CauseKind.ValueType] = {
    "SAME_VIEW": scoring_pb2.CAUSE_KIND_SAME_VIEW,
    "CAMERA_ELSEWHERE": scoring_pb2.CAUSE_KIND_CAMERA_ELSEWHERE,
    "MIRRORED": scoring_pb2.CAUSE_KIND_MIRRORED,
    "OUT_OF_STEP": scoring_pb2.CAUSE_KIND_OUT_OF_STEP,
    "ANOTHER_DANCE": scoring_pb2.CAUSE_KIND_ANOTHER_DANCE,
    "NOT_VISIBLE": scoring_pb2.CAUSE_KIND_NOT_VISIBLE,
}


def decode_alignment(alignment: sync_pb2.Alignment) -> Alignment:
    """Convert an alignment to the map of the take's clock to the reference's.

    Raises:
        InvalidInputError: an offset is not finite or a ratio not above 0.
    """
    pieces = tuple(
        TimePiece(segment.b_start_seconds, segment.b_end_seconds, segment.offset_seconds, segment.ratio)
        for segment in alignment.segments
    )
    if pieces:
        time_map = TimeMap(pieces)
    else:  # ratios are 0 when a caller that has no alignment leaves them out
        ratio = (alignment.speed_ratio or 1.0) * (alignment.clock_ratio or 1.0)
        time_map = TimeMap.from_line(alignment.offset_seconds, ratio)
    return Alignment(
        time_map,
        certain=alignment.verdict == sync_pb2.VERDICT_ALIGNED,
        by_motion=alignment.method == sync_pb2.ALIGNMENT_METHOD_MOTION,
    )


def decode_music(music: sync_pb2.Music) -> Music:
    """Convert beats and eight-counts; return `SILENCE` when the music has no beat.

    Raises:
        InvalidInputError: the beats are not ascending, or an eight-count does not start at a beat.
    """
    if not music.has_beat:
        return SILENCE
    beats = np.array(music.beats_seconds, dtype=np.float64)
    starts = tuple(sorted(music.eight_count_starts))
    if not np.all(np.diff(beats) > 0) or (starts and starts[-1] >= beats.size):
        raise InvalidInputError(
            "the beats of the music must be ascending, and eight-counts must start at beats", reason="INVALID_MUSIC"
        )
    return Music(beats, starts, music.counts_per_phrase or USUAL_COUNTS)


def encode_errors(errors: FrameErrors) -> Iterator[scoring_pb2.FrameErrors]:
    """Convert errors to consecutive messages; the first one names the joints."""
    for start in range(0, errors.seconds.size, FRAMES_PER_MESSAGE):
        part = slice(start, start + FRAMES_PER_MESSAGE)
        yield scoring_pb2.FrameErrors(
            reference_seconds=errors.seconds[part],
            take_seconds=errors.take_seconds[part],
            joints=() if start else JOINT_NAMES,
            errors=encode_tensor(errors.multiples[part]),
            reference_angles=encode_tensor(plain_angles_deg(errors.reference[part])),
            take_angles=encode_tensor(plain_angles_deg(errors.take[part])),
        )


def encode_report(report: Report, alignment: sync_pb2.Alignment) -> scoring_pb2.Report:
    """Convert a report to its message; the alignment is passed on unchanged."""
    return scoring_pb2.Report(
        score=_finite(report.score),
        joints=[
            scoring_pb2.JointScore(
                joint=joint.joint,
                score=_finite(joint.score),
                mean_angle_error_deg=_finite(joint.mean_angle_error_deg),
                timing_ms=_finite(joint.timing_ms),
            )
            for joint in report.joints
        ],
        timeline=[encode_entry(entry) for entry in report.timeline],
        moments=[
            scoring_pb2.Moment(
                id=moment.id,
                start_seconds=moment.start_seconds,
                end_seconds=moment.end_seconds,
                take_start_seconds=moment.take_start_seconds,
                take_end_seconds=moment.take_end_seconds,
                joint=moment.joint,
                description=moment.description,
                kind=_KINDS[moment.kind],
                severity=moment.severity,
                amount=moment.amount,
                unit=_UNITS[moment.unit],
            )
            for moment in report.moments
        ],
        feedback=[scoring_pb2.Feedback(text=item.text, moment_ids=item.moment_ids) for item in report.feedback],
        warnings=[common_pb2.Warning(reason=warning.reason, message=warning.message) for warning in report.warnings],
        alignment=alignment,
        reference_model=report.reference_model,
        take_model=report.take_model,
        version=report.version,
        causes=[_encode_cause(cause, stated=cause == report.explanation.stated) for cause in report.explanation.causes],
        no_score_reason=report.no_score_reason or None,
        timing_ms=report.timing_ms if report.explanation.scored else None,
    )


def encode_live_event(event: LiveEvent) -> scoring_pb2.ScoreLiveResponse:
    """Convert what live scoring has found."""
    match event:
        case JointStates():
            return scoring_pb2.ScoreLiveResponse(
                states=scoring_pb2.JointStates(
                    seconds=event.seconds, reference_seconds=event.reference_seconds, multiples=event.multiples
                )
            )
        case CountScore():
            count = scoring_pb2.CountScore(entry=encode_entry(event.entry), final=event.is_final)
            return scoring_pb2.ScoreLiveResponse(count=count)
        case EightCountSummary():
            return scoring_pb2.ScoreLiveResponse(
                eight_count=scoring_pb2.EightCountSummary(
                    eight_count=event.eight_count,
                    end_seconds=event.end_seconds,
                    score=_finite(event.score),
                    timing_ms=1000.0 * event.late_seconds,
                    energy=_finite(event.energy),
                )
            )


def encode_entry(entry: TimelineEntry) -> scoring_pb2.TimelineEntry:
    """Convert an entry of the timeline; an unknown score is absent."""
    return scoring_pb2.TimelineEntry(
        start_seconds=entry.start_seconds,
        end_seconds=entry.end_seconds,
        score=_finite(entry.score),
        worst_joint=entry.worst_joint or None,
        count=entry.count or None,
        eight_count=entry.eight_count or None,
        counts_per_phrase=entry.counts_per_phrase or None,
    )


def _encode_cause(cause: Cause, *, stated: bool) -> scoring_pb2.Cause:
    """Convert a cause; what it would say is left out unless it is stated."""
    return scoring_pb2.Cause(
        kind=_CAUSES[cause.name],
        confidence=cause.confidence,
        stated=stated,
        angle_deg=cause.angle_deg if stated else None,
        shift_seconds=cause.shift_seconds if stated else None,
    )


def _finite(value: float) -> float | None:
    """Return the value, or None for NaN: an unknown value is absent from the message."""
    return value if np.isfinite(value) else None
