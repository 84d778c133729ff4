"""The pages and their static files as they are served, without a browser."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

import eightcount_gateway.web as web
from eightcount_gateway import fetch_three

_ROOT = Path(web.__file__).parent


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    web.add_pages(
        app, three_folder=tmp_path / "three", pose_folder=tmp_path / "pose", sample_folder=tmp_path / "sample"
    )
    async with AsyncClient(transport=ASGITransport(app), base_url="http://gateway") as client:
        yield client


@pytest.mark.parametrize(
    "path",
    ["/", "/live", "/comparisons/some-id", "/styles", "/classifications/some-id", "/choreography", "/dances/some-id"],
)
async def test_pages_allow_only_what_the_gateway_itself_serves(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


async def test_only_the_worker_that_finds_poses_may_compile_web_assembly(client: AsyncClient) -> None:
    worker = await client.get("/static/js/live/pose_worker.js")
    assert worker.headers["content-security-policy"] == "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
    assert "content-security-policy" not in (await client.get("/static/js/live/live.js")).headers


async def test_what_finds_poses_is_served_as_soon_as_it_is_there(client: AsyncClient, tmp_path: Path) -> None:
    assert not (await client.get("/static/vendor/pose.json")).json()["is_there"]
    (tmp_path / "pose" / "wasm").mkdir(parents=True)
    (tmp_path / "pose" / "vision_bundle.cjs").write_text("words")
    answer = await client.get("/static/vendor/pose/vision_bundle.cjs")
    assert answer.text == "words"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_an_unknown_page_leads_back(tmp_path: Path) -> None:
    app = FastAPI()
    web.add_pages(app, three_folder=tmp_path, pose_folder=tmp_path, sample_folder=tmp_path)
    app.add_exception_handler(404, lambda request, error: web.not_found_page())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://gateway") as client:
        answer = await client.get("/no/such/page")
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert '<a href="/styles">' in answer.text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("js/api.js", "text/javascript"), ("css/base.css", "text/css"), ("favicon.svg", "image/svg+xml")],
)
async def test_static_files_have_their_media_type_and_are_revalidated(
    client: AsyncClient, path: str, media_type: str
) -> None:
    answer = await client.get(f"/static/{path}")
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.headers["cache-control"] == "no-cache"
    again = await client.get(f"/static/{path}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_no_path_leads_out_of_the_static_folder(client: AsyncClient) -> None:
    answer = await client.get("/static/..%2f__init__.py")
    assert answer.status_code == 404


@pytest.mark.parametrize("page", sorted(path.name for path in (_ROOT / "pages").iterdir()))
async def test_every_file_that_a_page_names_exists(client: AsyncClient, page: str) -> None:
    text = (_ROOT / "pages" / page).read_text(encoding="utf-8")
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', text)
    assert named
    assert [(await client.get(path)).status_code for path in named] == [200] * len(named)
    assert "http" not in text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\s(src=|type=\"importmap\"))", text)


async def test_the_policy_lets_the_page_s_own_import_map_through_and_no_other(client: AsyncClient) -> None:
    answer = await client.get("/dances/some-id")
    (found,) = re.findall(r'<script type="importmap">(.*?)</script>', answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(found.encode()).digest()).decode()
    assert answer.headers["content-security-policy"].endswith(f"; script-src 'self' 'sha256-{digest}'")
    other = await client.get("/choreography")
    assert "script-src" not in other.headers["content-security-policy"]


async def test_every_module_of_the_import_map_is_fetched(client: AsyncClient) -> None:
    page = (_ROOT / "pages" / "dance.html").read_text(encoding="utf-8")
    (found,) = re.findall(r'<script type="importmap">(.*?)</script>', page, re.DOTALL)
    imports = json.loads(found)["imports"]
    scripts = "".join(path.read_text(encoding="utf-8") for path in (_ROOT / "static" / "js" / "stage").iterdir())
    named = set(re.findall(r'from "(three[^"]*)"', scripts))
    assert named == {"three", "three/addons/controls/OrbitControls.js", "three/addons/loaders/GLTFLoader.js"}
    for name in named:
        address = imports.get(name) or name.replace("three/addons/", imports["three/addons/"])
        assert address.removeprefix("/static/vendor/three/") in {file.name for file in fetch_three.FILES}


async def test_three_js_is_served_as_soon_as_it_is_there(
    client: AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = b"export const revision = 1;"
    digest = hashlib.sha256(module).hexdigest()
    monkeypatch.setattr(fetch_three, "FILES", (replace(fetch_three.FILES[1], name="a/module.js", sha256=digest),))
    assert (await client.get("/static/vendor/three.json")).json() == {"is_there": False, "command": fetch_three.COMMAND}
    assert (await client.get("/static/vendor/three/a/module.js")).status_code == 404
    (tmp_path / "three" / "a").mkdir(parents=True)
    (tmp_path / "three" / "a" / "module.js").write_bytes(module)
    assert (await client.get("/static/vendor/three.json")).json()["is_there"] is True
    answer = await client.get("/static/vendor/three/a/module.js")
    assert (answer.content, answer.headers["content-type"]) == (module, "text/javascript; charset=utf-8")
    (tmp_path / "three" / "a" / "module.js").write_bytes(b"something else")
    assert (await client.get("/static/vendor/three.json")).json()["is_there"] is False
