"""A gateway that is open to devices in the network: who gets in, and who does not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from http import HTTPStatus

import httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from eightcount_gateway.lan.access import COOKIE
from tests.fakes.network_gateway import NetworkGateway, running_network_gateway

PAGES = ("/", "/live", "/styles", "/devices", "/comparisons/x")
OPEN = {"/healthz", "/join", "/static/css/base.css", "/static/js/devices/join.js"}
CLOSED = (
    "/v1/videos", "/v1/devices", "/v1/comparisons", "/openapi.json", "/docs", "/readyz", "/metrics", "/nothing",
    "/static", "/join/x", "/v1/devices/invitations",
)  # fmt: skip


@pytest.fixture(scope="module")
def network(folder, shared_backends) -> Iterator[NetworkGateway]:
    own = folder / "network"
    own.mkdir()
    with running_network_gateway(own, shared_backends.targets) as network:
        yield network


def reason(answer: httpx.Response) -> str:
    return answer.json()["reason"]


def test_a_stranger_gets_in_nowhere_but_where_one_joins(network: NetworkGateway):
    with network.device() as stranger:
        for path in CLOSED:
            answer = stranger.get(path)
            assert (answer.status_code, reason(answer)) == (HTTPStatus.UNAUTHORIZED, "DEVICE_UNKNOWN"), path
            assert answer.headers["www-authenticate"].startswith("Bearer"), "a browser asks for no password"
        assert {path for path in OPEN if stranger.get(path).status_code == HTTPStatus.OK} == OPEN
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            for path in ("/join", "/static/css/base.css", "/v1/videos"):
                assert stranger.request(method, path).status_code == HTTPStatus.UNAUTHORIZED, (method, path)


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_who_asks_for_a_page_is_led_to_where_one_joins(network: NetworkGateway, path: str):
    with network.device() as stranger:
        answer = stranger.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (HTTPStatus.SEE_OTHER, "/join")


def test_an_invitation_lets_one_device_in_once(network: NetworkGateway):
    key = network.invite()
    with network.device() as first, network.device() as second:
        joined = first.post("/v1/devices", json={"key": key, "name": "first"})
        assert joined.status_code == HTTPStatus.OK
        cookie = joined.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("secure", "httponly", "samesite=strict", "path=/", COOKIE.lower()))
        assert first.get("/v1/videos").status_code == HTTPStatus.OK
        refused = second.post("/v1/devices", json={"key": key, "name": "second"})
        assert (refused.status_code, reason(refused)) == (HTTPStatus.UNAUTHORIZED, "INVITATION_UNKNOWN")
        assert second.get("/v1/videos").status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize("key", ["", "x" * 65, 7, None, "\ud800"])
def test_a_key_that_is_none_is_refused(network: NetworkGateway, key: object):
    with network.device() as stranger:
        answer = stranger.post("/v1/devices", content=json.dumps({"key": key}))
        assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}


def test_a_device_neither_invites_nor_sees_nor_removes_devices(network: NetworkGateway):
    with network.joined() as device:
        own = network.owner.client.get("/v1/devices").json()["items"][0]["id"]
        answers = [
            device.post("/v1/devices/invitations"), device.get("/v1/devices"), device.get(f"/v1/devices/{own}"),
            device.delete(f"/v1/devices/{own}"),
        ]  # fmt: skip
        assert {(answer.status_code, reason(answer)) for answer in answers} == {(HTTPStatus.FORBIDDEN, "OWNER_ONLY")}


def test_a_device_that_is_removed_is_let_in_no_longer(network: NetworkGateway):
    with network.joined("lost phone") as device:
        (own,) = [
            one["id"] for one in network.owner.client.get("/v1/devices").json()["items"] if one["name"] == "lost phone"
        ]
        path = f"/v1/devices/{own}"
        assert network.owner.client.delete(path, params={"dry_run": True}).json()["dry_run"]
        assert device.get("/v1/videos").status_code == HTTPStatus.OK
        assert network.owner.client.delete(path).json()["deleted"] == [{"resource": "device", "id": own}]
        assert device.get("/v1/videos").status_code == HTTPStatus.UNAUTHORIZED
        assert network.owner.client.get(path).status_code == HTTPStatus.NOT_FOUND


def test_devices_are_listed_newest_first_in_pages(network: NetworkGateway):
    for number in range(3):
        with network.joined(f"phone {number}"):
            pass
    first = network.owner.client.get("/v1/devices", params={"limit": 2}).json()
    rest = network.owner.client.get("/v1/devices", params={"limit": 200, "cursor": first["next_cursor"]}).json()
    assert [one["name"] for one in first["items"]] == ["phone 2", "phone 1"]
    assert rest["items"][0]["name"] == "phone 0"


def test_devices_join_over_the_network_only(network: NetworkGateway):
    answer = network.owner.client.post("/v1/devices", json={"key": network.invite()})
    assert (answer.status_code, reason(answer)) == (HTTPStatus.CONFLICT, "NETWORK_ONLY")


def test_requests_to_other_hosts_and_from_other_pages_are_refused(network: NetworkGateway):
    with network.joined() as device:
        answer = device.get("/v1/videos", headers={"Host": "attacker.example"})
        assert (answer.status_code, reason(answer)) == (HTTPStatus.BAD_REQUEST, "FOREIGN_HOST")
        for origin in ("https://attacker.example", network.welcome_url):
            answer = device.post("/v1/alignments", headers={"Origin": origin}, json={})
            assert (answer.status_code, reason(answer)) == (HTTPStatus.FORBIDDEN, "FOREIGN_ORIGIN")


def test_a_live_session_is_open_to_devices_that_have_joined(network: NetworkGateway):
    url = network.url.replace("https", "wss") + "/v1/live"
    with pytest.raises(InvalidStatus) as refused:
        connect(url, ssl=network.trust)
    assert refused.value.response.status_code == HTTPStatus.UNAUTHORIZED
    with network.joined() as device:
        cookie = f"{COOKIE}={device.cookies[COOKIE]}"
        with connect(url, ssl=network.trust, additional_headers={"Cookie": cookie}) as socket:
            socket.send('{"type": "start", "width": 64, "height": 64}')
            assert '"ready"' in socket.recv(timeout=30)


def test_whoever_does_not_trust_the_authority_gets_no_connection(network: NetworkGateway):
    with pytest.raises(httpx.ConnectError, match="certificate verify failed"):
        httpx.get(f"{network.url}/healthz")


def test_the_way_there_shows_the_certificate_and_nothing_else(network: NetworkGateway):
    with httpx.Client(base_url=network.welcome_url) as plain:
        described = plain.get("/network.json").json()
        certificate = plain.get("/eightcount.crt")
        assert certificate.headers["content-type"] == "application/x-x509-ca-cert"
        digest = hashlib.sha256(certificate.content).digest().hex(":").upper()
        assert digest == described["fingerprint"]
        page = plain.get("/")
        assert f"connect-src 'self' {network.url}" in page.headers["content-security-policy"]
        for path in ("/v1/videos", "/v1/devices", "/live", "/openapi.json", "/metrics", "/static/../v1/videos"):
            assert plain.get(path).status_code == HTTPStatus.NOT_FOUND, path


def test_the_page_on_the_way_may_ask_whether_the_device_trusts_the_server(network: NetworkGateway):
    with network.device() as stranger:
        answer = stranger.get("/trusted", headers={"Origin": network.welcome_url})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (HTTPStatus.NO_CONTENT, "*")


def test_devices_stay_when_the_server_starts_again_and_phones_need_not_trust_it_anew(tmp_path, shared_backends):
    with running_network_gateway(tmp_path, shared_backends.targets) as network:
        authority, unused = network.authority, network.invite()
        with network.joined() as device:
            cookie = {COOKIE: device.cookies[COOKIE]}
    with running_network_gateway(tmp_path, shared_backends.targets) as network:
        assert network.authority == authority
        with network.device(cookie) as again:
            refused = again.post("/v1/devices", json={"key": unused})
            assert reason(refused) == "INVITATION_UNKNOWN", "an invitation does not outlive the server"
            assert again.get("/v1/videos").status_code == HTTPStatus.OK


def test_a_program_comes_in_with_an_api_key(tmp_path, shared_backends):
    with (
        running_network_gateway(tmp_path, shared_backends.targets, api_key="secret") as network,
        network.device() as device,
    ):
        for key, status in (
            ("secret", HTTPStatus.OK),
            ("other", HTTPStatus.UNAUTHORIZED),
            ("", HTTPStatus.UNAUTHORIZED),
        ):
            assert device.get("/v1/videos", headers={"X-API-Key": key}).status_code == status
        refused = device.post("/v1/devices/invitations", headers={"X-API-Key": "secret"})
        assert reason(refused) == "OWNER_ONLY"
        with network.joined() as phone:
            assert phone.get("/v1/videos").status_code == HTTPStatus.OK, "a device needs no key"


def test_a_server_that_is_not_open_to_devices_says_so(gateway):
    answer = gateway.client.post("/v1/devices/invitations")
    assert (answer.status_code, reason(answer)) == (HTTPStatus.CONFLICT, "NETWORK_OFF")
    assert gateway.client.get("/v1/devices").json()["items"] == []
