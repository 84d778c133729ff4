"""Following a job over connections that break; no network."""

from __future__ import annotations

import json

import httpx
import pytest

from eightcount_client import errors
from eightcount_client.protocol.following import Following
from eightcount_client.protocol.server_events import EventParser, ServerEvent
from eightcount_client.values.jobs import Job, JobCancelledError, JobFailedError


def state(status="running", done=0):
    steps = [{"name": "extract", "state": "running", "done": done, "total": 10, "seconds": 0.5}]
    return json.dumps({"id": "x1", "status": status, "steps": steps, "error": None, "of_a_newer_server": 1})


def following(patience_seconds=60.0):
    return Following(Job, "http://server", patience_seconds, 0.25)


def read(job, *lines):
    return [found for line in lines if (found := job.read_line(line)) is not None]


def test_events_are_read_with_heartbeats_in_between():
    parser = EventParser()
    lines = [": beat", "", "id: 3", "event: progress", "data: 1", "", "data:2", "data: 3", "", "event: cut off"]
    found = [event for line in lines if (event := parser.read_line(line))]
    assert found == [ServerEvent("progress", "1", "3"), ServerEvent("message", "2\n3", "3")]


def test_every_change_is_a_state_and_the_last_one_ends():
    job = following()
    (first,) = read(job, "event: progress", f"data: {state(done=3)}", "")
    assert (first.steps[0].done, first.ended, job.ended) == (3, False, False)
    assert first.raw["of_a_newer_server"] == 1
    (last,) = read(job, "event: end", f"data: {state('succeeded', 10)}", "")
    assert (last.ended, job.ended) == (True, True)


def test_a_new_connection_names_the_last_event_and_forgets_half_an_event():
    job = following()
    assert "Last-Event-ID" not in job.headers()
    read(job, "id: 7", "event: progress", f"data: {state()}", "", "event: end", "data: {")
    assert job.pause_after(httpx.ReadError("gone")) == 0.25
    assert job.headers()["Last-Event-ID"] == "7"
    assert read(job, "") == []


def test_a_server_that_stays_away_is_given_up():
    job = following(patience_seconds=-1.0)
    with pytest.raises(errors.UnreachableError, match="http://server cannot be reached: refused"):
        job.pause_after(httpx.ConnectError("refused"))
    with pytest.raises(errors.UnreachableError, match="the stream ended"):
        job.pause_after(None)


def test_an_unknown_job_fails_at_once_and_a_draining_server_does_not():
    request = httpx.Request("GET", "http://server")
    job = following()
    assert job.pause_after(httpx.Response(503, json={"reason": "DRAINING"}, request=request)) == 0.25
    with pytest.raises(errors.NotFoundError):
        job.pause_after(httpx.Response(404, json={"reason": "JOB_NOT_FOUND"}, request=request))


@pytest.mark.parametrize(
    ("status", "error", "kind", "reason"),
    [
        ("cancelled", None, JobCancelledError, "CANCELLED"),
        ("failed", {"reason": "NO_PERSON", "message": "nobody"}, JobFailedError, "NO_PERSON"),
        ("failed", None, JobFailedError, "INTERNAL"),
    ],
)
def test_a_job_without_success_is_an_error(status, error, kind, reason):
    (job,) = read(following(), "event: end", f"data: {json.dumps(json.loads(state(status)) | {'error': error})}", "")
    with pytest.raises(kind) as caught:
        job.require_success()
    assert (caught.value.reason, caught.value.job) == (reason, job)
