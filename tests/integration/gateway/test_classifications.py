"""Classifications as durable jobs, against fake services."""

from __future__ import annotations

import uuid

import pytest

from eightcount.classifier.v1 import classifier_pb2
from eightcount_common.errors import BusyError, UnusableMediaError
from tests.fakes.gateway_process import gateway_environment, running_gateway, wait_until

STEPS = ["probe", "extract", "listen", "classify"]


def content() -> bytes:
    return uuid.uuid4().bytes * 50


@pytest.fixture
def video(gateway) -> str:
    return gateway.upload(content(), "dance.mp4")


def classify(gateway, video: str, **options: str) -> str:
    response = gateway.client.post("/v1/classifications", json={"video_id": video, **options})
    assert response.status_code == 202, response.text
    assert response.headers["location"] == f"/v1/classifications/{response.json()['id']}"
    return response.json()["id"]


def finished(gateway, job: str) -> dict:
    return gateway.finished(job, "classifications")


def states(job: dict) -> dict[str, str]:
    return {step["name"]: step["state"] for step in job["steps"]}


def result(gateway, job: dict) -> dict:
    return gateway.client.get(job["links"]["result.json"]).json()


def test_a_classification_runs_through_its_steps_to_a_verdict(gateway, backends, video):
    job = finished(gateway, classify(gateway, video))
    assert job["status"] == "succeeded", job
    assert states(job) == dict.fromkeys(STEPS, "done")
    assert job["links"]["page"] == f"/classifications/{job['id']}"
    found = result(gateway, job)
    assert (found["verdict"], found["style"], found["model"]) == ("style", "hip_hop", "starter/3f2a9c41d0be")
    assert found["probabilities"] == {"ballet": 0.1, "hip_hop": 0.85, "not_a_dance": 0.05}
    assert (found["novelty"], found["track_id"], found["message"]) == (0.4, 7, "This is hip hop.")
    assert [window["verdict"] for window in found["windows"]] == ["style", "not_seen", "unknown"]
    assert found["windows"][0]["probabilities"] == {"ballet": 0.05, "hip_hop": 0.9, "not_a_dance": 0.05}
    assert found["windows"][1] == {
        "start_s": 2.0, "end_s": 3.0, "probabilities": None, "verdict": "not_seen", "style": ""
    }  # fmt: skip


def test_the_classifier_gets_the_motion_and_the_beats_on_its_time(gateway, backends, store, video):
    finished(gateway, classify(gateway, video))
    (request,) = backends.classifier.requests
    sha256 = gateway.client.get(f"/v1/videos/{video}").json()["sha256"]
    assert request.motion_uri == store.uri(f"motions/{sha256}/fake-3_1.motion")
    assert request.video_uri == store.uri(f"videos/{video}/content")
    assert list(request.options.beats_seconds) == [0.5 * beat for beat in range(8)]
    assert request.options.model.name == ""


def test_lists_give_the_answer_in_short(gateway, backends, video):
    backends.held.add("ClassifyVideo")
    job = classify(gateway, video)
    assert gateway.job(job, "classifications")["answer"] is None
    backends.held.clear()
    finished(gateway, job)
    listed = gateway.client.get("/v1/classifications", params={"limit": 1}).json()["items"][0]
    assert listed["answer"] == {
        "verdict": "style", "style": "hip_hop", "probability": 0.85, "next_style": "ballet", "next_probability": 0.1
    }  # fmt: skip


def test_classifications_are_found_by_their_style(gateway, backends, video):
    found = {}
    for style, verdict in (("hip_hop", 1), ("ballet", 1), ("", 2)):
        answer = classifier_pb2.Classification(
            styles=["hip_hop", "ballet"], style=style or None, verdict=verdict, probabilities=(0.5, 0.4, 0.1)
        )
        backends.classifier.classification = answer
        found[style] = finished(gateway, classify(gateway, video))["id"]

    def listed(*styles: str) -> set[str]:
        answer = gateway.client.get("/v1/classifications", params={"style": styles, "limit": 200})
        assert answer.status_code == 200, answer.text
        return {job["id"] for job in answer.json()["items"]} & set(found.values())

    assert listed("ballet") == {found["ballet"]}
    assert listed("ballet", "hip_hop") == {found["ballet"], found["hip_hop"]}
    assert listed("polka") == set()
    assert listed() == set(found.values())


