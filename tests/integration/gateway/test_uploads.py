from __future__ import annotations

import hashlib
import socket
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from eightcount_common.errors import DeadlineExceededError
from tests.fakes.backends import NOT_A_VIDEO
from tests.fakes.gateway_process import wait_until
from tests.integration.gateway.conftest import UPLOAD_LIMIT

FORM = {"content-type": "multipart/form-data; boundary=b"}


def stored(store) -> list[str]:
    return [info.key for info in store.list("videos/")]


def problem(response: httpx.Response, status: int, reason: str) -> dict:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["reason"] == reason
    assert body["detail"]
    assert body["instance"] == response.url.path
    return body


def test_an_uploaded_video_is_described_and_comes_back_byte_for_byte(gateway, new_video):
    response = gateway.client.post("/v1/videos", files={"file": ("dance.mp4", new_video)})
    assert response.status_code == 201
    video = response.json()
    assert response.headers["location"] == f"/v1/videos/{video['id']}"
    assert video["sha256"] == hashlib.sha256(new_video).hexdigest()
    assert video["size_bytes"] == len(new_video)
    assert video["media"]["video_codec"] == "h264"
    assert video["media"]["frame_rate"] == 30
    assert gateway.client.get(response.headers["location"]).json() == video
    content = gateway.client.get(f"/v1/videos/{video['id']}/content")
    assert content.content == new_video
    assert content.headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("my dance (final) 2.mp4", "my dance (final) 2.mp4"),
        ('サルサ – José\'s "take".mp4', 'サルサ – José\'s "take".mp4'),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\take.mov", "take.mov"),
    ],
)
def test_a_file_name_is_kept_in_the_record_and_never_in_a_key(gateway, store, new_video, given, kept):
    video = gateway.client.post("/v1/videos", files={"file": (given, new_video)}).json()
    assert video["file_name"] == kept
    assert set(stored(store)) >= {f"videos/{video['id']}/content", f"videos/{video['id']}/video.json"}
    assert not any("passwd" in key or "take" in key for key in stored(store))


def test_other_fields_of_the_form_are_passed_over(gateway, new_video):
    response = gateway.client.post(
        "/v1/videos", data={"note": "x" * 1000}, files={"file": ("a.mp4", new_video), "more": ("b.mp4", b"other")}
    )
    assert response.json()["size_bytes"] == len(new_video)


def test_a_boundary_that_is_split_between_network_pieces_is_found(gateway, new_video):
    data = new_video + b"\r\n--bound" + new_video
    head = b'--boundary\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    body = head + data + b"\r\n--boundary--\r\n"
    for size in (1, 7):
        pieces = (body[start : start + size] for start in range(0, len(body), size))
        response = gateway.client.post(
            "/v1/videos", content=pieces, headers={"content-type": "multipart/form-data; boundary=boundary"}
        )
        assert response.json()["sha256"] == hashlib.sha256(data).hexdigest()


def test_an_announced_size_over_the_limit_is_refused_at_once(gateway, store):
    before = stored(store)
    files = {"file": ("large.mp4", bytes(UPLOAD_LIMIT + 200_000))}
    problem(gateway.client.post("/v1/videos", files=files), 413, "TOO_LARGE")
    assert stored(store) == before


def test_a_size_over_the_limit_that_was_not_announced_leaves_nothing(gateway, store, folder):
    before = stored(store)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'

    def body():
        yield head
        for _ in range(5):
            yield bytes(1024 * 1024)

    response = gateway.client.post("/v1/videos", content=body(), headers=FORM)
    problem(response, 413, "TOO_LARGE")
    assert stored(store) == before
    assert not list((folder / "objects").rglob(".put-*"))


def test_a_file_of_exactly_the_limit_is_accepted(gateway):
    gateway.upload(bytes(UPLOAD_LIMIT))


def test_an_empty_file_is_refused(gateway, store):
    before = stored(store)
    problem(gateway.client.post("/v1/videos", files={"file": ("a.mp4", b"")}), 422, "EMPTY_FILE")
    assert stored(store) == before


