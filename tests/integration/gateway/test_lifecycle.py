"""The lifecycle that every kind of job has: lists with filters, times, the queue, and cancelling."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import pytest

from eightcount_gateway.http.paging import Cursor
from eightcount_gateway.kinds.catalogue import KINDS
from tests.fakes.gateway_process import wait_until


@pytest.fixture
def video(gateway) -> str:
    return gateway.upload(uuid.uuid4().bytes * 60)


def extract(gateway, video: str, **options: Any) -> str:
    response = gateway.client.post("/v1/extractions", json={"video_id": video, **options})
    assert response.status_code == 202, response.text
    return response.json()["id"]


def listed(gateway, **query: Any) -> dict[str, Any]:
    response = gateway.client.get("/v1/extractions", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_job_tells_its_kind_its_titles_and_when_it_ran(gateway, video):
    job = gateway.finished(extract(gateway, video), "extractions")
    created, started, finished = (
        datetime.fromisoformat(job[name]) for name in ("created_at", "started_at", "finished_at")
    )
    assert created <= started <= finished
    step = job["steps"][0]
    assert (job["kind"], step["title"], step["unit"]) == ("extraction", "Follow the dancer", "frames")
    assert job["queue_position"] is None


def test_lists_are_filtered_by_status_and_time_and_paged_without_gaps(gateway, backends, video):
    first = gateway.finished(extract(gateway, video), "extractions")
    backends.empty.add(b"".join(backends.store.read(f"videos/{video}/content")))
    failed = gateway.finished(extract(gateway, video, model="lite"), "extractions")
    last = gateway.finished(extract(gateway, video), "extractions")
    assert failed["status"] == "failed"
    newer = listed(gateway, created_after=first["created_at"])["items"]
    assert [job["id"] for job in newer] == [last["id"], failed["id"]]
    assert [job["id"] for job in listed(gateway, status="failed", created_after=first["created_at"])["items"]] == [
        failed["id"]
    ]
    between = {"created_after": first["created_at"], "created_before": last["created_at"]}
    assert [job["id"] for job in listed(gateway, status=["failed", "cancelled"], **between)["items"]] == [failed["id"]]
    pages, query = [], {"limit": 1}
    while True:
        page = listed(gateway, **query)
        pages += [job["id"] for job in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert pages[:3] == [last["id"], failed["id"], first["id"]]
    assert len(set(pages)) == len(pages)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({"cursor": "rubbish"}, "INVALID_CURSOR"),
        ({"cursor": Cursor("2026-01-01T00:00:00.000+00:00", "of-videos").encode()}, "INVALID_CURSOR"),
        ({"offset": 2}, "UNKNOWN_PARAMETER"),
        ({"status": "asleep"}, "INVALID_INPUT"),
        ({"limit": 0}, "INVALID_INPUT"),
    ],
)
def test_a_list_refuses_what_it_does_not_know(gateway, query, reason):
    response = gateway.client.get("/v1/dances", params=query)
    assert (response.status_code, response.json()["reason"]) == (400, reason)


def test_waiting_jobs_tell_their_place_in_the_queue(gateway, backends):
    backends.held.add("Extract")
    backends.frames, backends.chunk_frames = 1800, 600
    jobs = [extract(gateway, gateway.upload(uuid.uuid4().bytes * 60)) for _ in range(4)]
    wait_until(lambda: all(gateway.job(job, "extractions")["status"] == "running" for job in jobs[:2]))
    places = [gateway.job(job, "extractions")["queue_position"] for job in jobs]
    assert places == [None, None, 1, 2]
    for job in reversed(jobs):
        gateway.client.post(f"/v1/extractions/{job}/cancel")
    for job in jobs:
        gateway.finished(job, "extractions")


def test_an_ended_job_is_not_cancelled_any_more(gateway, video):
    job = gateway.finished(extract(gateway, video), "extractions")
    response = gateway.client.post(f"/v1/extractions/{job['id']}/cancel")
    assert (response.status_code, response.json()) == (202, job)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_jobs_that_do_not_exist_are_not_found(gateway, kind):
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("DELETE", "")):
        response = gateway.client.request(method, f"/v1/{kind.path}/nothing{path}")
        assert (response.status_code, response.json()["reason"]) == (404, kind.not_found)
