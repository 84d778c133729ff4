"""The report of a comparison as the JSON that dancers download; docs/scoring.md explains every key."""

from __future__ import annotations

import math
from typing import Any

from google.protobuf.message import Message

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2

Json = dict[str, Any]
_METHODS = {
    sync_pb2.ALIGNMENT_METHOD_UNSPECIFIED: "",
    sync_pb2.ALIGNMENT_METHOD_AUDIO: "audio",
    sync_pb2.ALIGNMENT_METHOD_MOTION: "motion",
}
_UNITS = {
    scoring_pb2.MOMENT_UNIT_UNSPECIFIED: "",
    scoring_pb2.MOMENT_UNIT_DEGREES: "deg",
    scoring_pb2.MOMENT_UNIT_MILLISECONDS: "ms",
    scoring_pb2.MOMENT_UNIT_RATIO: "ratio",
}


def report_as_json(report: scoring_pb2.Report) -> Json:
    """Return a report as JSON values: absent numbers are null, times in milliseconds, one decimal for scores."""
    return {
        "score": _optional(report, "score", 1),
        "joints": {joint.joint: _joint(joint) for joint in report.joints},
        "timeline": [_entry(entry) for entry in report.timeline],
        "moments": [_moment(moment) for moment in report.moments],
        "feedback": [{"text": item.text, "moment_ids": list(item.moment_ids)} for item in report.feedback],
        "alignment": alignment_as_json(report.alignment),
        "warnings": [{"reason": warning.reason, "message": warning.message} for warning in report.warnings],
        "model": {"reference": report.reference_model, "take": report.take_model},
        "version": report.version,
    }


def alignment_as_json(alignment: sync_pb2.Alignment) -> Json:
    """An alignment as JSON values: t_reference = offset_seconds + speed_ratio * clock_ratio * t_take."""
    return {
        "verdict": sync_pb2.Verdict.Name(alignment.verdict).removeprefix("VERDICT_").lower(),
        "offset_seconds": _number(alignment.offset_seconds, 4),
        "clock_ratio": _number(alignment.clock_ratio, 7),
        "speed_ratio": _number(alignment.speed_ratio, 5),
        "confidence": _number(alignment.confidence, 3),
        "reason": alignment.reason,
        "message": alignment.message,
        "method": _METHODS[alignment.method],
        "overlap_seconds": _number(alignment.overlap_seconds, 3),
        "residual_rms_seconds": _optional(alignment, "residual_rms_seconds", 4),
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


def _joint(joint: scoring_pb2.JointScore) -> Json:
    return {
        "score": _optional(joint, "score", 1),
        "mean_angle_error_deg": _optional(joint, "mean_angle_error_deg", 1),
        "timing_ms": _optional(joint, "timing_ms", 0),
    }


def _entry(entry: scoring_pb2.TimelineEntry) -> Json:
    return {
        "start_s": _number(entry.start_seconds, 3),
        "end_s": _number(entry.end_seconds, 3),
        "score": _optional(entry, "score", 1),
        "worst_joint": entry.worst_joint or None,
        "count": entry.count or None,
        "eight_count": entry.eight_count or None,
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
        "kind": scoring_pb2.MomentKind.Name(moment.kind).removeprefix("MOMENT_KIND_"),
        "severity": _number(moment.severity, 2),
        "amount": _optional(moment, "amount", 2),
        "unit": _UNITS[moment.unit],
    }


def _optional(message: Message, field: str, digits: int) -> float | None:
    return _number(getattr(message, field), digits) if message.HasField(field) else None


def _number(value: float, digits: int) -> float | None:
    """The value rounded; null for NaN and the infinities that an open segment has."""
    return round(value, digits) + 0.0 if math.isfinite(value) else None
