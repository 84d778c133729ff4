"""Deletion that deletes: every object of the store and every row of the database, before and after."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from eightcount_common.errors import BusyError
from eightcount_gateway.kinds.catalogue import KINDS
from tests.data.rigs import MIXAMO, bvh_of
from tests.fakes.backends import FakeBackends
from tests.fakes.classifier import model_info
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway, wait_until
from tests.fakes.generator import dance_model
from tests.fakes.inventory import Kept, everything_kept
from tests.fakes.postgres import running_postgres


@dataclass
class House:
    """A gateway, and what it keeps. Styles and models have names that no other test gives."""

    gateway: GatewayProcess
    backends: FakeBackends
    database: str
    own: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def style(self) -> str:
        return f"solo-{self.own}"

    @property
    def style_model(self) -> str:
        return f"studio-{self.own}"

    @property
    def dance_model(self) -> str:
        return f"moves-{self.own}"

    @property
    def store(self):
        return self.backends.store

    def kept(self) -> Kept:
        """A listing once nothing changes any more."""
        before = everything_kept(self.store, self.database)
        while True:
            time.sleep(0.15)
            after = everything_kept(self.store, self.database)
            if before == after:
                return after
            before = after

    def upload(self, name: str = "dance.mp4") -> str:
        return self.gateway.upload(uuid.uuid4().bytes * 60, name)

    def create(self, path: str, body: dict[str, Any]) -> str:
        response = self.gateway.client.post(f"/v1/{path}", json=body)
        assert response.status_code == 202, response.text
        return response.json()["id"]

    def run(self, path: str, body: dict[str, Any]) -> str:
        job = self.gateway.finished(self.create(path, body), path)
        assert job["status"] == "succeeded", job
        return job["id"]

    def delete(self, path: str, resource: str, **query: Any) -> dict[str, Any]:
        response = self.gateway.client.delete(f"/v1/{path}/{resource}", params=query)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
def house(gateway, backends, folder) -> House:
    backends.generator.models = [dance_model("mine"), dance_model("poses", supports_constraints=True)]
    return House(gateway, backends, f"sqlite:///{folder / 'jobs.sqlite'}")


def names(listed: list[dict[str, Any]]) -> set[str]:
    return {one["resource"] for one in listed}


def a_comparison(house: House, videos: list[str]) -> str:
    return house.run("comparisons", {"reference_video_id": videos[0], "take_video_id": videos[1]})


def an_extraction(house: House, videos: list[str]) -> str:
    return house.run("extractions", {"video_id": videos[0], "training": True})


def a_classification(house: House, videos: list[str]) -> str:
    return house.run("classifications", {"video_id": videos[0]})


def a_style_addition(house: House, videos: list[str]) -> str:
    return house.run("style-additions", {"name": house.style, "video_ids": videos})


def a_style_training(house: House, videos: list[str]) -> str:
    items = [{"video_id": video, "style": "house"} for video in videos]
    return house.run("style-trainings", {"name": house.style_model, "items": items})


def a_dance(house: House, videos: list[str]) -> str:
    key = {"seconds": 1.0, "video_id": videos[1], "at_seconds": 0.5}
    dance = house.run("dances", {"music_id": videos[0], "key_poses": [key], "model": "poses"})
    assert house.gateway.client.get(f"/v1/dances/{dance}/stage.glb").is_success
    return dance


def a_dance_training(house: House, videos: list[str]) -> str:
    return house.run("dance-trainings", {"name": house.dance_model, "items": [{"video_id": video} for video in videos]})


MAKERS: dict[str, Callable[[House, list[str]], str]] = {
    "comparison": a_comparison,
    "extraction": an_extraction,
    "classification": a_classification,
    "style_addition": a_style_addition,
    "style_training": a_style_training,
    "dance": a_dance,
    "dance_training": a_dance_training,
}


def test_every_kind_is_deleted_here() -> None:
    assert set(MAKERS) == {kind.name for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_of_a_deleted_job_nothing_is_left(house, kind):
    videos = [house.upload(), house.upload()]
    before = house.kept()
    job = MAKERS[kind.name](house, videos)
    made = house.kept()
    assert made.rows > before.rows
    listed = house.delete(kind.path, job, dry_run=True)
    assert house.kept() == made, "a dry run changes nothing"
    report = house.delete(kind.path, job)
    assert report == listed | {"dry_run": False}
    assert report["kept"] == []
    assert {"resource": kind.name, "id": job} in report["deleted"]
    after = house.kept()
    assert after.objects == before.objects
    assert after.rows == before.rows
    again = house.gateway.client.delete(f"/v1/{kind.path}/{job}")
    assert (again.status_code, again.json()["reason"]) == (404, kind.not_found)


@pytest.mark.parametrize("kind", ["comparison", "extraction", "classification", "dance"])
def test_what_is_made_of_videos_goes_with_the_last_of_them(house, kind):
    before = house.kept()
    videos = [house.upload(), house.upload()]
    MAKERS[kind](house, videos)
    for video in videos:
        report = house.delete("videos", video)
    assert report["kept"] == []
    assert house.kept() == before


def test_a_comparison_outlives_one_of_its_videos_and_keeps_its_motions(house):
    before = house.kept()
    reference, take = house.upload(), house.upload()
    comparison = house.gateway.compare(reference, take)
    house.gateway.finished(comparison)
    report = house.delete("videos", reference)
    needed = {(one["resource"], by["resource"], by["id"]) for one in report["kept"] for by in one["needed_by"]}
    assert ("comparison", "video", take) in needed
    assert ("extracted_motion", "comparison", comparison) in needed
    assert house.gateway.client.get(f"/v1/videos/{reference}").status_code == 404
    for name in ("report.json", "side_by_side.mp4", "motions/reference.npz", "motions/take.npz"):
        assert house.gateway.client.get(f"/v1/comparisons/{comparison}/{name}").is_success, name
    house.delete("videos", take)
    for name in ("report.json", "side_by_side.mp4", "motions/reference.npz", "motions/take.npz"):
        assert house.gateway.client.get(f"/v1/comparisons/{comparison}/{name}").status_code == 404, name
    assert house.kept() == before


def image_features(house: House) -> set[str]:
    return {key for key in house.kept().objects if key.startswith("styles/features/")}


def a_classification_by_frames(house: House, videos: list[str]) -> str:
    return house.run("classifications", {"video_id": videos[0], "style_model": "watcher"})


def a_training_on_frames(house: House, videos: list[str]) -> str:
    items = [{"video_id": video, "style": "house"} for video in videos]
    return house.run("style-trainings", {"name": house.style_model, "family": "frames-gru", "items": items})


def test_image_features_go_with_the_last_job_that_needs_them(house):
    videos = [house.upload(), house.upload()]
    before = house.kept()
    training = a_training_on_frames(house, videos)
    classification = a_classification_by_frames(house, videos)
    assert len(image_features(house)) == 2
    kept = house.delete("classifications", classification)["kept"]
    needed_by = next(one["needed_by"] for one in kept if one["resource"] == "image_features")
    assert needed_by == [{"resource": "style_training", "id": training}]
    assert "image_features" in names(house.delete("style-trainings", training)["deleted"])
    assert house.kept() == before


def test_image_features_go_with_the_video_although_the_training_stays(house):
    before = house.kept()
    videos = [house.upload(), house.upload()]
    training = a_training_on_frames(house, videos)
    features = image_features(house)
    for deleted, video in enumerate(videos, start=1):
        assert "image_features" in names(house.delete("videos", video)["deleted"])
        assert len(image_features(house)) == len(features) - deleted
    assert house.gateway.client.get(f"/v1/style-trainings/{training}").is_success
    house.delete("style-trainings", training)
    assert house.kept() == before


def test_image_features_go_with_the_content(house):
    video = house.upload()
    a_classification_by_frames(house, [video])
    assert image_features(house)
    assert house.gateway.client.delete(f"/v1/videos/{video}/content").status_code == 204
    assert not image_features(house)


def test_a_shared_motion_goes_with_its_last_user(house):
    video, other = house.upload(), house.upload()
    before = house.kept()
    extraction = house.run("extractions", {"video_id": video})
    comparison = house.run("comparisons", {"reference_video_id": video, "take_video_id": other})
    report = house.delete("extractions", extraction)
    kept = {one["resource"]: one["needed_by"] for one in report["kept"]}
    assert kept["extracted_motion"] == [{"resource": "comparison", "id": comparison}]
    assert house.gateway.client.get(f"/v1/comparisons/{comparison}/motions/reference.npz").is_success
    assert house.delete("comparisons", comparison)["kept"] == []
    assert house.kept() == before


def test_motions_of_other_models_stay_when_one_goes(house):
    video = house.upload()
    lite = house.run("extractions", {"video_id": video, "model": "lite"})
    before = house.kept()
    heavy = house.run("extractions", {"video_id": video, "model": "heavy"})
    deleted = house.delete("extractions", heavy)["deleted"]
    assert [one["resource"] for one in deleted] == ["extraction", "extracted_motion"]
    assert house.kept() == before
    assert house.gateway.client.get(f"/v1/extractions/{lite}/motion.npz").is_success


def test_the_same_content_uploaded_twice_shares_its_motion(house):
    data = uuid.uuid4().bytes * 60
    first, second = house.gateway.upload(data), house.gateway.upload(data)
    house.run("extractions", {"video_id": first})
    extraction = house.run("extractions", {"video_id": second})
    report = house.delete("videos", first)
    assert "extracted_motion" in names(report["kept"])
    assert house.gateway.client.get(f"/v1/extractions/{extraction}/motion.npz").is_success
    assert "extracted_motion" in names(house.delete("videos", second)["deleted"])


def test_a_dance_goes_with_the_dance_that_was_changed(house):
    before = house.kept()
    song = house.upload("song.mp3")
    first = house.run("dances", {"music_id": song, "model": "poses", "formats": ["npz"]})
    edit = {"dance_id": first, "keep": ["legs"], "start_seconds": 1, "end_seconds": 3}
    second = house.run("dances", {"edit": edit, "formats": ["npz"]})
    report = house.delete("dances", first)
    assert {"resource": "dance", "id": second} == {key: report["kept"][0][key] for key in ("resource", "id")}
    assert report["kept"][0]["needed_by"] == [{"resource": "video", "id": song}]
    house.delete("videos", song)
    assert house.kept() == before


def test_a_style_goes_with_its_additions(house):
    videos = [house.upload(), house.upload()]
    before = house.kept()
    addition = a_style_addition(house, videos)
    report = house.delete("styles", house.style)
    assert {"style", "style_addition"} <= names(report["deleted"])
    assert house.backends.classifier.added == set()
    assert house.gateway.client.get(f"/v1/style-additions/{addition}").status_code == 404
    assert house.kept() == before
    again = house.gateway.client.delete(f"/v1/styles/{house.style}")
    assert (again.status_code, again.json()["reason"]) == (404, "STYLE_NOT_FOUND")


def test_a_style_that_was_added_again_stays_when_its_first_addition_goes(house):
    videos = [house.upload(), house.upload()]
    first, _second = a_style_addition(house, videos), a_style_addition(house, videos)
    assert "style" not in names(house.delete("style-additions", first)["deleted"])
    assert house.backends.classifier.added == {house.style}


@pytest.mark.parametrize(
    ("path", "maker", "name"),
    [("style-models", "style_training", "style_model"), ("dance-models", "dance_training", "dance_model")],
)
def test_a_model_is_deleted_and_its_training_stays(house, path, maker, name):
    videos = [house.upload(), house.upload()]
    job = MAKERS[maker](house, videos)
    training = getattr(house, name)
    report = house.delete(path, training)
    assert report["deleted"] == [{"resource": path[:-1].replace("-", "_"), "id": training}]
    assert not [key for key in house.kept().objects if f"/models/{training}/" in key]
    assert house.gateway.client.get(f"/v1/{path}/{training}").status_code == 404
    assert house.gateway.client.delete(f"/v1/{path}/{training}").status_code == 404
    assert house.gateway.client.get(f"/v1/{maker.replace('_', '-')}s/{job}").is_success


def test_a_pretrained_model_cannot_be_deleted(house):
    refused = house.gateway.client.delete("/v1/style-models/starter")
    assert (refused.status_code, refused.json()["reason"]) == (409, "MODEL_IS_PRETRAINED")


def test_a_model_is_not_deleted_under_a_job_that_uses_it(house):
    house.backends.classifier.models.append(model_info("busy"))
    house.backends.held.add("Extract")
    job = house.create("classifications", {"video_id": house.upload(), "style_model": "busy"})
    refused = house.gateway.client.delete("/v1/style-models/busy")
    assert (refused.status_code, refused.json()["reason"]) == (409, "NOT_FINISHED")
    assert job in refused.json()["detail"]
    house.gateway.client.post(f"/v1/classifications/{job}/cancel")
    house.gateway.finished(job, "classifications")
    house.delete("style-models", "busy")


def test_a_running_job_and_its_videos_are_not_deleted(house):
    house.backends.held.add("Extract")
    videos = [house.upload(), house.upload()]
    before = house.kept()
    job = house.gateway.compare(*videos)
    wait_until(lambda: house.gateway.job(job)["status"] == "running")
    for path in (f"comparisons/{job}", f"videos/{videos[0]}"):
        refused = house.gateway.client.delete(f"/v1/{path}")
        assert (refused.status_code, refused.json()["reason"]) == (409, "NOT_FINISHED")
    assert house.gateway.client.post(f"/v1/comparisons/{job}/cancel").status_code == 202
    assert house.gateway.finished(job)["status"] == "cancelled"
    house.delete("comparisons", job)
    assert house.kept() == before


def test_a_failed_and_a_waiting_job_leave_nothing(house):
    video = house.upload()
    before = house.kept()
    house.backends.errors["Extract"] = BusyError("no worker is free")
    house.backends.empty.add(b"".join(house.store.read(f"videos/{video}/content")))
    failed = house.gateway.finished(house.create("extractions", {"video_id": video}), "extractions")
    assert failed["status"] == "failed"
    house.delete("extractions", failed["id"])
    house.backends.empty.clear()
    house.backends.held.add("Extract")
    jobs = [house.create("extractions", {"video_id": video, "model": size}) for size in ("lite", "full", "heavy")]
    for job in jobs:
        house.gateway.client.post(f"/v1/extractions/{job}/cancel")
    for job in jobs:
        assert house.gateway.finished(job, "extractions")["status"] == "cancelled"
        house.delete("extractions", job)
    assert house.kept() == before


def test_a_motion_file_goes_with_its_motion(house):
    video = house.upload()
    extraction = house.run("extractions", {"video_id": video})
    data = house.gateway.client.get(f"/v1/extractions/{extraction}/motion.npz").content
    before = house.kept()
    response = house.gateway.client.post("/v1/motions", files={"file": ("walk.npz", data)})
    assert response.status_code == 201, response.text
    motion = response.json()["id"]
    house.run("classifications", {"motion_id": motion})
    deleted = house.delete("motions", motion)["deleted"]
    assert {"motion", "classification", "extracted_motion"} <= names(deleted)
    assert house.kept() == before
    assert house.gateway.client.delete(f"/v1/motions/{motion}").status_code == 404


def test_a_recording_without_content_keeps_its_motion(house):
    video = house.upload()
    before = house.kept()
    extraction = house.run("extractions", {"video_id": video, "training": True})
    assert house.gateway.client.delete(f"/v1/videos/{video}/content").status_code == 204
    report = house.delete("extractions", extraction)
    assert [one["needed_by"] for one in report["kept"]] == [[{"resource": "video", "id": video}]] * 2
    report = house.delete("videos", video)
    assert {"video", "extracted_motion", "music_analysis"} == names(report["deleted"])
    assert not house.kept().objects - before.objects


def test_keys_of_idempotent_requests_go_with_what_they_created(house):
    before = house.kept()
    files = {"file": ("dance.mp4", io.BytesIO(uuid.uuid4().bytes * 60))}
    key = {"Idempotency-Key": str(uuid.uuid4())}
    video = house.gateway.client.post("/v1/videos", files=files, headers=key).json()["id"]
    key = {"Idempotency-Key": str(uuid.uuid4())}
    job = house.gateway.client.post("/v1/extractions", json={"video_id": video}, headers=key).json()["id"]
    house.gateway.finished(job, "extractions")
    house.delete("videos", video)
    assert house.kept() == before


@pytest.mark.parametrize("kind", ["style_training", "dance_training", "style_addition"])
def test_what_was_learned_outlives_the_videos_and_keeps_their_motions(house, kind):
    before = house.kept()
    videos = [house.upload(), house.upload()]
    job = MAKERS[kind](house, videos)
    for video in videos:
        report = house.delete("videos", video)
        assert {by["id"] for one in report["kept"] for by in one["needed_by"]} == {job}
    path = next(one.path for one in KINDS if one.name == kind)
    assert house.gateway.client.get(f"/v1/{path}/{job}/result.json").is_success
    house.delete(path, job)
    assert house.kept() == before


def test_a_skeleton_is_deleted_and_its_dances_stay(house):
    before = house.kept()
    song = house.upload("song.mp3")
    response = house.gateway.client.post("/v1/skeletons", files={"file": ("rig.bvh", bvh_of(MIXAMO).encode())})
    assert response.status_code == 201, response.text
    skeleton = response.json()["id"]
    dance = house.run("dances", {"music_id": song, "model": "mine", "formats": ["bvh"], "skeleton_id": skeleton})
    assert house.delete("skeletons", skeleton)["deleted"] == [{"resource": "skeleton", "id": skeleton}]
    assert house.gateway.client.get(f"/v1/dances/{dance}/dance.bvh").is_success
    assert house.gateway.client.delete(f"/v1/skeletons/{skeleton}").status_code == 404
    house.delete("videos", song)
    assert house.kept() == before


def test_the_motions_of_chosen_dancers_go_one_by_one(house):
    before = house.kept()
    video = house.upload()
    left, right = ({"x": x, "y": 0.5, "at_seconds": 1.0} for x in (0.25, 0.75))
    comparison = house.run(
        "comparisons",
        {"reference_video_id": video, "take_video_id": video, "reference_dancer": left, "take_dancer": right},
    )
    extraction = house.run("extractions", {"video_id": video, "dancer": right})
    kept = house.delete("comparisons", comparison)["kept"]
    assert {one["resource"] for one in kept} == {"extracted_motion", "preview", "music_analysis"}
    assert all(one["needed_by"] == [{"resource": "extraction", "id": extraction}] for one in kept)
    assert (
        len([key for key in house.kept().objects if key.endswith(".motion")])
        == len([key for key in before.objects if key.endswith(".motion")]) + 1
    )
    house.delete("videos", video)
    assert house.kept() == before


def test_in_postgresql_nothing_is_left_either(tmp_path, folder, backends):
    with running_postgres() as create_database:
        url = create_database()
        environment = gateway_environment(tmp_path, backends.targets, database_url=url)
        environment["EIGHTCOUNT_STORE_FOLDER"] = str(folder / "objects")
        with running_gateway(environment, tmp_path) as gateway:
            house = House(gateway, backends, url.replace("postgresql://", "postgresql+psycopg://", 1))
            before = house.kept()
            videos = [house.upload(), house.upload()]
            a_comparison(house, videos)
            a_style_training(house, videos)
            assert any(row.startswith("workflow_status") for row in house.kept().rows)
            assert house.delete("style-models", house.style_model)["kept"] == []
            house.delete("style-trainings", house.gateway.client.get("/v1/style-trainings").json()["items"][0]["id"])
            for video in videos:
                house.delete("videos", video)
            assert house.kept() == before
