"""Reports and alignments as JSON, as the HTTP API shows them; and what the gateway adds to a report."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_gateway.motions import Notice

VERDICTS = {
    sync_pb2.VERDICT_ALIGNED: "aligned",
    sync_pb2.VERDICT_NO_MATCH: "no_match",
    sync_pb2.VERDICT_AMBIGUOUS: "ambiguous",
}


def merge(
    scored: scoring_pb2.Report,
    alignment: sync_pb2.Alignment,
    notices: Iterable[Notice],
    models: Mapping[str, str],
) -> scoring_pb2.Report:
    """The report with the warnings of the earlier steps, each once, and with alignment and models filled in."""
    merged = scoring_pb2.Report()
    merged.CopyFrom(scored)
    seen = {(warning.reason, warning.message) for warning in merged.warnings}
    reasons = {warning.reason for warning in merged.warnings}
    for notice in notices:
        about_a_video = notice.message.startswith(("Reference: ", "Take: "))
        if (notice.reason, notice.message) in seen or (notice.reason in reasons and not about_a_video):
            continue
        seen.add((notice.reason, notice.message))
        merged.warnings.add(reason=notice.reason, message=notice.message)
    merged.alignment.CopyFrom(alignment)
    merged.reference_model = merged.reference_model or models["reference"]
    merged.take_model = merged.take_model or models["take"]
    return merged


def as_json(report: scoring_pb2.Report) -> dict[str, Any]:
    """The content of report.json; what is not known is null."""
    return {
        "score": _number(report.score, 2),
        "joints": {
            joint.joint: {
                "score": _number(joint.score, 2),
                "mean_angle_error_deg": _number(joint.mean_angle_error_deg, 2),
                "timing_ms": _number(joint.timing_ms, 1),
            }
            for joint in report.joints
        },
        "timeline": [_timeline_entry(entry) for entry in report.timeline],
        "moments": [_moment(moment) for moment in report.moments],
        "feedback": [{"text": line.text, "moment_ids": list(line.moment_ids)} for line in report.feedback],
        "alignment": alignment_as_json(report.alignment),
        "warnings": [{"reason": warning.reason, "message": warning.message} for warning in report.warnings],
        "model": {"reference": report.reference_model, "take": report.take_model},
        "version": report.version,
    }


def alignment_as_json(alignment: sync_pb2.Alignment) -> dict[str, Any]:
    """An alignment: t_reference = offset_seconds + speed_ratio * clock_ratio * t_take."""
    return {
        "verdict": VERDICTS.get(alignment.verdict, "no_match"),
        "offset_seconds": _number(alignment.offset_seconds, 4),
        "clock_ratio": _number(alignment.clock_ratio, 7),
        "speed_ratio": _number(alignment.speed_ratio, 6),
        "confidence": _number(alignment.confidence, 3),
        "reason": alignment.reason,
        "message": alignment.message,
        "method": alignment.method,
        "residual_rms_seconds": _number(alignment.residual_rms_seconds, 5),
        "overlap_seconds": _number(alignment.overlap_seconds, 3),
        "segments": [
            {
                "b_start_seconds": _number(segment.b_start_seconds, 4),
                "b_end_seconds": _number(segment.b_end_seconds, 4),
                "offset_seconds": _number(segment.offset_seconds, 4),
                "ratio": _number(segment.ratio, 7),
            }
            for segment in alignment.segments
        ],
        "candidates": [
            {
                "offset_seconds": _number(candidate.offset_seconds, 4),
                "speed_ratio": _number(candidate.speed_ratio, 6),
                "strength": _number(candidate.strength, 3),
            }
            for candidate in alignment.candidates
        ],
    }


def _timeline_entry(entry: scoring_pb2.TimelineEntry) -> dict[str, Any]:
    return {
        "start_s": _number(entry.start_seconds, 3),
        "end_s": _number(entry.end_seconds, 3),
        "score": _number(entry.score, 2),
        "worst_joint": entry.worst_joint or None,
        "count": entry.count or None,
        "eight_count": entry.eight_count or None,
    }


def _moment(moment: scoring_pb2.Moment) -> dict[str, Any]:
    return {
        "id": moment.id,
        "start_s": _number(moment.start_seconds, 3),
        "end_s": _number(moment.end_seconds, 3),
        "take_start_s": _number(moment.take_start_seconds, 3),
        "take_end_s": _number(moment.take_end_seconds, 3),
        "joint": moment.joint,
        "what": moment.what,
        "kind": moment.kind,
        "severity": _number(moment.severity, 3),
        "amount": _number(moment.amount, 3),
        "unit": moment.unit,
    }


def _number(value: float, digits: int) -> float | None:
    return round(value, digits) if math.isfinite(value) else None