def test_a_file_that_is_no_video_is_refused_and_not_kept(gateway, store):
    before = stored(store)
    problem(gateway.client.post("/v1/videos", files={"file": ("notes.txt", NOT_A_VIDEO)}), 422, "NOT_A_VIDEO")
    assert stored(store) == before


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"content": b"just bytes"}, "NOT_MULTIPART"),
        ({"content": b"x", "headers": FORM}, "NOT_MULTIPART"),
        ({"files": {"other": ("a.mp4", b"data")}}, "FILE_MISSING"),
        ({"data": {"file": "a field, not a file"}, "files": {"x": b"y"}}, "FILE_MISSING"),
    ],
)
def test_a_form_without_the_file_is_refused(gateway, arguments, reason):
    problem(gateway.client.post("/v1/videos", **arguments), 400, reason)


def test_a_form_that_ends_early_leaves_nothing(gateway, store):
    before = stored(store)
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\nhalf'
    response = gateway.client.post("/v1/videos", content=body, headers=FORM)
    problem(response, 400, "UPLOAD_CUT_SHORT")
    assert stored(store) == before


def test_a_client_that_goes_away_leaves_nothing(gateway, store, folder):
    before = stored(store)
    address = urlsplit(gateway.url)
    with socket.create_connection((address.hostname, address.port)) as connection:
        connection.sendall(
            b"POST /v1/videos HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=b\r\n"
            b"Content-Length: 2000000\r\n\r\n"
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n' + bytes(1_500_000)
        )
        wait_until(lambda: list((folder / "objects").rglob(".put-*")))
    wait_until(lambda: not list((folder / "objects").rglob(".put-*")))
    assert stored(store) == before


def test_a_video_is_taken_in_undescribed_when_the_pose_service_does_not_answer(gateway, backends, new_video):
    backends.errors["Probe"] = DeadlineExceededError("busy")
    video = gateway.client.post("/v1/videos", files={"file": ("a.mp4", new_video)}).json()
    assert video["media"] is None


def test_an_unknown_video_is_not_found(gateway):
    for path in ("/v1/videos/nothing", "/v1/videos/nothing/content", "/v1/videos/%20%2e"):
        problem(gateway.client.get(path.replace("%20%2e", "x")), 404, "VIDEO_NOT_FOUND")


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [("bytes=0-0", slice(0, 1)), ("bytes=5-9", slice(5, 10)), ("bytes=990-", slice(990, None)),
     ("bytes=-10", slice(-10, None)), ("bytes=0-99999", slice(0, None)), ("bytes=-99999", slice(0, None))],
)  # fmt: skip
def test_a_range_of_the_content_is_served(gateway, asked, wanted):
    data = bytes(range(250)) * 4
    video_id = gateway.upload(data)
    response = gateway.client.get(f"/v1/videos/{video_id}/content", headers={"range": asked})
    assert response.status_code == 206
    assert response.content == data[wanted]
    start, stop, _ = wanted.indices(len(data))
    assert response.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(data)}"
    assert response.headers["content-length"] == str(stop - start)


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_a_range_outside_of_the_content_is_not_satisfiable(gateway, asked):
    video_id = gateway.upload(bytes(1000))
    response = gateway.client.get(f"/v1/videos/{video_id}/content", headers={"range": asked})
    problem(response, 416, "RANGE_NOT_SATISFIABLE")
    assert response.headers["content-range"] == "bytes */1000"


@pytest.mark.parametrize("asked", ["items=0-5", "bytes=", "bytes=9-3", "bytes=0-1,4-5", "nonsense"])
def test_a_range_that_means_nothing_is_ignored(gateway, asked):
    video_id = gateway.upload(bytes(1000))
    response = gateway.client.get(f"/v1/videos/{video_id}/content", headers={"range": asked})
    assert response.status_code == 200
    assert len(response.content) == 1000


def test_the_content_has_an_etag_that_saves_transfers(gateway, new_video):
    video_id = gateway.upload(new_video)
    url = f"/v1/videos/{video_id}/content"
    head = gateway.client.head(url)
    assert head.status_code == 200
    assert head.headers["content-length"] == str(len(new_video))
    assert head.headers["accept-ranges"] == "bytes"
    etag = head.headers["etag"]
    assert gateway.client.get(url, headers={"if-none-match": etag}).status_code == 304
    other = gateway.client.get(url, headers={"range": "bytes=0-3", "if-range": '"changed"'})
    assert other.status_code == 200


def test_an_uploaded_page_is_never_served_as_a_page(gateway, new_video):
    video_id = gateway.upload(b"<script>alert(1)</script>" + new_video, "attack.html")
    response = gateway.client.get(f"/v1/videos/{video_id}/content")
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in response.headers["content-security-policy"]


