"""The report as JSON."""

from __future__ import annotations

import json

from eightcount.common.v1 import common_pb2
from eightcount.scoring.v1 import scoring_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.report import alignment_as_json, report_as_json, update_stored_report


def report() -> scoring_pb2.Report:
    return scoring_pb2.Report(
        score=81.2345,
        joints=[
            scoring_pb2.JointScore(
                joint="left_elbow", score=70.06, mean_angle_error_deg=12.34
            )
        ],
        timeline=[scoring_pb2.TimelineEntry(start_seconds=0.12345, end_seconds=0.5)],
        moments=[
            scoring_pb2.Moment(
                id="m1", start_seconds=1, end_seconds=2, take_start_seconds=3, take_end_seconds=4, joint="left_elbow",
                description="left elbow is bent 35 degrees more than the reference", kind=scoring_pb2.MOMENT_KIND_ANGLE,
                severity=1.234, amount=-35.0, unit=scoring_pb2.MOMENT_UNIT_DEGREES,
            )
        ],
        feedback=[scoring_pb2.Feedback(text="Straighten your left elbow.", moment_ids=["m1"])],
        warnings=[common_pb2.Warning(reason="FEET_NOT_VISIBLE", message="The feet are not visible.")],
        alignment=sync_pb2.Alignment(
            verdict=sync_pb2.VERDICT_NO_MATCH, offset_seconds=-0.0, clock_ratio=1, speed_ratio=1,
            method=sync_pb2.ALIGNMENT_METHOD_AUDIO,
            segments=[sync_pb2.AlignmentSegment(b_start_seconds=0, b_end_seconds=float("inf"), ratio=1)],
        ),
        reference_model="heavy", take_model="lite", version="1",
    )  # fmt: skip


def test_the_report_has_the_documented_keys() -> None:
    value = report_as_json(report())
    assert list(value) == [
        "score", "joints", "timeline", "moments", "feedback", "alignment", "warnings", "model", "version",
        "no_score_reason", "timing_ms", "causes",
    ]  # fmt: skip
    assert value["joints"] == {"left_elbow": {"score": 70.1, "mean_angle_error_deg": 12.3, "timing_ms": None}}
    assert value["moments"][0]["start_s"] == 1.0
    assert value["moments"][0]["amount"] == -35.0
    assert (value["moments"][0]["kind"], value["moments"][0]["unit"]) == ("ANGLE", "deg")
    assert value["feedback"] == [{"text": "Straighten your left elbow.", "moment_ids": ["m1"]}]
    assert value["model"] == {"reference": "heavy", "take": "lite"}


def test_an_unknown_value_is_null_and_the_json_is_strict() -> None:
    value = report_as_json(report())
    assert value["timeline"] == [
        {
            "start_s": 0.123,
            "end_s": 0.5,
            "score": None,
            "worst_joint": None,
            "count": None,
            "eight_count": None,
            "counts_per_phrase": None,
        }
    ]
    assert json.loads(json.dumps(value, allow_nan=False)) == value


def test_the_verdict_is_a_plain_word_and_zero_has_no_sign() -> None:
    value = alignment_as_json(report().alignment)
    assert (value["verdict"], value["method"]) == ("no_match", "audio")
    assert value["residual_rms_seconds"] is None
    assert str(value["offset_seconds"]) == "0.0"
    assert value["segments"][0]["take_end_s"] is None


def test_every_kind_unit_and_method_has_a_word() -> None:
    for kind in scoring_pb2.MomentKind.values():
        for unit in scoring_pb2.MomentUnit.values():
            moment = scoring_pb2.Moment(id="m1", kind=kind, unit=unit)
            (value,) = report_as_json(scoring_pb2.Report(moments=[moment]))["moments"]
            assert (value["kind"] is None) == (kind == scoring_pb2.MOMENT_KIND_UNSPECIFIED)
            assert (value["unit"] is None) == (unit == scoring_pb2.MOMENT_UNIT_UNSPECIFIED)
    for method in sync_pb2.AlignmentMethod.values():
        value = alignment_as_json(sync_pb2.Alignment(method=method))
        assert (value["method"] is None) == (method == sync_pb2.ALIGNMENT_METHOD_UNSPECIFIED)


def test_a_report_of_an_earlier_version_gets_the_present_keys() -> None:
    value = report_as_json(report())
    stored = value | {"moments": [{"what": moment.pop("description"), **moment} for moment in value["moments"]]}
    assert update_stored_report(stored) == report_as_json(report())
