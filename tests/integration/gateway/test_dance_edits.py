"""Dances that are changed, and dances through given poses: durable jobs against fake services."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from eightcount.common.v1 import common_pb2
from eightcount.generator.v1 import generator_pb2
from tests.fakes.generator import dance_model

BOTH = [dance_model("joins"), dance_model("poses", family="diffusion", supports_constraints=True)]


def content() -> bytes:
    return uuid.uuid4().bytes * 50


@pytest.fixture
def posing(gateway, backends):
    """A gateway whose generator has a model that takes key poses, and one that does not."""
    backends.generator.models = BOTH
    return gateway


@pytest.fixture
def song(gateway) -> str:
    return gateway.upload(content(), "song.mp3")


def asked(gateway, **wishes: Any) -> tuple[int, dict[str, Any]]:
    answer = gateway.client.post("/v1/dances", json={"formats": ["npz"], **wishes})
    return answer.status_code, answer.json()


def danced(gateway, **wishes: Any) -> dict[str, Any]:
    status, body = asked(gateway, **wishes)
    assert status == 202, body
    job = gateway.finished(body["id"], "dances")
    assert job["status"] == "succeeded", job
    return job


@pytest.fixture
def dance(posing, song) -> str:
    """A dance of 4 s."""
    return danced(posing, music_id=song, model="joins")["id"]


def last_request(backends) -> generator_pb2.GenerateRequest:
    return backends.generator.asked(generator_pb2.GenerateRequest)[-1]


def test_an_edit_is_a_dance_of_its_own_to_the_same_music(posing, backends, store, song, dance):
    edit = {"dance_id": dance, "keep": ["legs"], "start_seconds": 1, "end_seconds": 3}
    job = danced(posing, edit=edit, seed=5)
    assert job["id"] != dance
    assert (job["edited_from"], job["edit"], job["music_id"]) == (dance, edit, song)
    assert (job["duration_seconds"], job["model"], job["seed"]) == (4.0, "poses", 5)
    assert job["links"]["edited_from"] == f"/v1/dances/{dance}"
    request = last_request(backends)
    assert request.edit == generator_pb2.Edit(
        dance_uri=store.uri(f"dances/{dance}/dance.bin"), keep=[generator_pb2.BODY_PART_LEGS],
        range=common_pb2.TimeRange(start_seconds=1, end_seconds=3),
    )  # fmt: skip
    assert (request.duration_seconds, request.model.name) == (4.0, "poses")
    assert posing.job(dance, "dances")["edited_from"] is None
    assert store.exists(f"dances/{job['id']}/dance.bin")


def test_an_edit_can_be_edited_by_the_model_that_made_it(posing, backends, song, dance):
    backends.generator.models = [*BOTH, dance_model("also", supports_constraints=True), dance_model("z")]
    first = danced(posing, edit={"dance_id": dance, "keep": ["upper_body"]}, model="also")
    second = danced(posing, edit={"dance_id": first["id"], "start_seconds": 2})
    assert (second["edited_from"], second["model"]) == (first["id"], "also")
    assert second["edit"]["end_seconds"] == 4.0, "the end of the dance"


def test_key_poses_dance_frames_and_videos_reach_the_generator_in_order(posing, backends, store, song, dance):
    video = posing.upload(content(), "solo.mp4")
    keys = [
        {"seconds": 3.0, "video_id": video, "at_seconds": 0.5},
        {"seconds": 1.5, "dance_id": dance, "at_seconds": 2.5},
    ]
    job = danced(posing, music_id=song, key_poses=keys, pose_model="lite")
    assert [(step["name"], step["state"]) for step in job["steps"]] == [
        ("listen", "cached"), ("extract", "done"), ("generate", "done"), ("export", "done")
    ]  # fmt: skip
    assert [key["seconds"] for key in job["key_poses"]] == [1.5, 3.0]
    first, second = last_request(backends).key_poses
    assert (first.seconds, first.dance_frame.seconds) == (1.5, 2.5)
    assert first.dance_frame.uri == store.uri(f"dances/{dance}/dance.bin")
    assert (second.seconds, second.motion_frame.seconds) == (3.0, 0.5)
    assert store.exists(store.key(second.motion_frame.uri))


def test_a_video_is_watched_once_and_need_not_be_kept(posing, backends, song):
    video = posing.upload(content(), "solo.mp4")
    key = {"seconds": 1.0, "video_id": video}
    danced(posing, music_id=song, key_poses=[key])
    posing.client.delete(f"/v1/videos/{video}/content")
    danced(posing, music_id=song, key_poses=[key])
    assert backends.calls.count("Extract") == 1
    status, body = asked(posing, music_id=song, key_poses=[key], pose_model="full")
    assert (status, body["reason"]) == (409, "CONTENT_DELETED")


def test_a_video_without_a_dancer_fails_with_its_reason(posing, backends, song):
    empty = content()
    backends.empty.add(empty)
    key = {"seconds": 1.0, "video_id": posing.upload(empty, "empty.mp4")}
    job = posing.finished(asked(posing, music_id=song, key_poses=[key])[1]["id"], "dances")
    assert (job["status"], job["error"]["reason"]) == ("failed", "NO_PERSON")
    assert backends.generator.requests == []


def test_models_that_cannot_are_refused_with_those_that_can(posing, backends, dance):
    edit = {"dance_id": dance, "keep": ["legs"]}
    status, body = asked(posing, edit=edit, model="joins")
    assert (status, body["reason"]) == (400, "NO_KEY_POSES")
    assert body["detail"].endswith("supports neither key poses nor edits; these do: poses")
    backends.generator.models = BOTH[:1]
    status, body = asked(posing, edit=edit)
    assert (status, body["reason"]) == (400, "NO_KEY_POSES")
    assert "no model supports" in body["detail"]
    assert (asked(posing, edit=edit, model="none")[0], asked(posing, edit=edit, model="joins")[0]) == (404, 400)


@pytest.mark.parametrize(
    ("edit", "wishes", "reason"),
    [
        ({"start_seconds": 5, "end_seconds": 6}, {}, "INVALID_EDIT"),
        ({"start_seconds": 1, "end_seconds": 6}, {}, "INVALID_EDIT"),
        ({"end_seconds": 4}, {}, "INVALID_EDIT"),
        ({"keep": ["legs"]}, {"duration_seconds": 2}, "INVALID_EDIT"),
        ({}, {}, "INVALID_INPUT"),
        ({"start_seconds": 2, "end_seconds": 1}, {}, "INVALID_INPUT"),
        ({"start_seconds": 2, "end_seconds": 0}, {}, "INVALID_INPUT"),
        ({"keep": ["legs", "upper_body"]}, {}, "INVALID_INPUT"),
        ({"keep": ["head"]}, {}, "INVALID_INPUT"),
        ({"keep": ["legs"], "tempo": 1}, {}, "INVALID_INPUT"),
        ({"start_seconds": 1, "end_seconds": 2}, {"key_poses": [{"seconds": 3}]}, "INVALID_KEY_POSE"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused_before_it_starts(posing, dance, edit, wishes, reason):
    for key in wishes.get("key_poses", []):
        key["dance_id"] = dance
    status, body = asked(posing, edit={"dance_id": dance, **edit}, **wishes)
    assert (status, body["reason"]) == (400, reason), body


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ([{"seconds": 1}], "INVALID_INPUT"),
        ([{"seconds": 1, "dance_id": "D", "video_id": "V"}], "INVALID_INPUT"),
        ([{"seconds": -1, "dance_id": "D"}], "INVALID_INPUT"),
        ([{"seconds": 1, "dance_id": "D"}, {"seconds": 1, "dance_id": "D"}], "INVALID_INPUT"),
        ([{"seconds": 1, "dance_id": "D"}] * 65, "INVALID_INPUT"),
        ([{"seconds": 1, "dance_id": "D", "at_seconds": 4.5}], "INVALID_KEY_POSE"),
        ([{"seconds": 1, "video_id": "V", "at_seconds": 600}], "INVALID_KEY_POSE"),
        ([{"seconds": 30, "dance_id": "D"}], "INVALID_KEY_POSE"),
    ],
)
def test_key_poses_that_make_no_sense_are_refused_before_the_dance_starts(posing, song, dance, keys, reason):
    ids = {"D": dance, "V": posing.upload(content(), "solo.mp4")}
    named = [{name: ids.get(value, value) for name, value in key.items()} for key in keys]
    status, body = asked(posing, music_id=song, key_poses=named, duration_seconds=20)
    assert (status, body["reason"]) == (400, reason), body


def test_what_is_not_there_or_not_done_is_told(posing, backends, song, dance):
    assert asked(posing, edit={"dance_id": "x", "keep": ["legs"]})[1]["reason"] == "DANCE_NOT_FOUND"
    assert asked(posing, music_id=song, key_poses=[{"seconds": 1, "dance_id": "x"}])[1]["reason"] == "DANCE_NOT_FOUND"
    assert asked(posing, music_id=song, key_poses=[{"seconds": 1, "video_id": "x"}])[1]["reason"] == "VIDEO_NOT_FOUND"
    assert asked(posing)[0] == 400
    backends.generator.seconds_per_step = 30
    running = asked(posing, music_id=song)[1]["id"]
    status, body = asked(posing, edit={"dance_id": running, "keep": ["legs"]})
    assert (status, body["reason"]) == (409, "NOT_FINISHED")
    posing.client.post(f"/v1/dances/{running}/cancel")
