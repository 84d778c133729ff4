"""Trainings of dance models as durable jobs."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from eightcount.generator.v1 import generator_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import UnusableMediaError
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until
from tests.fakes.generator import dance_model


def content() -> bytes:
    return uuid.uuid4().bytes * 50


def train(gateway, items: list[dict[str, Any]], **options: Any) -> str:
    response = gateway.client.post("/v1/dance-trainings", json={"name": "our-studio", "items": items, **options})
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/dance-trainings/{response.json()['id']}"
    return response.json()["id"]


def finished(gateway, job: str) -> dict:
    return gateway.finished(job, "dance-trainings")


@pytest.fixture
def items(gateway) -> list[dict[str, Any]]:
    return [
        {"video_id": gateway.upload(content(), "0.mp4"), "style": "salsa", "performer": "p0", "take": "t0",
         "label": "salsa/0.mp4"},
        {"video_id": gateway.upload(content(), "1.mp4")},
    ]  # fmt: skip


def test_a_training_extracts_listens_and_makes_a_model(gateway, backends, store, items):
    job = finished(gateway, train(gateway, items, seed=7, max_epochs=4))
    assert job["status"] == "succeeded", job
    assert (job["item_count"], job["family"], job["seed"]) == (2, "graph", 7)
    assert [(step["name"], step["state"], step["done"], step["total"]) for step in job["steps"]] == [
        ("extract", "done", 2, 2), ("train", "done", 100, 100)
    ]  # fmt: skip
    (request,) = backends.generator.requests
    options = request.options
    assert (request.name, request.family, options.seed, options.max_epochs) == (
        "our-studio",
        "graph",
        7,
        4,
    )
    assert [(item.style, item.label, item.performer, item.take) for item in request.items] == [
        ("salsa", "salsa/0.mp4", "p0", "t0"), ("", "1.mp4", "", "")
    ]  # fmt: skip
    music = sync_pb2.Music.FromString(b"".join(store.read(store.key(request.items[0].music_uri))))
    assert list(music.beats_seconds) == [0.5 * beat for beat in range(8)]
    assert all(store.exists(store.key(item.motion_uri)) for item in request.items)
    result = gateway.client.get(job["links"]["result.json"]).json()
    assert (result["model"]["name"], result["model"]["styles"]) == ("our-studio", ["salsa"])
    assert result["model"]["card"].startswith("# our-studio")
    assert (result["items_used"], result["rejected"]) == (2, [])


def test_a_model_learns_more_from_another_one_of_its_family(gateway, backends, items):
    backends.generator.models = [dance_model("shipped", family="diffusion")]
    job = finished(gateway, train(gateway, items, base="shipped", seed=7, max_epochs=4))
    assert job["status"] == "succeeded", job
    assert (job["base"], job["family"]) == ("shipped", "diffusion")
    (request,) = backends.generator.requests
    assert isinstance(request, generator_pb2.FineTuneRequest)
    options = request.options
    assert (request.name, request.base.name, options.seed, options.max_epochs) == (
        "our-studio",
        "shipped",
        7,
        4,
    )
    assert [item.label for item in request.items] == ["salsa/0.mp4", "1.mp4"]
    assert gateway.client.get(job["links"]["result.json"]).json()["model"]["family"] == "diffusion"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"base": "nobody"}, "MODEL_NOT_FOUND"),
        ({"base": "our-studio"}, "INVALID_BASE"),
        ({"base": "shipped", "family": "graph"}, "INVALID_BASE"),
    ],
)
def test_a_base_that_cannot_be_is_refused_before_the_training_starts(gateway, backends, change, reason):
    backends.generator.models = [dance_model("shipped", family="diffusion")]
    body = {"name": "our-studio", "items": [{"video_id": "x"}]} | change
    answer = gateway.client.post("/v1/dance-trainings", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (404 if "NOT_FOUND" in reason else 400, reason)


def test_recordings_without_music_have_no_beats(gateway, backends, items):
    backends.errors["AnalyseMusic"] = UnusableMediaError("there is no sound", reason="NO_AUDIO")
    assert finished(gateway, train(gateway, items[:1]))["status"] == "succeeded"
    assert backends.generator.requests[0].items[0].music_uri == ""


def test_what_cannot_serve_is_left_out_with_its_reason(gateway, backends, items):
    empty = content()
    backends.empty.add(empty)
    backends.generator.rejects["salsa/0.mp4"] = "TOO_SHORT"
    job = finished(gateway, train(gateway, [*items, {"video_id": gateway.upload(empty, "empty.mp4")}]))
    rejected = gateway.client.get(job["links"]["result.json"]).json()["rejected"]
    assert [(item["label"], item["reason"]) for item in rejected] == [
        ("empty.mp4", "NO_PERSON"), ("salsa/0.mp4", "TOO_SHORT")
    ]  # fmt: skip


def test_when_nothing_can_serve_the_training_fails(gateway):
    job = finished(gateway, train(gateway, [{"video_id": "x"}]))
    assert (job["status"], job["error"]["reason"]) == ("failed", "VIDEO_NOT_FOUND")
    answer = gateway.client.get(f"/v1/dance-trainings/{job['id']}/result.json")
    assert (answer.status_code, answer.json()["reason"]) == (409, "NOT_FINISHED")


def test_the_stage_is_told_and_a_cancelled_training_stops(gateway, backends, items):
    backends.held.add("Train")
    job = train(gateway, items)
    step = wait_until(lambda: (step := gateway.job(job, "dance-trainings")["steps"][1])["note"] and step)
    assert (step["state"], step["total"]) == ("running", 100)
    assert step["note"].startswith("reading: ")
    gateway.client.post(f"/v1/dance-trainings/{job}/cancel")
    wait_until(lambda: backends.generator.running == 0)
    assert finished(gateway, job)["status"] == "cancelled"
    assert gateway.client.get("/v1/dance-trainings").json()["items"][0]["id"] == job


def test_a_killed_gateway_goes_on_with_a_training(tmp_path, backends, folder):
    backends.held.add("Train")
    environment = gateway_environment(tmp_path, backends.targets)
    environment["EIGHTCOUNT_STORE_FOLDER"] = str(folder / "objects")
    with running_gateway(environment, tmp_path) as gateway:
        job = train(gateway, [{"video_id": gateway.upload(content())}])
        wait_until(lambda: backends.generator.stages_done)
        gateway.kill()
    backends.held.clear()
    with running_gateway(environment, tmp_path) as gateway:
        assert finished(gateway, job)["status"] == "succeeded"
    assert backends.calls.count("Extract") == 1


def test_trainings_of_every_kind_wait_for_each_other_and_dances_do_not(gateway, backends, items):
    backends.generator.seconds_per_step = 30
    training = train(gateway, items)
    wait_until(lambda: backends.generator.running)
    styles = {"name": "s", "items": [{"video_id": items[0]["video_id"], "style": "house"}]}
    other = gateway.client.post("/v1/style-trainings", json=styles).json()["id"]
    backends.generator.seconds_per_step = 0
    dance = gateway.client.post("/v1/dances", json={"music_id": items[0]["video_id"], "formats": ["npz"]}).json()["id"]
    assert gateway.finished(dance, "dances")["status"] == "succeeded"
    assert gateway.job(other, "style-trainings")["status"] == "queued"
    gateway.client.post(f"/v1/dance-trainings/{training}/cancel")
    assert gateway.finished(other, "style-trainings")["status"] == "succeeded"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../x"},
        {"family": "magic"},
        {"items": []},
        {"items": [{"video_id": "x", "style": "a/b"}]},
        {"items": [{"video_id": "x", "camera": "c01"}]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(gateway, change):
    body = {"name": "ours", "items": [{"video_id": "x"}]} | change
    assert gateway.client.post("/v1/dance-trainings", json=body).status_code == 400
