from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from eightcount_common.settings import StoreSettings
from eightcount_gateway.http.access import Access
from eightcount_gateway.http.app import create_app
from eightcount_gateway.http.middleware import GatewayMiddleware
from eightcount_gateway.settings import GatewaySettings
from tests.fakes.gateway_process import gateway_environment, running_gateway


def test_a_ready_gateway_says_so_part_by_part(gateway):
    assert gateway.client.get("/healthz").json() == {"status": "ok"}
    response = gateway.client.get("/readyz")
    assert response.status_code == 200
    parts = dict.fromkeys(["pose", "sync", "scoring", "classifier", "generator", "store", "database"], "ok")
    assert response.json() == {"ready": True, "parts": parts}


def test_a_gateway_without_its_pose_service_lives_but_is_not_ready_and_fails_jobs_with_a_reason(tmp_path, backends):
    environment = gateway_environment(
        tmp_path, backends.targets | {"pose": "127.0.0.1:1"}, unavailable_timeout_seconds="1",
        probe_timeout_seconds="1",
    )  # fmt: skip
    environment["EIGHTCOUNT_STORE_FOLDER"] = str(backends.store.uri("x")).removeprefix("file://").removesuffix("/x")
    with running_gateway(environment, tmp_path) as gateway:
        assert gateway.client.get("/healthz").status_code == 200
        response = gateway.client.get("/readyz")
        assert response.status_code == 503
        assert response.json()["parts"]["pose"] == "POSE_UNAVAILABLE"
        assert response.json()["parts"]["sync"] == "ok"
        video = gateway.upload(b"data")
        job = gateway.finished(gateway.compare(video, video))
        assert job["error"]["reason"] == "POSE_UNAVAILABLE"


def test_an_unknown_address_or_method_is_a_problem(gateway):
    missing = gateway.client.get("/v1/nothing")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")
    refused = gateway.client.put("/v1/videos")
    assert (refused.status_code, refused.json()["reason"]) == (405, "METHOD_NOT_ALLOWED")


def test_every_answer_carries_security_headers_and_a_request_id(gateway):
    for path in ("/", "/healthz", "/v1/comparisons", "/v1/nothing", "/docs"):
        response = gateway.client.get(path)
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert "script" not in response.headers["content-security-policy"], "no page may loosen the rule for scripts"
        assert len(response.headers["x-request-id"]) == 32


def test_a_given_request_id_is_kept_and_a_strange_one_is_not(gateway, folder):
    ask = lambda given: gateway.client.get("/healthz", headers={"x-request-id": given}).headers["x-request-id"]  # noqa: E731
    assert ask("trace-1.a") == "trace-1.a"
    assert ask("a b{}") != "a b{}"
    assert '"request_id": "trace-1.a"' in (folder / "gateway.log").read_text()


def test_logs_name_routes_and_never_files(gateway, folder, new_video):
    gateway.upload(new_video, "my secret dance.mp4")
    log = (folder / "gateway.log").read_text()
    assert '"route": "/v1/videos"' in log
    assert "secret" not in log


def test_a_page_of_another_site_cannot_act_here(gateway):
    response = gateway.client.post("/v1/comparisons", json={}, headers={"origin": "https://evil.example"})
    assert (response.status_code, response.json()["reason"]) == (403, "FOREIGN_ORIGIN")
    own = gateway.client.post("/v1/comparisons", json={}, headers={"origin": gateway.url})
    assert own.status_code == 400


def test_a_json_body_has_a_limit(gateway):
    response = gateway.client.post("/v1/comparisons", json={"reference_video_id": "x" * 200_000})
    assert response.status_code == 413
    assert response.headers["content-type"] == "application/problem+json"


def test_an_unknown_query_parameter_is_refused_by_name(gateway):
    response = gateway.client.get("/v1/videos", params={"limit": 2, "page": 3})
    body = response.json()
    assert (response.status_code, body["reason"]) == (400, "UNKNOWN_PARAMETER")
    assert [one["field"] for one in body["errors"]] == ["page"]
    assert body["request_id"] == response.headers["x-request-id"]


def test_a_field_that_violates_a_rule_is_named(gateway):
    response = gateway.client.post("/v1/comparisons", json={"reference_video_id": "a", "takes": []})
    assert response.json()["reason"] == "INVALID_INPUT"
    assert {one["field"] for one in response.json()["errors"]} == {"take_video_id", "takes"}