def test_only_classifications_are_listed_by_style(gateway):
    refused = gateway.client.get("/v1/comparisons", params={"style": "house"})
    assert (refused.status_code, refused.json()["reason"]) == (400, "UNKNOWN_PARAMETER")


@pytest.mark.parametrize(
    ("verdict", "answer"),
    [
        (
            classifier_pb2.VERDICT_UNKNOWN,
            {"style": "", "probability": None, "next_style": "hip_hop", "next_probability": 0.85},
        ),
        (
            classifier_pb2.VERDICT_NOT_A_DANCE,
            {"style": "", "probability": 0.05, "next_style": "hip_hop", "next_probability": 0.85},
        ),
        (
            classifier_pb2.VERDICT_NOT_SEEN,
            {"style": "", "probability": None, "next_style": "", "next_probability": None},
        ),
    ],
)
def test_an_answer_without_a_style_names_the_likeliest_one(gateway, backends, video, verdict, answer):
    backends.classifier.verdict = verdict
    found = finished(gateway, classify(gateway, video))["answer"]
    assert found.pop("verdict") == classifier_pb2.Verdict.Name(verdict).removeprefix("VERDICT_").lower()
    assert found == answer


@pytest.mark.parametrize("reason", ["NO_AUDIO", "NO_BEAT"])
def test_a_recording_without_sound_is_classified_without_beats(gateway, backends, video, reason):
    backends.errors["AnalyseMusic"] = UnusableMediaError("there is no sound", reason=reason)
    job = finished(gateway, classify(gateway, video))
    assert (job["status"], states(job)["listen"]) == ("succeeded", "done")
    assert list(backends.classifier.requests[0].options.beats_seconds) == []


def test_a_recording_that_shows_nobody_fails_with_the_reason(gateway, backends, video):
    backends.errors["Extract"] = UnusableMediaError("no person was found in the video", reason="NO_PERSON")
    job = finished(gateway, classify(gateway, video))
    assert job["error"] == {"reason": "NO_PERSON", "message": "no person was found in the video"}
    response = gateway.client.get(f"/v1/classifications/{job['id']}/result.json")
    assert (response.status_code, response.json()["reason"]) == (409, "NOT_FINISHED")


def test_a_dancer_seen_too_little_is_a_verdict_and_no_failure(gateway, backends, video):
    backends.classifier.verdict = classifier_pb2.VERDICT_NOT_SEEN
    found = result(gateway, finished(gateway, classify(gateway, video)))
    assert (found["verdict"], found["style"], found["probabilities"], found["novelty"]) == ("not_seen", "", None, None)


def test_a_model_that_is_not_there_fails_before_anything_is_extracted(gateway, backends, video):
    job = finished(gateway, classify(gateway, video, style_model="nobody's"))
    assert (job["status"], job["error"]["reason"]) == ("failed", "MODEL_NOT_FOUND")
    assert "nobody's" in job["error"]["message"]
    assert "Extract" not in backends.calls


def test_a_model_of_frames_needs_no_motion(gateway, backends, video):
    job = finished(gateway, classify(gateway, video, style_model="watcher"))
    assert (job["status"], states(job)["extract"]) == ("succeeded", "skipped")
    assert "Extract" not in backends.calls
    assert backends.classifier.requests[0].motion_uri == ""


def test_a_second_classification_extracts_and_listens_no_more(gateway, backends, video):
    finished(gateway, classify(gateway, video))
    backends.calls.clear()
    job = finished(gateway, classify(gateway, video, style_model="mine"))
    assert states(job)["extract"] == "cached"
    assert not {"Extract", "AnalyseMusic"} & set(backends.calls)
    assert backends.classifier.requests[-1].options.model.name == "mine"


