"""JSON into dataclasses and back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from eightcount_client import DanceEdit, DanceRequest, KeyPose
from eightcount_client.decoding import decode, encode
from eightcount_client.errors import UnexpectedResponseError
from eightcount_client.kinds.comparison import Comparison, Report
from eightcount_client.kinds.dance import Dance

JOB = {"id": "c1", "status": "queued", "steps": [], "created_at": "2026-01-02T03:04:05Z", "links": {"self": "/v1/x"}}


def test_a_job_is_read_with_nested_values_and_unknown_fields_are_kept_aside():
    body = JOB | {
        "reference_video_id": "a", "take_video_id": "b", "model": "heavy", "score": 80, "new": True,
        "take_dancer": {"x": 0.5, "y": 1, "at_seconds": 0},
    }  # fmt: skip
    job = decode(Comparison, body)
    assert (job.score, job.created_at) == (80.0, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert job.take_dancer is not None
    assert (job.take_dancer.y, job.reference_dancer, job.links) == (1.0, None, {"self": "/v1/x"})
    assert job.raw == body


def test_lists_and_objects_hold_values_of_their_classes():
    report = decode(Report, {
        "score": None, "alignment": {"verdict": "aligned", "segments": [{"take_start_s": 1}]},
        "joints": {"left_elbow": {"score": 60.0}}, "moments": [
            {"id": "m1", "start_s": 0.5, "end_s": 1.0, "description": "too low", "kind": "ANGLE"}
        ],
    })  # fmt: skip
    assert report.alignment.segments[0].take_start_s == 1.0
    assert (report.joints["left_elbow"].score, report.moments[0].description) == (60.0, "too low")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": None}, "Dance.id"), ({"steps": {}}, "Dance.steps"), ({"created_at": "yesterday"}, "Dance.created_at"),
        ({"steps": [{"name": "a"}]}, r"Dance.steps\[0\].state"), ({"seed": True}, "Dance.seed"),
        ({"links": ["a"]}, "Dance.links"), ({"key_poses": [5]}, r"Dance.key_poses\[0\]"),
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_says_where(change, where):
    with pytest.raises(UnexpectedResponseError, match=where):
        decode(Dance, JOB | change)


def test_what_is_not_given_is_not_sent():
    request = DanceRequest(music_id="m", key_poses=[KeyPose(seconds=1.0, dance_id="d")], edit=DanceEdit(dance_id="d"))
    assert encode(request) == {
        "music_id": "m",
        "key_poses": [{"seconds": 1.0, "dance_id": "d", "at_seconds": 0.0}],
        "edit": {"dance_id": "d", "keep": []},
    }