def test_an_unknown_page_is_a_page_for_a_browser_and_a_problem_for_a_program(gateway):
    browser = gateway.client.get("/nowhere", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (browser.status_code, browser.headers["content-type"]) == (404, "text/html; charset=utf-8")
    program = gateway.client.get("/nowhere", headers={"accept": "*/*"})
    assert (program.status_code, program.json()["reason"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["/", "/styles", "/docs", "/openapi.json", "/v1/videos", "/healthz"])
def test_head_is_answered_as_get_without_the_body(gateway, path):
    head, get = gateway.client.head(path), gateway.client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_metrics_count_requests_jobs_and_steps(gateway, new_video):
    video = gateway.upload(new_video)
    gateway.finished(gateway.compare(video, video))
    text = gateway.client.get("/metrics").text
    samples = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert samples["eightcount_http_requests_total", "/v1/videos", "201", "POST"] >= 1
    assert samples["eightcount_jobs", "comparison", "succeeded"] >= 1
    assert samples["eightcount_step_seconds_count", "done", "score"] >= 1
    assert samples["eightcount_extracted_frames_total",] >= 120


def test_the_api_is_described_with_examples_tags_and_problems(gateway):
    schema = gateway.client.get("/openapi.json").json()
    start = schema["paths"]["/v1/comparisons"]["post"]
    assert start["tags"] == ["comparisons"]
    assert set(start["responses"]) >= {"202", "400", "401", "403", "404", "409", "413", "422", "500"}
    read = schema["paths"]["/v1/videos/{video_id}"]["get"]
    missing = schema["components"]["responses"][read["responses"]["404"]["$ref"].rpartition("/")[2]]
    assert "application/problem+json" in missing["content"]
    assert missing["x-reasons"] == ["VIDEO_NOT_FOUND"]
    request = schema["components"]["schemas"]["ComparisonRequest"]
    assert request["properties"]["take_video_id"]["examples"]
    assert "multipart/form-data" in schema["paths"]["/v1/videos"]["post"]["requestBody"]["content"]
    assert "HTTPValidationError" not in schema["components"]["schemas"]


def test_the_api_page_loads_nothing_from_elsewhere(gateway):
    page = gateway.client.get("/docs").text
    assert "http" not in page.replace("<!doctype html>", "").replace("HTTP API", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert gateway.client.get(f"/docs/assets/{asset}").status_code == 200


@pytest.fixture
async def locked():
    settings = GatewaySettings(api_keys=SecretStr("first, second"))
    transport = httpx.ASGITransport(create_app(settings, StoreSettings()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    "arguments",
    [{}, {"headers": {"authorization": "Bearer wrong"}}, {"headers": {"authorization": "Bearer "}},
     {"headers": {"authorization": "Basic !!!"}}, {"auth": ("user", "wrong")}, {"headers": {"x-api-key": "fir"}}],
)  # fmt: skip
async def test_without_an_accepted_key_nothing_is_shown(locked, arguments):
    response = await locked.get("/openapi.json", **arguments)
    assert response.status_code == 401
    assert response.json()["reason"] == "UNAUTHENTICATED"
    assert response.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "arguments",
    [
        {"headers": {"authorization": "Bearer second"}},
        {"auth": ("anyone", "first")},
        {"headers": {"x-api-key": "first"}},
    ],
)
async def test_a_key_is_accepted_as_bearer_password_or_header(locked, arguments):
    assert (await locked.get("/openapi.json", **arguments)).status_code == 200


async def handshake(app, **headers: str) -> list[dict]:
    """Return the answer to the handshake of a WebSocket."""
    sent: list[dict] = []
    names = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "path": "/v1/live", "query_string": b"", "headers": names, "extensions": {}}

    async def receive() -> dict:
        return {"type": "websocket.connect"}

    async def send(message: dict) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"host": "localhost", "authorization": "Bearer first"}, True),
        ({"host": "localhost"}, False),
        ({"host": "evil.example", "authorization": "Bearer first"}, False),
        ({"host": "localhost", "authorization": "Bearer first", "origin": "https://evil.example"}, False),
        ({"host": "localhost", "authorization": "Bearer first", "origin": "http://localhost"}, True),
    ],
)
async def test_a_websocket_passes_the_same_checks_as_a_request(headers, passes):
    reached: list[str] = []

    async def accept(scope, receive, send):
        reached.append(scope["path"])

    access = Access(api_keys=frozenset({"first"}), hosts=frozenset({"localhost"}))
    layer = GatewayMiddleware(accept, access_of=lambda _: access)
    sent = await handshake(layer, **headers)
    assert bool(reached) is passes
    assert passes or [message["type"] for message in sent] == ["websocket.close"]


async def test_probes_need_no_key(locked):
    assert (await locked.get("/healthz")).status_code == 200


def test_an_unexpected_error_is_answered_with_an_id_and_no_details(gateway, store, folder):
    record = folder / "objects" / "videos" / "broken" / "video.json"
    record.parent.mkdir(parents=True)
    record.write_text("not json: secret")
    response = gateway.client.get("/v1/videos/broken")
    assert (response.status_code, response.json()["reason"]) == (500, "INTERNAL")
    assert response.headers["x-request-id"] in response.json()["detail"]
    assert "secret" not in response.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "", "127.0.0.1.evil.example", "[::2]", "[x"])
def test_a_name_that_only_leads_to_loopback_is_not_answered(gateway, host):
    """DNS rebinding: a page of another site whose name suddenly means 127.0.0.1."""
    response = gateway.client.get("/v1/comparisons", headers={"host": host})
    assert response.status_code == 400


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
def test_every_name_of_loopback_is_answered(gateway, host):
    assert gateway.client.get("/v1/comparisons", headers={"host": host}).status_code == 200


def test_a_gateway_that_listens_everywhere_answers_to_any_name_unless_told_otherwise():
    assert GatewaySettings(host="0.0.0.0").accepted_hosts == frozenset()
    assert GatewaySettings(host="0.0.0.0", allowed_hosts="Dance.example, b").accepted_hosts == {"dance.example", "b"}
