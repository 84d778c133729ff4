"""Motions from files over HTTP: they are classified and trained on like extracted ones."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from eightcount_common.importing.motion_file import read_motion, write_motion_npz
from eightcount_common.motion import MotionSequence
from eightcount_common.rpc.wire import decode_motion, read_motion_messages
from eightcount_common.skeletons import BODY_12
from tests.data.bvh_defects import DEFECTS
from tests.fakes.motion import synthetic_motion


def npz(motion: MotionSequence, folder: Path) -> bytes:
    path = folder / "motion.npz"
    write_motion_npz(motion, path)
    return path.read_bytes()


def captured(frames: int = 90, seed: int = 0) -> MotionSequence:
    """A motion as motion capture provides it, without image coordinates."""
    world = np.random.default_rng(seed).normal(size=(frames, 12, 3)).astype(np.float32)
    image = np.full((frames, 12, 2), np.nan, np.float32)
    return MotionSequence(BODY_12, np.arange(frames) / 30, image, world, np.ones((frames, 12), np.float32), "bvh")


def upload(gateway, data: bytes, name: str = "take.npz") -> dict:
    response = gateway.client.post("/v1/motions", files={"file": (name, data)})
    assert response.status_code == 201, response.text
    return response.json()


def test_a_motion_is_taken_in_and_described(gateway, store, tmp_path):
    motion = captured()
    body = upload(gateway, npz(motion, tmp_path))
    assert (body["skeleton"], body["model"], body["frames"], body["duration_seconds"]) == ("body_12", "bvh", 90, 3.0)
    with store.open(f"motions/{body['sha256']}/bvh.motion") as file:
        kept = decode_motion(*read_motion_messages(file))
    np.testing.assert_array_equal(kept.world, motion.world)
    np.testing.assert_allclose(kept.timestamps, motion.timestamps)


def test_a_motion_is_found_again_in_the_list_and_by_its_id(gateway, tmp_path):
    body = upload(gateway, npz(captured(seed=7), tmp_path), "found again.npz")
    assert gateway.client.get(f"/v1/motions/{body['id']}").json() == body
    assert gateway.client.get("/v1/motions", params={"file_name": "found again.npz"}).json()["items"] == [body]
    assert not gateway.client.get("/v1/videos", params={"file_name": "found again.npz"}).json()["items"]
    missing = gateway.client.get("/v1/motions/nothing")
    assert (missing.status_code, missing.json()["reason"]) == (404, "MOTION_NOT_FOUND")


def test_a_motion_is_classified_without_pose_network_and_music(gateway, backends, store, tmp_path):
    body = upload(gateway, npz(captured(seed=1), tmp_path))
    response = gateway.client.post("/v1/classifications", json={"motion_id": body["id"], "model": "full"})
    job = gateway.finished(response.json()["id"], "classifications")
    assert (job["status"], job["motion_id"], job["video_id"]) == ("succeeded", body["id"], "")
    assert {step["name"]: step["state"] for step in job["steps"]}["extract"] == "cached"
    assert not {"Probe", "Extract", "AnalyseMusic"} & set(backends.calls)
    (request,) = backends.classifier.requests
    assert request.motion_uri == store.uri(f"motions/{body['sha256']}/bvh.motion")
    assert (request.video_uri, list(request.options.beats_seconds)) == ("", [])


def test_a_motion_extracted_here_can_come_back_as_a_file(gateway, tmp_path):
    video = gateway.upload(b"some dance" * 20)
    job = gateway.client.post("/v1/extractions", json={"video_id": video}).json()
    job = gateway.finished(job["id"], "extractions")
    body = upload(gateway, gateway.client.get(job["links"]["motion.npz"]).content)
    assert (body["skeleton"], body["model"], body["frames"]) == ("blazepose_33", "fake-3/1", 120)


def test_motions_and_recordings_teach_and_train_alike(gateway, tmp_path):
    ids = [upload(gateway, npz(captured(seed=seed), tmp_path))["id"] for seed in (2, 3)]
    added = gateway.client.post("/v1/style-additions", json={"name": "captured", "video_ids": ids}).json()
    assert gateway.finished(added["id"], "style-additions")["status"] == "succeeded"
    items = [{"video_id": motion, "style": "house"} for motion in ids]
    trained = gateway.client.post("/v1/style-trainings", json={"name": "captured", "items": items}).json()
    assert gateway.finished(trained["id"], "style-trainings")["status"] == "succeeded"


def test_a_motion_cannot_be_watched(gateway, tmp_path):
    motion = upload(gateway, npz(captured(seed=4), tmp_path))["id"]
    response = gateway.client.post("/v1/classifications", json={"motion_id": motion, "style_model": "watcher"})
    job = gateway.finished(response.json()["id"], "classifications")
    assert (job["status"], job["error"]["reason"]) == ("failed", "CONTENT_DELETED")


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("dance.npz", b"no archive", "INVALID_MOTION"),
        ("dance.txt", b"some text", "UNKNOWN_MOTION_FORMAT"),
        ("dance.bvh", b"HIERARCHY nonsense", None),
    ],
)
def test_what_is_no_motion_is_refused(gateway, name, data, reason):
    response = gateway.client.post("/v1/motions", files={"file": (name, data)})
    assert response.status_code == 400
    assert reason in (None, response.json()["reason"])


def test_a_file_that_differs_from_its_header_is_read_and_the_difference_is_kept(gateway):
    made = DEFECTS["one row more than stated"].make()
    body = gateway.client.post("/v1/motions", files={"file": ("take.bvh", made.data)}).json()
    assert (body["frames"], [one["reason"] for one in body["warnings"]]) == (30, ["FRAMES_MISCOUNTED"])
    assert gateway.client.get(f"/v1/motions/{body['id']}").json() == body


def test_a_motion_is_compared_with_a_video_and_with_another_motion(gateway, backends, tmp_path):
    made = DEFECTS["CRLF"].make()
    motion = gateway.client.post("/v1/motions", files={"file": ("take.bvh", made.data)}).json()["id"]
    other = gateway.client.post("/v1/motions", files={"file": ("b.npz", npz(captured(), tmp_path))}).json()["id"]
    video = gateway.upload(b"a video" * 50, "take.mp4")
    for reference, take in ((motion, video), (video, motion), (motion, other)):
        comparison = gateway.finished(gateway.compare(reference, take))
        assert comparison["status"] == "succeeded", comparison
        reasons = [one["reason"] for one in gateway.client.get(comparison["links"]["report.json"]).json()["warnings"]]
        assert "NO_SHARED_MUSIC" in reasons
    assert "Align" not in backends.calls, "a motion has no sound to align by"


def test_a_motion_comes_back_as_npz_from_an_extraction(gateway, tmp_path):
    made = DEFECTS["CRLF"].make()
    motion = gateway.client.post("/v1/motions", files={"file": ("take.bvh", made.data)}).json()["id"]
    job = gateway.client.post("/v1/extractions", json={"video_id": motion}).json()
    job = gateway.finished(job["id"], "extractions")
    data = gateway.client.get(job["links"]["motion.npz"]).content
    np.testing.assert_allclose(read_motion(io.BytesIO(data), "motion.npz").world, made.truth, atol=1e-3)


def test_an_empty_stage_is_refused(gateway, tmp_path):
    motion = synthetic_motion(10)
    nobody = MotionSequence(
        motion.skeleton, motion.timestamps, np.full_like(motion.image, np.nan), np.full_like(motion.world, np.nan),
        motion.visibility,
    )  # fmt: skip
    response = gateway.client.post("/v1/motions", files={"file": ("a.npz", npz(nobody, tmp_path))})
    assert (response.status_code, response.json()["reason"]) == (422, "NO_PERSON")


def test_a_motion_that_is_too_large_is_refused(gateway):
    response = gateway.client.post("/v1/motions", files={"file": ("a.npz", io.BytesIO(bytes(4 * 1024 * 1024)))})
    assert response.status_code == 413


@pytest.mark.parametrize("body", [{"video_id": "a", "motion_id": "b"}, {"video_id": ""}])
def test_one_of_recording_and_motion_is_wanted(gateway, body):
    assert gateway.client.post("/v1/classifications", json=body).status_code == 400
