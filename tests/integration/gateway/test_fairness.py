"""Several people at once: short jobs beside long ones, and waiting that never fails."""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from eightcount_common.storage.folder import FolderStore
from tests.fakes.backends import FakeBackends, running_backends
from tests.fakes.gateway_process import GatewayProcess, gateway_environment, running_gateway, wait_until

LONG_FRAMES = 1800
SHORT_JOBS: dict[str, dict[str, Any]] = {
    "comparisons": {"reference_video_id": "known", "take_video_id": "other"},
    "extractions": {"video_id": "short"},
    "classifications": {"video_id": "known"},
    "style-additions": {"name": "ours", "video_ids": ["known", "other"]},
    "dances": {"music_id": "known", "duration_seconds": 4.0, "formats": ["npz"]},
    "style-trainings": {"name": "ours", "items": [{"video_id": one, "style": "solo"} for one in ("known", "other")]},
    "dance-trainings": {"name": "ours", "items": [{"video_id": "known"}, {"video_id": "other"}]},
}  # fmt: skip
"""A short job of every kind; words stand for videos: two with known motions, and one of four seconds."""


def new_content() -> bytes:
    return uuid.uuid4().bytes * 100


def upload_long(gateway: GatewayProcess, backends: FakeBackends, *, held: bool = False) -> str:
    content = new_content()
    backends.lengths[content] = LONG_FRAMES
    if held:
        backends.held_contents.add(content)
    return gateway.upload(content)


def create(gateway: GatewayProcess, path: str, body: dict[str, Any]) -> str:
    response = gateway.client.post(f"/v1/{path}", json=body)
    assert response.status_code == 202, response.text
    return response.json()["id"]


def extract(gateway: GatewayProcess, video: str) -> str:
    return create(gateway, "extractions", {"video_id": video})


def fill_in(value: Any, videos: dict[str, str]) -> Any:
    """Return a body with the ids of videos in place of their words."""
    if isinstance(value, dict):
        return {name: fill_in(one, videos) for name, one in value.items()}
    if isinstance(value, list):
        return [fill_in(one, videos) for one in value]
    return videos.get(value, value) if isinstance(value, str) else value


@contextmanager
def long_jobs(gateway: GatewayProcess, backends: FakeBackends, count: int = 4) -> Iterator[list[str]]:
    """Comparisons of new videos that stop in the middle of their extractions until the context ends."""
    backends.chunk_frames = 300
    jobs = [gateway.compare(*(upload_long(gateway, backends, held=True) for _ in range(2))) for _ in range(count)]
    wait_until(lambda: backends.running == 4)
    yield jobs
    assert {gateway.job(job)["status"] for job in jobs} == {"running", "queued"}, "the long ones are still at work"
    backends.held_contents.clear()
    for job in jobs:
        assert gateway.finished(job)["status"] == "succeeded"


@pytest.fixture
def known_videos(gateway) -> list[str]:
    """Two videos whose motions are stored."""
    videos = [gateway.upload(new_content()) for _ in range(2)]
    assert gateway.finished(gateway.compare(*videos))["status"] == "succeeded"
    return videos


@pytest.mark.parametrize("path", SHORT_JOBS)
def test_a_short_job_of_every_kind_does_not_wait_for_long_ones(gateway, backends, known_videos, path):
    with long_jobs(gateway, backends):
        videos = {"known": known_videos[0], "other": known_videos[1], "short": gateway.upload(new_content())}
        job = gateway.finished(create(gateway, path, fill_in(SHORT_JOBS[path], videos)), path)
        assert job["status"] == "succeeded", job


def test_every_kind_has_a_short_job_here(gateway):
    document = gateway.client.get("/openapi.json").json()
    creating = {path.split("/")[2] for path, item in document["paths"].items() if f"{path}/{{" and "post" in item}
    with_jobs = {
        name for name in creating if any("/cancel" in path for path in document["paths"] if f"/{name}/" in path)
    }
    assert with_jobs == set(SHORT_JOBS)


def test_requests_are_answered_while_long_jobs_run(gateway, backends, known_videos):
    with long_jobs(gateway, backends):
        a, b = known_videos
        assert gateway.client.post("/v1/alignments", json={"a_video_id": a, "b_video_id": b}).status_code == 200
        for path in ("videos", *SHORT_JOBS):
            assert gateway.client.get(f"/v1/{path}").status_code == 200
        assert gateway.client.get(f"/v1/videos/{gateway.upload(new_content())}").json()["media"]


