"""Reports and alignments as the JSON that HTTP serves; docs/scoring.md explains every key."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2

Json = dict[str, Any]

_VERDICTS: Mapping[int, str | None] = {
    sync_pb2.VERDICT_UNSPECIFIED: None,
    sync_pb2.VERDICT_ALIGNED: "aligned",
    sync_pb2.VERDICT_NO_MATCH: "no_match",
    sync_pb2.VERDICT_AMBIGUOUS: "ambiguous",
}
_METHODS: Mapping[int, str | None] = {
    sync_pb2.ALIGNMENT_METHOD_UNSPECIFIED: None,
    sync_pb2.ALIGNMENT_METHOD_AUDIO: "audio",
    sync_pb2.ALIGNMENT_METHOD_MOTION: "motion",
}
_KINDS: Mapping[int, str | None] = {
    scoring_pb2.MOMENT_KIND_UNSPECIFIED: None,
    scoring_pb2.MOMENT_KIND_ANGLE: "ANGLE",
    scoring_pb2.MOMENT_KIND_LATE: "LATE",
    scoring_pb2.MOMENT_KIND_EARLY: "EARLY",
    scoring_pb2.MOMENT_KIND_SMALLER: "SMALLER",
    scoring_pb2.MOMENT_KIND_LARGER: "LARGER",
    scoring_pb2.MOMENT_KIND_MISSING: "MISSING",
}
_UNITS: Mapping[int, str | None] = {
    scoring_pb2.MOMENT_UNIT_UNSPECIFIED: None,
    scoring_pb2.MOMENT_UNIT_DEGREES: "deg",
    scoring_pb2.MOMENT_UNIT_MILLISECONDS: "ms",
    scoring_pb2.MOMENT_UNIT_RATIO: "ratio",
}


_CAUSES: Mapping[int, str | None] = {
    scoring_pb2.CAUSE_KIND_UNSPECIFIED: None,
    scoring_pb2.CAUSE_KIND_SAME_VIEW: "SAME_VIEW",
    scoring_pb2.CAUSE_KIND_CAMERA_ELSEWHERE: "CAMERA_ELSEWHERE",
    scoring_pb2.CAUSE_KIND_MIRRORED: "MIRRORED",
    scoring_pb2.CAUSE_KIND_OUT_OF_STEP: "OUT_OF_STEP",
    scoring_pb2.CAUSE_KIND_ANOTHER_DANCE: "ANOTHER_DANCE",
    scoring_pb2.CAUSE_KIND_NOT_VISIBLE: "NOT_VISIBLE",
}


def report_as_json(report: scoring_pb2.Report) -> Json:
    """Convert a report to JSON values.

    An unknown value is null; times are rounded to milliseconds, scores and angles to one decimal.
    """
    return {
        "score": _optional(report, "score", 1),
        "joints": {joint.joint: _joint(joint) for joint in report.joints},
        "timeline": [entry_as_json(entry) for entry in report.timeline],
        "moments": [_moment(moment) for moment in report.moments],
        "feedback": [{"text": item.text, "moment_ids": list(item.moment_ids)} for item in report.feedback],
        "alignment": alignment_as_json(report.alignment),
        "warnings": [{"reason": warning.reason, "message": warning.message} for warning in report.warnings],
        "model": {"reference": report.reference_model, "take": report.take_model},
        "version": report.version,
        "no_score_reason": report.no_score_reason if report.HasField("no_score_reason") else None,
        "timing_ms": _optional(report, "timing_ms", 0),
        "causes": [_cause(cause) for cause in report.causes],
    }


def alignment_as_json(alignment: sync_pb2.Alignment) -> Json:
    """Convert an alignment to JSON values: t_reference = offset_seconds + speed_ratio * clock_ratio * t_take."""
    return {
        "verdict": _VERDICTS.get(alignment.verdict),
        "offset_seconds": _number(alignment.offset_seconds, 4),
        "clock_ratio": _number(alignment.clock_ratio, 7),
        "speed_ratio": _number(alignment.speed_ratio, 5),
        "confidence": _number(alignment.confidence, 3),
        "reason": alignment.reason,
        "message": alignment.message,
        "method": _METHODS.get(alignment.method),
        "overlap_seconds": _number(alignment.overlap_seconds, 3),
        "residual_rms_seconds": _optional(alignment, "residual_rms_seconds", 4),
        "sound_offset_seconds": _optional(alignment, "sound_offset_seconds", 4),
        "picture_offset_seconds": _optional(alignment, "picture_offset_seconds", 4),
        "segments": [
            {
                "take_start_s": _number(segment.b_start_seconds, 3),
                "take_end_s": _number(segment.b_end_seconds, 3),
                "offset_seconds": _number(segment.offset_seconds, 4),
                "ratio": _number(segment.ratio, 7),
            }
            for segment in alignment.segments
        ],
        "candidates": [
            {
                "offset_seconds": _number(candidate.offset_seconds, 4),
                "speed_ratio": _number(candidate.speed_ratio, 5),
                "strength": _number(candidate.strength, 3),
            }
            for candidate in alignment.candidates
        ],
    }


def update_stored_report(report: Json) -> Json:
    """Bring a report that an earlier version stored as JSON up to date: a moment's `what` became `description`."""
    moments = [
        {("description" if key == "what" else key): value for key, value in moment.items()}
        for moment in report["moments"]
    ]
    return report | {"moments": moments}


def _joint(joint: scoring_pb2.JointScore) -> Json:
    return {
        "score": _optional(joint, "score", 1),
        "mean_angle_error_deg": _optional(joint, "mean_angle_error_deg", 1),
        "timing_ms": _optional(joint, "timing_ms", 0),
    }


def entry_as_json(entry: scoring_pb2.TimelineEntry) -> Json:
    """Convert a count to JSON values."""
    return {
        "start_s": _number(entry.start_seconds, 3),
        "end_s": _number(entry.end_seconds, 3),
        "score": _optional(entry, "score", 1),
        "worst_joint": entry.worst_joint if entry.HasField("worst_joint") else None,
        "count": entry.count if entry.HasField("count") else None,
        "eight_count": entry.eight_count if entry.HasField("eight_count") else None,
        "counts_per_phrase": entry.counts_per_phrase if entry.HasField("counts_per_phrase") else None,
    }


def _moment(moment: scoring_pb2.Moment) -> Json:
    return {
        "id": moment.id,
        "start_s": _number(moment.start_seconds, 3),
        "end_s": _number(moment.end_seconds, 3),
        "take_start_s": _number(moment.take_start_seconds, 3),
        "take_end_s": _number(moment.take_end_seconds, 3),
        "joint": moment.joint,
        "description": moment.description,
        "kind": _KINDS.get(moment.kind),
        "severity": _number(moment.severity, 2),
        "amount": _optional(moment, "amount", 2),
        "unit": _UNITS.get(moment.unit),
    }


def _cause(cause: scoring_pb2.Cause) -> Json:
    return {
        "kind": _CAUSES.get(cause.kind),
        "confidence": _number(cause.confidence, 3),
        "stated": cause.stated,
        "angle_deg": _optional(cause, "angle_deg", 0),
        "shift_s": _optional(cause, "shift_seconds", 2),
    }


def _optional(message: Message, field: str, digits: int) -> float | None:
    """Return a field's value rounded; None when it is absent."""
    return _number(getattr(message, field), digits) if message.HasField(field) else None


def _number(value: float, digits: int) -> float | None:
    """Return a value rounded; None for NaN and for the infinite ends of an open segment."""
    return round(value, digits) + 0.0 if math.isfinite(value) else None
