"""Choosing one of several people over HTTP, against fake services."""

from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError

LEFT, RIGHT = {"x": 0.25, "y": 0.5}, {"x": 0.75, "y": 0.5, "at_seconds": 2.0}


def run(gateway, kind: str, **request) -> dict:
    response = gateway.client.post(f"/v1/{kind}", json=request)
    assert response.status_code == 202, response.text
    return gateway.finished(response.json()["id"], kind)


def model_of(gateway, url: str) -> str:
    with np.load(io.BytesIO(gateway.client.get(url).content), allow_pickle=False) as motion:
        return str(motion["model"])


@pytest.fixture
def video(gateway, new_video) -> str:
    return gateway.upload(new_video)


def test_two_dancers_of_one_video_are_two_motions_each_extracted_once(gateway, backends, video):
    jobs = [run(gateway, "extractions", video_id=video, dancer=dancer) for dancer in (LEFT, RIGHT, None, LEFT)]
    assert backends.dancers == ["0.25-0.5-0", "0.75-0.5-2", ""]
    assert [job["steps"][0]["state"] for job in jobs] == ["done", "done", "done", "cached"]
    models = [model_of(gateway, job["links"]["motion.npz"]) for job in jobs]
    assert models == [
        "fake-3/1/dancer-0.25-0.5-0", "fake-3/1/dancer-0.75-0.5-2", "fake-3/1", "fake-3/1/dancer-0.25-0.5-0"
    ]  # fmt: skip
    assert [job["dancer"] for job in jobs[:3]] == [LEFT | {"at_seconds": 0.0}, RIGHT, None]


def test_an_interrupted_extraction_goes_on_with_the_same_dancer(gateway, backends, video):
    backends.break_after_frames = 60
    job = run(gateway, "extractions", video_id=video, dancer=RIGHT)
    assert job["status"] == "succeeded"
    assert backends.dancers == ["0.75-0.5-2", "0.75-0.5-2"]
    assert [(first, last) for _, first, last in backends.extracted] == [(0, 60), (60, 120)]


def test_a_style_is_told_of_the_chosen_dancer(gateway, backends, store, video):
    job = run(gateway, "classifications", video_id=video, dancer=LEFT)
    assert job["status"] == "succeeded"
    sha256 = gateway.client.get(f"/v1/videos/{video}").json()["sha256"]
    (request,) = backends.classifier.requests
    assert request.motion_uri == store.uri(f"motions/{sha256}/fake-3_1_dancer-0.25-0.5-0.motion")


def test_two_dancers_of_one_video_are_compared(gateway, backends, video):
    job = run(
        gateway, "comparisons", reference_video_id=video, take_video_id=video, reference_dancer=LEFT, take_dancer=RIGHT
    )
    assert job["status"] == "succeeded", job
    assert sorted(backends.dancers) == ["0.25-0.5-0", "0.75-0.5-2"]
    report = gateway.client.get(job["links"]["report.json"]).json()
    assert report["model"] == {"reference": "fake-3/1/dancer-0.25-0.5-0", "take": "fake-3/1/dancer-0.75-0.5-2"}
    for role, model in report["model"].items():
        assert model_of(gateway, job["links"][f"motions/{role}.npz"]) == model


def test_a_learner_among_others_is_compared_with_a_teacher_alone(gateway, backends, video):
    learner = gateway.upload(b"a class" * 200)
    job = run(gateway, "comparisons", reference_video_id=video, take_video_id=learner, take_dancer=RIGHT)
    assert sorted(backends.dancers) == ["", "0.75-0.5-2"]
    report = gateway.client.get(job["links"]["report.json"]).json()
    assert report["model"] == {"reference": "fake-3/1", "take": "fake-3/1/dancer-0.75-0.5-2"}


def test_when_the_content_is_deleted_only_dancers_that_were_extracted_can_be_had(gateway, backends, video):
    run(gateway, "extractions", video_id=video, dancer=LEFT)
    run(gateway, "extractions", video_id=video)
    assert gateway.client.delete(f"/v1/videos/{video}/content").is_success
    backends.calls.clear()
    known = [run(gateway, "extractions", video_id=video, dancer=dancer) for dancer in (LEFT, None)]
    models = [model_of(gateway, job["links"]["motion.npz"]) for job in known]
    assert models == ["fake-3/1/dancer-0.25-0.5-0", "fake-3/1"]
    assert "Extract" not in backends.calls
    unknown = run(gateway, "extractions", video_id=video, dancer=RIGHT)
    assert unknown["error"]["reason"] == "CONTENT_DELETED"


@pytest.mark.parametrize(
    "dancer",
    [{"x": 1.5, "y": 0}, {"x": 0, "y": -1}, {"x": 0, "y": 0, "at_seconds": -1}, {"x": 0}, {"x": 0, "y": 0, "z": 0}],
)
def test_a_place_outside_the_picture_is_refused_at_once(gateway, video, dancer):
    response = gateway.client.post("/v1/extractions", json={"video_id": video, "dancer": dancer})
    assert response.status_code == 400
    assert "dancer" in response.json()["detail"]


def test_that_nobody_is_there_arrives_with_its_reason(gateway, backends, video):
    backends.errors["Extract"] = UnusableMediaError("no person; seen at 0.7,0.5", reason="NO_PERSON_THERE")
    job = run(gateway, "classifications", video_id=video, dancer=LEFT)
    assert job["error"] == {"reason": "NO_PERSON_THERE", "message": "no person; seen at 0.7,0.5"}


def test_where_nobody_can_be_chosen_that_is_said(gateway, backends, video):
    job = run(gateway, "classifications", video_id=video, dancer=LEFT, style_model="watcher")
    assert job["error"]["reason"] == "DANCER_NOT_FOLLOWED"
    response = gateway.client.post("/v1/classifications", json={"motion_id": "m1", "dancer": LEFT})
    assert response.status_code == 400
    assert "in a video only" in response.json()["detail"]