@pytest.mark.parametrize("path", ["comparisons", "extractions", "classifications", "style-additions"])
def test_what_is_known_is_neither_probed_nor_extracted_again(gateway, backends, known_videos, path):
    videos = {"known": known_videos[0], "other": known_videos[1], "short": known_videos[0]}
    backends.calls.clear()
    assert gateway.finished(create(gateway, path, fill_in(SHORT_JOBS[path], videos)), path)["status"] == "succeeded"
    assert not {"Probe", "Extract"} & set(backends.calls)


def test_a_new_version_of_the_pose_service_extracts_again(gateway, backends, known_videos):
    backends.pose_version = 2
    backends.calls.clear()
    job = gateway.finished(create(gateway, "classifications", {"video_id": known_videos[0]}), "classifications")
    assert job["status"] == "succeeded"
    assert backends.calls.count("Extract") == 1


def test_a_video_that_could_not_be_read_when_it_came_is_read_once_by_a_job(gateway, backends):
    backends.busy["Probe"] = 1
    video = gateway.upload(new_content())
    assert gateway.client.get(f"/v1/videos/{video}").json()["media"] is None
    for _ in range(2):
        assert gateway.finished(extract(gateway, video), "extractions")["status"] == "succeeded"
    assert backends.calls.count("Probe") == 2
    assert gateway.client.get(f"/v1/videos/{video}").json()["media"]["width"] == 640


CALLS = ("DescribeModel", "Extract", "Align", "MeasurePictureOffset", "AnalyseMusic", "Score", "Render")
"""Calls of a comparison."""


@pytest.mark.parametrize("call", CALLS)
def test_a_job_waits_for_as_long_as_a_service_is_full(gateway, backends, call):
    backends.busy[call] = 2
    job = gateway.finished(gateway.compare(*(gateway.upload(new_content()) for _ in range(2))), seconds=120)
    assert job["status"] == "succeeded", job


@pytest.mark.parametrize(("path", "call"), [
    ("classifications", "ClassifyVideo"), ("style-additions", "AddStyle"), ("style-trainings", "Train"),
    ("dances", "Generate"), ("dances", "Export"), ("dance-trainings", "Train"), ("extractions", "DescribeModel"),
])  # fmt: skip
def test_a_job_of_every_kind_waits_for_as_long_as_its_service_is_full(gateway, backends, known_videos, path, call):
    backends.busy[call] = 2
    videos = {"known": known_videos[0], "other": known_videos[1], "short": known_videos[0]}
    job = gateway.finished(create(gateway, path, fill_in(SHORT_JOBS[path], videos)), path)
    assert job["status"] == "succeeded", job
    assert backends.busy[call] == 0


def test_a_middle_job_does_not_wait_for_jobs_of_hours(gateway, backends):
    hours = new_content()
    backends.lengths[hours] = 2 * 3600 * 30
    backends.chunk_frames, own = 100_000, upload_long(gateway, backends)
    backends.held_contents.add(hours)
    video = gateway.upload(hours)
    jobs = [gateway.compare(video, upload_long(gateway, backends)) for _ in range(3)]
    wait_until(lambda: backends.running)
    job = gateway.finished(extract(gateway, own), "extractions")
    assert job["status"] == "succeeded"
    assert {gateway.job(job)["status"] for job in jobs} == {"running", "queued"}
    for job in jobs:
        gateway.cancel(job)
        gateway.finished(job)


def test_a_job_that_waits_is_cancelled_at_once(gateway, backends):
    with long_jobs(gateway, backends) as jobs:
        waiting = extract(gateway, upload_long(gateway, backends))
        assert gateway.job(waiting, "extractions")["queue_position"] == len(jobs) - 2 + 1
        gateway.cancel(waiting, "extractions")
        assert gateway.job(waiting, "extractions")["status"] == "cancelled"
        gateway.cancel(jobs[0])
        wait_until(lambda: gateway.job(jobs[0])["status"] == "cancelled")
        assert gateway.job(jobs[2])["status"] in ("queued", "running")
        jobs.remove(jobs[0])


