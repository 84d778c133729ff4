"""Additions of styles from a few recordings, as durable jobs."""

from __future__ import annotations

import uuid

import pytest

from tests.fakes.gateway_process import wait_until


def content() -> bytes:
    return uuid.uuid4().bytes * 50


def add(gateway, videos: list[str], name: str = "our_solo") -> str:
    response = gateway.client.post("/v1/style-additions", json={"name": name, "video_ids": videos})
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/style-additions/{response.json()['id']}"
    return response.json()["id"]


def finished(gateway, job: str) -> dict:
    return gateway.finished(job, "style-additions")


@pytest.fixture
def videos(gateway) -> list[str]:
    return [gateway.upload(content(), f"clip {number}.mp4") for number in range(3)]


def test_a_style_is_added_from_the_motions_of_its_recordings(gateway, backends, store, videos):
    job = finished(gateway, add(gateway, videos))
    assert job["status"] == "succeeded", job
    assert [(step["name"], step["state"], step["done"], step["total"]) for step in job["steps"]] == [
        ("extract", "done", 3, 3), ("add", "done", 0, None)
    ]  # fmt: skip
    (request,) = backends.classifier.requests
    shas = [gateway.client.get(f"/v1/videos/{video}").json()["sha256"] for video in videos]
    assert list(request.motion_uris) == [store.uri(f"motions/{sha}/fake-3_1.motion") for sha in shas]
    result = gateway.client.get(job["links"]["result.json"]).json()
    assert (result["model"]["name"], result["model"]["styles"], result["rejected"]) == ("few-shot", ["our_solo"], [])


def test_a_recording_that_shows_nobody_is_left_out_with_its_reason(gateway, backends, videos):
    empty = content()
    backends.empty.add(empty)
    backends.classifier.rejects["clip 1.mp4"] = "TOO_SHORT"
    job = finished(gateway, add(gateway, [*videos, gateway.upload(empty, "empty room.mp4")]))
    assert job["status"] == "succeeded"
    rejected = gateway.client.get(job["links"]["result.json"]).json()["rejected"]
    assert [(item["label"], item["reason"]) for item in rejected] == [
        ("empty room.mp4", "NO_PERSON"), ("clip 1.mp4", "TOO_SHORT")
    ]  # fmt: skip


def test_a_motion_that_the_classifier_leaves_out_is_named_like_its_recording(gateway, backends, videos):
    sha256 = gateway.client.get(f"/v1/videos/{videos[1]}").json()["sha256"]
    backends.classifier.rejects[sha256] = "TOO_SHORT"
    job = finished(gateway, add(gateway, videos))
    (rejected,) = gateway.client.get(job["links"]["result.json"]).json()["rejected"]
    assert (rejected["label"], rejected["reason"]) == ("clip 1.mp4", "TOO_SHORT")


def test_where_too_few_clips_are_left_the_error_names_those_that_were_left_out(gateway, backends, videos):
    empty = content()
    backends.empty.add(empty)
    job = finished(gateway, add(gateway, [videos[0], gateway.upload(empty, "empty room.mp4")]))
    assert (job["status"], job["error"]["reason"]) == ("failed", "TOO_FEW_CLIPS")
    assert "left out: empty room.mp4: no person" in job["error"]["message"]


def test_when_no_recording_can_serve_the_job_fails_with_their_reason(gateway, backends):
    empty = content()
    backends.empty.add(empty)
    video = gateway.upload(empty, "empty room.mp4")
    job = finished(gateway, add(gateway, [video, video]))
    assert (job["status"], job["error"]["reason"]) == ("failed", "NO_PERSON")
    assert "empty room.mp4" in job["error"]["message"]
    response = gateway.client.get(f"/v1/style-additions/{job['id']}/result.json")
    assert (response.status_code, response.json()["reason"]) == (409, "NOT_FINISHED")


def test_the_step_says_which_recording_it_is_at(gateway, backends, videos):
    backends.held.add("Extract")
    job = add(gateway, videos)
    note = wait_until(lambda: gateway.job(job, "style-additions")["steps"][0]["note"])
    assert note.startswith("clip 0.mp4")
    gateway.client.post(f"/v1/style-additions/{job}/cancel")
    assert finished(gateway, job)["status"] == "cancelled"


def test_a_style_is_removed_once(gateway, videos):
    finished(gateway, add(gateway, videos, "for_now"))
    assert gateway.client.delete("/v1/styles/for_now").status_code == 200
    again = gateway.client.delete("/v1/styles/for_now")
    assert (again.status_code, again.json()["reason"]) == (404, "STYLE_NOT_FOUND")


@pytest.mark.parametrize("name", ["not_a_dance", "other_dance", "", "a/b", ".hidden", "x" * 65])
def test_names_that_cannot_be_are_refused(gateway, videos, name):
    assert gateway.client.post("/v1/style-additions", json={"name": name, "video_ids": videos}).status_code == 400


def test_one_recording_is_too_few(gateway, videos):
    assert gateway.client.post("/v1/style-additions", json={"name": "solo", "video_ids": videos[:1]}).status_code == 400
