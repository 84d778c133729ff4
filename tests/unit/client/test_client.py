"""The command line's HTTP client against scripted answers."""

import json

import httpx
import pytest

from eightcount_client.cli.client import Client
from eightcount_client.cli.events import ServerEvent, parse_events
from eightcount_client.cli.outcomes import CliError, ExitCode, UnreachableError


def state(status="running", done=0, error=None):
    steps = [{"name": "extract", "state": "running", "done": done, "total": 10, "seconds": 0.5}]
    return {"id": "x1", "status": status, "steps": steps, "error": error}


def event(name, body):
    return f"event: {name}\ndata: {json.dumps(body)}\n\n"


def client_of(handler, **options):
    return Client("http://server", transport=httpx.MockTransport(handler), **options)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("eightcount_client.cli.client._RETRY_SECONDS", 0.0)


def test_events_are_read_with_heartbeats_in_between():
    lines = [": beat", "", "event: progress", "data: 1", "", "data:2", "data: 3", "id: 7", "", "event: cut off"]
    assert list(parse_events(lines)) == [ServerEvent("progress", "1"), ServerEvent("message", "2\n3")]


def test_an_upload_sends_the_file_and_counts_its_bytes(tmp_path):
    video = tmp_path / "Tänze der Woche.mp4"
    video.write_bytes(b"x" * 200_000)
    bodies, counts = [], []

    def handler(request):
        bodies.append(request.read())
        return httpx.Response(201, json={"id": "v1"})

    assert client_of(handler).upload(video, counts.append) == "v1"
    assert bodies[0].count(b"x" * 200_000) == 1
    assert "Tänze der Woche.mp4".encode() in bodies[0]
    assert counts[0] == 0
    assert counts[-1] == 200_000
    assert counts == sorted(counts)


def test_an_upload_is_sent_again_when_the_connection_breaks(tmp_path):
    video = tmp_path / "dance.mp4"
    video.write_bytes(b"abc")
    answers = iter([httpx.ReadError("gone"), httpx.Response(503), httpx.Response(201, json={"id": "v2"})])

    def handler(request):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    assert client_of(handler).upload(video, lambda _: None) == "v2"


def test_following_goes_on_after_the_server_went_away():
    streams = iter(
        [
            httpx.Response(200, text=event("progress", state(done=3)) + "event: progress\ndata: {"),
            httpx.ConnectError("refused"),
            httpx.Response(503, json={"reason": "DRAINING", "detail": "restarting"}),
            httpx.Response(200, text=event("progress", state(done=7)) + event("end", state("succeeded", 10))),
        ]
    )

    def handler(request):
        answer = next(streams)
        if isinstance(answer, Exception):
            raise answer
        return answer

    seen = []
    final = client_of(handler).follow("comparisons", "x1", lambda job: seen.append(job.steps[0].done))
    assert seen == [3, 7, 10]
    assert final.status == "succeeded"


def test_following_gives_up_a_server_that_stays_away():
    def handler(request):
        raise httpx.ConnectError("refused")

    with pytest.raises(UnreachableError, match="http://server cannot be reached: refused"):
        client_of(handler, patience_seconds=0.05).follow("comparisons", "x1", lambda _: None)


def test_following_unknown_work_fails_at_once():
    client = client_of(lambda _: httpx.Response(404, json={"reason": "COMPARISON_NOT_FOUND", "detail": "no such"}))
    with pytest.raises(CliError) as caught:
        client.follow("comparisons", "x1", lambda _: None)
    assert caught.value.exit_code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        (400, "INVALID_INPUT", ExitCode.USAGE),
        (401, "UNAUTHENTICATED", ExitCode.UNREACHABLE),
        (413, "TOO_LARGE", ExitCode.BAD_MEDIA),
        (422, "NOT_A_VIDEO", ExitCode.BAD_MEDIA),
        (422, "INVALID_INPUT", ExitCode.USAGE),
        (429, "BUSY", ExitCode.UNREACHABLE),
        (500, "INTERNAL", ExitCode.FAILED),
        (503, "UNAVAILABLE", ExitCode.UNREACHABLE),
    ],
)
def test_problems_become_exit_codes(status, reason, code):
    client = client_of(lambda _: httpx.Response(status, json={"reason": reason, "detail": "what was wrong"}))
    with pytest.raises(CliError, match="what was wrong") as caught:
        client.start("comparisons", {})
    assert (caught.value.reason, caught.value.exit_code) == (reason, code)


@pytest.mark.parametrize(
    ("status", "reason", "code"),
    [
        ("cancelled", "", ExitCode.CANCELLED),
        ("failed", "NO_PERSON", ExitCode.BAD_MEDIA),
        ("failed", "INTERNAL", ExitCode.FAILED),
        ("failed", "SERVICE_UNREACHABLE", ExitCode.UNREACHABLE),
    ],
)
def test_failed_work_becomes_an_exit_code(status, reason, code):
    body = state(status, error={"reason": reason, "message": "why"} if reason else None)
    job = client_of(lambda _: httpx.Response(202, json=body)).start("comparisons", {})
    with pytest.raises(CliError) as caught:
        job.require_success()
    assert caught.value.exit_code == code


def test_a_problem_without_a_body_still_has_a_reason():
    client = client_of(lambda _: httpx.Response(418, text="<html>"))
    with pytest.raises(CliError, match="the server answered 418") as caught:
        client.get("/v1/comparisons")
    assert caught.value.reason == "HTTP_418"


def test_a_broken_download_leaves_no_file(tmp_path):
    client = client_of(lambda _: httpx.Response(404, json={"reason": "NOT_FOUND", "detail": "gone"}))
    with pytest.raises(CliError):
        client.download("/v1/comparisons/x1/report.json", tmp_path / "report.json")
    assert list(tmp_path.iterdir()) == []


def test_the_key_is_sent():
    seen = []

    def handler(request):
        seen.append(request.headers["Authorization"])
        return httpx.Response(200, json={})

    client_of(handler, api_key="secret").get("/v1/comparisons")
    assert seen == ["Bearer secret"]