def test_places_in_the_queue_are_counted_lane_by_lane(gateway, backends, known_videos):
    with long_jobs(gateway, backends) as jobs:
        backends.held.add("Extract")
        short = [extract(gateway, gateway.upload(new_content())) for _ in range(10)]
        wait_until(lambda: sum(gateway.job(job, "extractions")["status"] == "running" for job in short) == 8)
        assert [gateway.job(job, "extractions")["queue_position"] for job in short[8:]] == [1, 2]
        assert [gateway.job(job)["queue_position"] for job in jobs] == [None, None, 1, 2]
        metrics = gateway.client.get("/metrics").text
        for line in (
            'eightcount_lane_jobs{lane="short",status="running"} 8.0',
            'eightcount_lane_jobs{lane="short",status="queued"} 2.0',
            'eightcount_lane_jobs{lane="middle",status="running"} 2.0',
            'eightcount_lane_jobs{lane="middle",status="queued"} 2.0',
        ):
            assert line in metrics
        backends.held.clear()
        for job in short:
            assert gateway.finished(job, "extractions")["status"] == "succeeded"


def test_a_class_of_students_against_one_reference(gateway, backends):
    """Every take is compared, and the reference is extracted once."""
    reference = gateway.upload(new_content())
    jobs = [gateway.compare(reference, gateway.upload(new_content())) for _ in range(20)]
    assert {gateway.finished(job, seconds=240)["status"] for job in jobs} == {"succeeded"}
    assert backends.calls.count("Extract") == len(jobs) + 1


@pytest.fixture
def own_backends(tmp_path: Path) -> Iterator[FakeBackends]:
    with running_backends(FolderStore(tmp_path / "objects")) as backends:
        yield backends


def test_jobs_that_wait_survive_a_restart_in_their_lanes(tmp_path, own_backends):
    environment = gateway_environment(tmp_path, own_backends.targets)
    own_backends.held.add("Extract")
    with running_gateway(environment, tmp_path) as gateway:
        long = [extract(gateway, upload_long(gateway, own_backends)) for _ in range(4)]
        short = [extract(gateway, gateway.upload(new_content())) for _ in range(10)]
        wait_until(lambda: own_backends.running == 10)
        gateway.kill()
    wait_until(lambda: own_backends.running == 0)
    with running_gateway(environment, tmp_path) as gateway:
        wait_until(lambda: own_backends.running == 10)
        assert [gateway.job(job, "extractions")["queue_position"] for job in (*long[2:], *short[8:])] == [1, 2, 1, 2]
        own_backends.held.clear()
        for job in (*long, *short):
            assert gateway.finished(job, "extractions")["status"] == "succeeded"


def test_no_limit_counts_the_time_that_a_call_waits(tmp_path, own_backends):
    """The fakes work on nothing, so that whatever takes time is waiting."""
    limits = {f"{name}_timeout_seconds": "0.2" for name in ("probe", "extract", "align", "score", "render", "classify")}
    with running_gateway(gateway_environment(tmp_path, own_backends.targets, **limits), tmp_path) as gateway:
        own_backends.held |= {"Extract", "Render", "ClassifyVideo"}
        comparison = gateway.compare(gateway.upload(new_content()), gateway.upload(new_content()))
        wait_until(lambda: own_backends.running == 2)
        time.sleep(1.0)
        own_backends.held.remove("Extract")
        wait_until(lambda: "Render" in own_backends.calls)
        time.sleep(1.0)
        own_backends.held.clear()
        assert gateway.finished(comparison)["status"] == "succeeded"


def test_an_upload_waits_for_its_place(tmp_path, own_backends):
    environment = gateway_environment(tmp_path, own_backends.targets, max_uploads="1")
    with running_gateway(environment, tmp_path) as gateway, ThreadPoolExecutor(5) as threads:
        slow = threads.submit(gateway.upload, SlowFile(new_content()))
        others = [threads.submit(gateway.upload, new_content()) for _ in range(4)]
        assert len({upload.result(timeout=30) for upload in (slow, *others)}) == 5


class SlowFile(io.BytesIO):
    """A file that is sent piece by piece over half a second."""

    def read(self, size: int | None = -1) -> bytes:
        time.sleep(0.02)
        return super().read(64)
