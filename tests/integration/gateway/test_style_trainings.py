"""Trainings of style models as durable jobs, and recordings whose content is not kept."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

import pytest

from eightcount_common.errors import UnusableMediaError
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until


def content() -> bytes:
    return uuid.uuid4().bytes * 50


def train(gateway, items: list[dict[str, Any]], **options: Any) -> str:
    response = gateway.client.post("/v1/style-trainings", json={"name": "our-studio", "items": items, **options})
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/style-trainings/{response.json()['id']}"
    return response.json()["id"]


def finished(gateway, job: str) -> dict:
    return gateway.finished(job, "style-trainings")


def extract(gateway, video: str, **options: Any) -> dict:
    response = gateway.client.post("/v1/extractions", json={"video_id": video, **options})
    return gateway.finished(response.json()["id"], "extractions")


@pytest.fixture
def items(gateway) -> list[dict[str, Any]]:
    return [
        {"video_id": gateway.upload(content(), f"{number}.mp4"), "style": style, "performer": f"p{number}",
         "label": f"{style}/{number}.mp4"}
        for number, style in enumerate(["house", "house", "krump"])
    ]  # fmt: skip


def test_a_training_extracts_listens_and_makes_a_model(gateway, backends, store, items):
    job = finished(gateway, train(gateway, items, seed=7, max_epochs=4, family="pose-lstm"))
    assert job["status"] == "succeeded", job
    assert (job["item_count"], job["family"], job["seed"]) == (3, "pose-lstm", 7)
    assert [(step["name"], step["state"], step["done"], step["total"]) for step in job["steps"]] == [
        ("extract", "done", 3, 3), ("train", "done", 100, 100)
    ]  # fmt: skip
    (request,) = backends.classifier.requests
    assert (request.name, request.family, request.options.seed, request.options.max_epochs) == (
        "our-studio", "pose-lstm", 7, 4
    )  # fmt: skip
    assert [(item.style, item.performer, item.label) for item in request.items] == [
        ("house", "p0", "house/0.mp4"), ("house", "p1", "house/1.mp4"), ("krump", "p2", "krump/2.mp4")
    ]  # fmt: skip
    assert list(request.items[0].beats_seconds) == [0.5 * beat for beat in range(8)]
    assert all(store.exists(store.key(item.motion_uri)) and not item.video_uri for item in request.items)
    assert set(backends.previews) == {""}, "no previews"
    result = gateway.client.get(job["links"]["result.json"]).json()
    assert (result["model"]["name"], result["model"]["styles"]) == ("our-studio", ["house", "krump"])
    assert (result["items_used"], result["split_by"], result["rejected"]) == (3, ["performer"], [])


def test_a_number_of_epochs_that_is_not_given_is_left_to_the_family(gateway, backends, items):
    job = finished(gateway, train(gateway, items))
    assert (job["status"], job["max_epochs"]) == ("succeeded", None)
    assert not backends.classifier.requests[0].options.HasField("max_epochs")
    body = {"name": "our-studio", "items": items, "max_epochs": 0}
    answer = gateway.client.post("/v1/style-trainings", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "max_epochs")


def test_the_files_of_a_model_stay_with_its_training(gateway, items):
    job = finished(gateway, train(gateway, items))
    finished(gateway, train(gateway, items[:2]))
    card, report, confusion = [
        gateway.client.get(job["links"][name]) for name in ("card.md", "report.json", "confusion.png")
    ]
    assert (card.text, card.headers["content-type"]) == ("# our-studio\n", "text/markdown; charset=utf-8")
    assert report.json()["balanced_accuracy"] == 0.87
    assert (confusion.content, confusion.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert gateway.client.get(f"/v1/style-trainings/{job['id']}/items.json").status_code == 404


def test_what_cannot_serve_is_left_out_with_its_reason(gateway, backends, items):
    empty = content()
    backends.empty.add(empty)
    backends.classifier.rejects["krump/2.mp4"] = "TOO_SHORT"
    broken = [{"video_id": gateway.upload(empty, "empty.mp4"), "style": "house"}, {"video_id": "x", "style": "house"}]
    job = finished(gateway, train(gateway, [*items, *broken]))
    rejected = gateway.client.get(job["links"]["result.json"]).json()["rejected"]
    assert [(item["label"], item["reason"]) for item in rejected] == [
        ("empty.mp4", "NO_PERSON"), ("x", "VIDEO_NOT_FOUND"), ("krump/2.mp4", "TOO_SHORT")
    ]  # fmt: skip


def test_the_same_bytes_count_once_and_in_two_styles_not_at_all(gateway, backends, items):
    twin, other = content(), content()
    for style, name, data in (
        ("house", "a.mp4", twin), ("house", "b.mp4", twin), ("house", "c.mp4", other), ("krump", "d.mp4", other)
    ):  # fmt: skip
        items.append({"video_id": gateway.upload(data, name), "style": style, "label": name})
    job = finished(gateway, train(gateway, items))
    result = gateway.client.get(job["links"]["result.json"]).json()
    assert {one["label"]: one["reason"] for one in result["rejected"]} == {
        "b.mp4": "DUPLICATE_RECORDING", "c.mp4": "DUPLICATE_IN_STYLES", "d.mp4": "DUPLICATE_IN_STYLES"
    }  # fmt: skip
    assert "a.mp4" in [item.label for item in backends.classifier.requests[0].items]


def test_a_style_that_would_vanish_stops_the_training_with_the_reason(gateway, backends, items):
    lost = gateway.upload(content(), "lost.mp4")
    gateway.client.delete(f"/v1/videos/{lost}/content")
    job = finished(gateway, train(gateway, [*items, {"video_id": lost, "style": "waack", "label": "waack/a.mp4"}]))
    assert (job["status"], job["error"]["reason"]) == ("failed", "STYLE_WOULD_VANISH")
    assert "none of the 1 recordings of the style 'waack'" in job["error"]["message"]
    assert "waack/a.mp4: " in job["error"]["message"]
    assert not backends.classifier.requests


def test_styles_that_differ_only_by_case_are_refused(gateway, items):
    items[2]["style"] = "House"
    response = gateway.client.post("/v1/style-trainings", json={"name": "our-studio", "items": items})
    assert (response.status_code, response.json()["reason"]) == (400, "STYLES_ALIKE")


def test_when_nothing_can_serve_the_training_fails(gateway):
    job = finished(gateway, train(gateway, [{"video_id": "x", "style": "house"}]))
    assert (job["status"], job["error"]["reason"]) == ("failed", "VIDEO_NOT_FOUND")


def test_an_error_of_the_classifier_fails_the_training_with_its_reason(gateway, backends, items):
    backends.errors["Train"] = UnusableMediaError("two styles are required; got one", reason="ONE_STYLE")
    job = finished(gateway, train(gateway, items))
    assert (job["status"], job["error"]["reason"]) == ("failed", "ONE_STYLE")
    response = gateway.client.get(f"/v1/style-trainings/{job['id']}/card.md")
    assert (response.status_code, response.json()["reason"]) == (409, "NOT_FINISHED")


def test_stage_epoch_and_loss_are_told(gateway, backends, items):
    backends.held.add("Train")
    job = train(gateway, items)
    step = wait_until(lambda: (step := gateway.job(job, "style-trainings")["steps"][1])["note"] and step)
    assert (step["state"], step["total"]) == ("running", 100)
    assert step["note"].startswith("final model, epoch ")
    backends.held.clear()
    assert finished(gateway, job)["status"] == "succeeded"


def test_a_cancelled_training_goes_on_from_its_checkpoint_when_it_is_asked_for_again(gateway, backends, items):
    backends.held.add("Train")
    job = train(gateway, items)
    wait_until(lambda: backends.classifier.epochs_done.get("our-studio", 0) >= 2)
    gateway.client.post(f"/v1/style-trainings/{job}/cancel")
    wait_until(lambda: backends.classifier.running == 0)
    assert finished(gateway, job)["status"] == "cancelled"
    backends.held.clear()
    again = finished(gateway, train(gateway, items))
    assert again["status"] == "succeeded"
    assert backends.calls.count("Extract") == 3


def test_a_training_takes_no_place_from_other_jobs(gateway, backends, items):
    backends.held.add("Train")
    trainings = [train(gateway, items) for _ in range(2)]
    wait_until(lambda: backends.classifier.running)
    assert extract(gateway, items[0]["video_id"])["status"] == "succeeded"
    assert backends.classifier.running == 1, "the second waits for the first"
    for job in reversed(trainings):
        gateway.client.post(f"/v1/style-trainings/{job}/cancel")
    assert {finished(gateway, job)["status"] for job in trainings} == {"cancelled"}


def test_a_killed_gateway_goes_on_with_a_training(tmp_path, backends, store, folder):
    backends.held.add("Train")
    environment = gateway_environment(tmp_path, backends.targets)
    environment["EIGHTCOUNT_STORE_FOLDER"] = str(folder / "objects")
    with running_gateway(environment, tmp_path) as gateway:
        job = train(gateway, [{"video_id": gateway.upload(content()), "style": "house"}])
        wait_until(lambda: backends.classifier.epochs_done)
        gateway.kill()
    backends.held.clear()
    with running_gateway(environment, tmp_path) as gateway:
        assert finished(gateway, job)["status"] == "succeeded"
    assert backends.calls.count("Extract") == 1


def test_frames_are_read_from_the_recordings_themselves(gateway, backends, store, items):
    job = finished(gateway, train(gateway, items, family="frames-gru"))
    assert job["status"] == "succeeded"
    (request,) = backends.classifier.requests
    assert [item.video_uri for item in request.items] == [
        store.uri(f"videos/{item['video_id']}/content") for item in items
    ]
    assert "Extract" not in backends.calls


def test_content_can_go_once_the_motion_and_the_beats_are_known(gateway, backends, store, items):
    video = items[0]["video_id"]
    assert extract(gateway, video, training=True)["status"] == "succeeded"
    assert gateway.client.delete(f"/v1/videos/{video}/content").status_code == 204
    record = gateway.client.get(f"/v1/videos/{video}").json()
    assert record["content_deleted"]
    assert not store.exists(f"videos/{video}/content")
    gone = gateway.client.get(f"/v1/videos/{video}/content")
    assert (gone.status_code, gone.json()["reason"]) == (409, "CONTENT_DELETED")
    backends.calls.clear()
    assert finished(gateway, train(gateway, items[:1]))["status"] == "succeeded"
    assert not {"Probe", "Extract", "AnalyseMusic"} & set(backends.calls)
    assert len(backends.classifier.requests[0].items[0].beats_seconds) == 8
    classified = gateway.client.post("/v1/classifications", json={"video_id": video}).json()
    assert gateway.finished(classified["id"], "classifications")["status"] == "succeeded"
    assert gateway.finished(gateway.compare(video, video))["error"]["reason"] == "CONTENT_DELETED"


def test_content_that_is_needed_and_gone_is_a_reason(gateway, items):
    video = items[0]["video_id"]
    gateway.client.delete(f"/v1/videos/{video}/content")
    assert extract(gateway, video)["error"]["reason"] == "CONTENT_DELETED"
    job = finished(gateway, train(gateway, items, family="frames-gru"))
    rejected = gateway.client.get(job["links"]["result.json"]).json()["rejected"]
    assert [item["reason"] for item in rejected] == ["CONTENT_DELETED"]


def test_a_recording_whose_motion_is_kept_need_not_be_sent_again(gateway, backends, tmp_path, folder):
    data = content()
    sha256 = hashlib.sha256(data).hexdigest()
    body = {"sha256": sha256, "file_name": "known.mp4", "model": "heavy"}
    unknown = gateway.client.post("/v1/videos/known", json=body)
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "MOTION_NOT_FOUND")
    extract(gateway, gateway.upload(data), training=True)
    assert gateway.client.post("/v1/videos/known", json=body | {"model": "lite"}).status_code == 404
    known = gateway.client.post("/v1/videos/known", json=body)
    assert known.status_code == 201
    assert gateway.client.post("/v1/videos/known", json=body).json()["id"] == known.json()["id"]
    backends.calls.clear()
    job = finished(gateway, train(gateway, [{"video_id": known.json()["id"], "style": "house"}]))
    assert job["status"] == "succeeded"
    assert "Extract" not in backends.calls
    assert backends.classifier.requests[0].items[0].label == "known.mp4"
    motion = gateway.client.get(f"/v1/extractions/{extract(gateway, known.json()['id'])['id']}/motion.npz")
    assert motion.status_code == 200


def test_a_list_of_thousands_of_recordings_is_taken(gateway):
    items = [{"video_id": "x" * 20, "style": "house", "performer": f"dancer {n}"} for n in range(5000)]
    job = train(gateway, items)
    assert finished(gateway, job)["error"]["reason"] == "VIDEO_NOT_FOUND"


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../x"},
        {"family": "magic"},
        {"items": []},
        {"seed": -1},
        {"items": [{"video_id": "x", "style": "a/b"}]},
    ],
)
def test_a_request_that_makes_no_sense_is_refused(gateway, change):
    body = {"name": "ours", "items": [{"video_id": "x", "style": "house"}]} | change
    assert gateway.client.post("/v1/style-trainings", json=body).status_code == 400