def test_cancelling_stops_the_classifier(gateway, backends, video):
    backends.held.add("ClassifyVideo")
    job = classify(gateway, video)
    wait_until(lambda: backends.classifier.running)
    assert gateway.client.post(f"/v1/classifications/{job}/cancel").status_code == 202
    wait_until(lambda: backends.classifier.running == 0)
    assert finished(gateway, job)["status"] == "cancelled"


def test_a_busy_classifier_is_asked_again(gateway, backends, video):
    backends.errors["ClassifyVideo"] = BusyError("all workers are busy")
    assert finished(gateway, classify(gateway, video))["status"] == "succeeded"


def test_classifications_are_listed_newest_first_and_are_no_comparisons(gateway, video):
    first, second = classify(gateway, video), classify(gateway, video)
    finished(gateway, first)
    finished(gateway, second)
    listed = gateway.client.get("/v1/classifications").json()["items"]
    assert [job["id"] for job in listed[:2]] == [second, first]
    assert gateway.client.get(f"/v1/comparisons/{first}").status_code == 404
    missing = gateway.client.get("/v1/classifications/nothing")
    assert (missing.status_code, missing.json()["reason"]) == (404, "CLASSIFICATION_NOT_FOUND")


def test_progress_is_sent_as_events_until_the_end(gateway, backends, video):
    backends.held.add("ClassifyVideo")
    job = classify(gateway, video)
    lines = []
    with gateway.client.stream("GET", f"/v1/classifications/{job}/events") as response:
        for line in response.iter_lines():
            lines.append(line)
            if '"name":"classify","state":"running","done":1,"total":2' in line:
                backends.held.clear()
    assert not backends.held, "the first step was never sent"
    assert lines[-3] == "event: end"


@pytest.mark.parametrize("body", [{}, {"video_id": "x", "model": "huge"}, {"video_id": "x", "dance": "y"}])
def test_a_request_that_makes_no_sense_is_refused(gateway, body):
    assert gateway.client.post("/v1/classifications", json=body).status_code == 400


def test_an_unknown_recording_is_refused(gateway):
    response = gateway.client.post("/v1/classifications", json={"video_id": "x"})
    assert (response.status_code, response.json()["reason"]) == (404, "VIDEO_NOT_FOUND")


def test_the_result_is_described_with_examples(gateway):
    schema = gateway.client.get("/openapi.json").json()
    answer = schema["paths"]["/v1/classifications/{classification_id}/result.json"]["get"]["responses"]["200"]
    assert answer["content"]["application/json"]["schema"]["$ref"].endswith("/ClassificationResult")
    assert schema["components"]["schemas"]["WindowBody"]["properties"]["probabilities"]["examples"]


def test_a_killed_gateway_goes_on_with_a_classification_where_it_was(tmp_path, backends, store, folder):
    backends.held.add("ClassifyVideo")
    environment = gateway_environment(tmp_path, backends.targets)
    environment["EIGHTCOUNT_STORE_FOLDER"] = str(folder / "objects")
    with running_gateway(environment, tmp_path) as gateway:
        job = classify(gateway, gateway.upload(content()))
        wait_until(lambda: backends.classifier.running)
        gateway.kill()
    backends.held.clear()
    before = backends.calls.count("Extract")
    with running_gateway(environment, tmp_path) as gateway:
        assert finished(gateway, job)["status"] == "succeeded"
    assert backends.calls.count("Extract") == before == 1


def test_a_gateway_without_a_classifier_is_ready_and_says_what_it_lacks(tmp_path, backends, folder):
    targets = {name: target for name, target in backends.targets.items() if name != "classifier"}
    environment = gateway_environment(tmp_path, targets) | {"EIGHTCOUNT_STORE_FOLDER": str(folder / "objects")}
    with running_gateway(environment, tmp_path) as gateway:
        assert gateway.client.get("/readyz").json()["ready"]
        response = gateway.client.post("/v1/classifications", json={"video_id": gateway.upload(content())})
        assert (response.status_code, response.json()["reason"]) == (503, "CLASSIFIER_NOT_CONFIGURED")