def test_videos_are_listed_newest_first_by_pages(gateway):
    ids = [gateway.upload(uuid.uuid4().bytes * 10, "listed.mp4") for _ in range(5)]
    found, cursor = [], None
    for _ in range(3):
        page = gateway.client.get("/v1/videos", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        found += [video["id"] for video in page["items"]]
        cursor = page["next_cursor"]
    assert found[:5] == ids[::-1]


def test_the_last_page_has_no_cursor(gateway):
    gateway.upload(uuid.uuid4().bytes, "only this.mp4")
    page = gateway.client.get("/v1/videos", params={"file_name": "only this.mp4", "limit": 1}).json()
    assert (len(page["items"]), page["next_cursor"]) == (1, None)


def test_videos_are_found_by_content_and_time(gateway, new_video):
    video = gateway.client.get(f"/v1/videos/{gateway.upload(new_video)}").json()
    listed = lambda **where: [one["id"] for one in gateway.client.get("/v1/videos", params=where).json()["items"]]  # noqa: E731
    assert listed(sha256=video["sha256"]) == [video["id"]]
    assert listed(sha256=video["sha256"], created_after=video["created_at"]) == []
    assert listed(sha256=video["sha256"], created_before="2020-01-01T00:00:00") == []
    assert listed(sha256="0" * 64) == []


@pytest.mark.parametrize("cursor", ["x", "bnVsbA", "W10", "WzEsMl0"])
def test_a_cursor_of_ones_own_is_refused(gateway, cursor):
    problem(gateway.client.get("/v1/videos", params={"cursor": cursor}), 400, "INVALID_CURSOR")


def test_an_upload_with_a_key_is_stored_once(gateway, new_video):
    headers = {"idempotency-key": str(uuid.uuid4())}
    send = lambda data, name="a.mp4": gateway.client.post("/v1/videos", files={"file": (name, data)}, headers=headers)  # noqa: E731
    first, second = send(new_video), send(new_video)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    assert len(gateway.client.get("/v1/videos", params={"sha256": first.json()["sha256"]}).json()["items"]) == 1
    problem(send(new_video + b"x"), 422, "IDEMPOTENCY_KEY_REUSED")
    problem(send(new_video, "b.mp4"), 422, "IDEMPOTENCY_KEY_REUSED")


def test_a_key_of_an_upload_that_failed_can_be_used_again(gateway, new_video):
    headers = {"idempotency-key": str(uuid.uuid4())}
    refused = gateway.client.post("/v1/videos", files={"file": ("a.txt", NOT_A_VIDEO)}, headers=headers)
    problem(refused, 422, "NOT_A_VIDEO")
    assert gateway.client.post("/v1/videos", files={"file": ("a.mp4", new_video)}, headers=headers).status_code == 201


def test_a_job_with_a_key_is_started_once(gateway, new_video):
    video = gateway.upload(new_video)
    headers = {"idempotency-key": str(uuid.uuid4())}
    start = lambda **more: gateway.client.post("/v1/extractions", json={"video_id": video} | more, headers=headers)  # noqa: E731
    first, second = start(), start()
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotency-replayed"] == "true"
    problem(start(model="lite"), 422, "IDEMPOTENCY_KEY_REUSED")
    other = gateway.client.post("/v1/classifications", json={"video_id": video}, headers=headers)
    problem(other, 422, "IDEMPOTENCY_KEY_REUSED")
    refused = gateway.client.post("/v1/extractions", json={"video_id": video}, headers={"idempotency-key": "a b"})
    problem(refused, 400, "INVALID_INPUT")


def test_a_key_whose_request_is_still_being_answered_is_in_use(gateway, backends, new_video):
    headers = {"idempotency-key": str(uuid.uuid4())}
    with ThreadPoolExecutor(8) as threads:
        send = lambda: gateway.client.post("/v1/videos", files={"file": ("a.mp4", new_video)}, headers=headers)  # noqa: E731
        answers = [pending.result() for pending in [threads.submit(send) for _ in range(8)]]
    created = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    refused = {answer.json()["reason"] for answer in answers if answer.status_code != 201}
    assert len(created) == 1
    assert refused <= {"IDEMPOTENCY_KEY_IN_USE"}
