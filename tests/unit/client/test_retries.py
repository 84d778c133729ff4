"""When requests are sent again; no network."""

from __future__ import annotations

import httpx
import pytest

from eightcount_client import errors
from eightcount_client.kinds.uploads import Video
from eightcount_client.protocol import calls
from eightcount_client.protocol.retries import RetryPolicy, exchange

VIDEO = {"id": "v1", "file_name": "a.mp4", "size_bytes": 3, "sha256": "00"}
CREATE = calls.create("/v1/videos", {}, Video)
CANCEL = calls.cancel("/v1/comparisons/c1", Video)
POLICY = RetryPolicy(attempts=3, first_pause_seconds=0.5, longest_pause_seconds=10)


def response(status: int, body: object = None, **headers: str) -> httpx.Response:
    request = httpx.Request("POST", "http://server/v1/videos")
    return httpx.Response(status, json=body if body is not None else {}, headers=headers, request=request)


def play(call: calls.Call[Video], *outcomes: object) -> tuple[Video, list[float]]:
    """The result, and the pauses before each attempt."""
    steps = exchange(call, POLICY, "http://server")
    pauses = [next(steps)]
    for outcome in outcomes:
        try:
            pauses.append(steps.send(outcome))  # type: ignore[arg-type]
        except StopIteration as end:
            return end.value, pauses
    raise AssertionError("another attempt is expected")


def test_an_answer_is_read_at_once():
    video, pauses = play(CREATE, response(201, VIDEO))
    assert (video.id, pauses) == ("v1", [0.0])


def test_a_request_with_an_idempotency_key_is_sent_again_when_the_connection_breaks():
    video, pauses = play(CREATE, httpx.ReadError("gone"), httpx.ReadTimeout("slow"), response(201, VIDEO))
    assert (video.id, pauses) == ("v1", [0.0, 0.5, 1.0])
    assert CREATE.headers["Idempotency-Key"] != calls.create("/v1/videos", {}, Video).headers["Idempotency-Key"]


def test_a_request_without_a_key_is_sent_again_only_when_it_never_arrived():
    assert play(CANCEL, httpx.ConnectError("refused"), response(200, VIDEO))[0].id == "v1"
    with pytest.raises(errors.UnreachableError, match="the server at http://server cannot be reached: gone"):
        play(CANCEL, httpx.ReadError("gone"))


def test_a_busy_server_is_asked_again_after_the_time_that_it_names():
    _, pauses = play(CREATE, response(503, {"reason": "UNAVAILABLE"}, **{"Retry-After": "7"}), response(201, VIDEO))
    assert pauses == [0.0, 7.0]
    _, pauses = play(CREATE, response(429, {}, **{"Retry-After": "3600"}), response(201, VIDEO))
    assert pauses == [0.0, 10.0], "not longer than the policy allows"


def test_the_last_error_is_raised_when_the_server_stays_busy():
    with pytest.raises(errors.BusyError) as caught:
        play(CREATE, *[response(503, {"reason": "UNAVAILABLE", "detail": "restarting"})] * 3)
    assert (caught.value.message, caught.value.status) == ("restarting", 503)


def test_a_creation_that_is_still_being_answered_is_asked_for_again():
    in_use = response(409, {"reason": "IDEMPOTENCY_KEY_IN_USE"}, **{"Retry-After": "1"})
    video, pauses = play(CREATE, httpx.ReadTimeout("slow"), in_use, response(201, VIDEO))
    assert (video.id, pauses) == ("v1", [0.0, 0.5, 1.0])


def test_what_an_interrupted_creation_made_is_asked_for_more_patiently():
    again = calls.replay(CREATE)
    assert again.headers == CREATE.headers
    in_use = response(409, {"reason": "IDEMPOTENCY_KEY_IN_USE"}, **{"Retry-After": "1"})
    video, pauses = play(again, *[in_use] * 4, response(201, VIDEO))
    assert (video.id, pauses) == ("v1", [0.0, 1.0, 1.0, 2.0, 4.0])


def test_a_service_that_a_server_does_not_have_is_not_asked_for_again():
    with pytest.raises(errors.BusyError):
        play(CREATE, response(503, {"reason": "CLASSIFIER_NOT_CONFIGURED"}))


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.InvalidRequestError), (401, errors.AuthenticationError), (403, errors.ForbiddenError),
        (404, errors.NotFoundError), (409, errors.ConflictError), (413, errors.UnusableMediaError),
        (422, errors.UnusableMediaError), (500, errors.ServerFaultError), (418, errors.ProblemError),
    ],
)  # fmt: skip
def test_problems_are_typed_errors_and_are_not_retried(status, kind):
    body = {"reason": "REASON", "detail": "what was wrong", "errors": [{"field": "model", "message": "unknown"}],
            "request_id": "r1"}  # fmt: skip
    with pytest.raises(errors.ProblemError) as caught:
        play(CREATE, response(status, body))
    error = caught.value
    assert (type(error), error.status, error.reason, error.message) == (kind, status, "REASON", "what was wrong")
    assert (error.field_errors, error.request_id) == ((errors.FieldError("model", "unknown"),), "r1")


def test_a_problem_without_a_body_still_has_a_reason():
    answer = httpx.Response(418, text="<html>", request=httpx.Request("GET", "http://server"))
    with pytest.raises(errors.ProblemError, match="the server answered 418") as caught:
        play(CREATE, answer)
    assert caught.value.reason == "HTTP_418"


def test_an_answer_that_is_not_of_this_api_is_an_error_of_its_own():
    for answer in (response(200, ["not", "ours"]), response(200, {"id": "v1"}), response(200, VIDEO | {"id": 5})):
        with pytest.raises(errors.UnexpectedResponseError, match="Video"):
            play(CREATE, answer)
    html = httpx.Response(200, text="<html>", request=httpx.Request("GET", "http://server/v1"))
    with pytest.raises(errors.UnexpectedResponseError, match="is it Eightcount"):
        play(CREATE, html)
