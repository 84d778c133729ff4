"""Findings of the services as messages for the client."""

from __future__ import annotations

import math
from collections.abc import Sequence

from eightcount.classifier.v1 import classifier_pb2
from eightcount.pose.v1 import pose_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount_common.classifications import classification_as_json, window_as_json
from eightcount_common.errors import EightcountError
from eightcount_common.report import entry_as_json, report_as_json
from eightcount_common.rpc.wire import decode_tensor
from eightcount_gateway.http.schemas.base import FieldError
from eightcount_gateway.http.schemas.classified import ClassificationResult
from eightcount_gateway.http.schemas.reports import ComparisonReport, TimelineEntry
from eightcount_gateway.live.messages import (
    CountMessage,
    EightCountMessage,
    ErrorMessage,
    PoseMessage,
    ServerMessage,
    StatesMessage,
    StyleMessage,
)


def pose_message(frame: pose_pb2.TrackedFrame, *, dropped: int) -> PoseMessage:
    """Return a pose; pixels and visibility are rounded to what a screen can show."""
    image, visibility = decode_tensor(frame.steady_image), decode_tensor(frame.chunk.visibility)[0]
    keypoints = [
        (round(float(x), 1), round(float(y), 1), round(float(seen), 2))
        for (x, y), seen in zip(image, visibility, strict=True)
    ]
    found = all(math.isfinite(x) and math.isfinite(y) for x, y, _ in keypoints)
    return PoseMessage(
        seconds=frame.chunk.timestamps[0],
        keypoints=keypoints if found else None,
        several_people=frame.several_people,
        dropped=dropped,
    )


def score_message(response: scoring_pb2.ScoreLiveResponse) -> ServerMessage | None:
    """Return what live scoring has found; None for what opens and ends a session."""
    match response.WhichOneof("event"):
        case "states":
            return _states_message(response.states)
        case "count":
            entry = TimelineEntry.model_validate(entry_as_json(response.count.entry))
            return CountMessage(entry=entry, final=response.count.final)
        case "eight_count":
            return _eight_count_message(response.eight_count)
    return None


def list_counts(ready: scoring_pb2.LiveReady) -> list[TimelineEntry]:
    """Return the counts of the reference."""
    return [TimelineEntry.model_validate(entry_as_json(entry)) for entry in ready.timeline]


def read_report(finished: scoring_pb2.LiveFinished) -> ComparisonReport | None:
    """Return the report of a session; None when too little was danced."""
    return ComparisonReport.model_validate(report_as_json(finished.report)) if finished.HasField("report") else None


def style_message(window: classifier_pb2.Window, styles: Sequence[str]) -> StyleMessage:
    """Return the style of a few seconds."""
    return StyleMessage.model_validate(window_as_json(window, styles))


def read_classification(found: classifier_pb2.Classification) -> ClassificationResult:
    """Return the style of the whole session."""
    return ClassificationResult.model_validate(classification_as_json(found))


def error_message(error: EightcountError, *, fatal: bool = True) -> ErrorMessage:
    """Return an error."""
    fields = [FieldError(field=one.field, message=one.description) for one in error.field_violations]
    return ErrorMessage(reason=error.reason, detail=error.message, errors=fields, fatal=fatal)


def _states_message(states: scoring_pb2.JointStates) -> StatesMessage:
    return StatesMessage(
        seconds=states.seconds,
        reference_seconds=states.reference_seconds,
        multiples=[round(value, 2) if math.isfinite(value) else None for value in states.multiples],
    )


def _eight_count_message(eight: scoring_pb2.EightCountSummary) -> EightCountMessage:
    return EightCountMessage(
        eight_count=eight.eight_count,
        end_s=round(eight.end_seconds, 3),
        score=round(eight.score, 1) if eight.HasField("score") else None,
        timing_ms=round(eight.timing_ms),
        energy=round(eight.energy, 2) if eight.HasField("energy") else None,
    )
