"""What the pages and their static files are served as, without a browser."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient

import eightcount_gateway.web as web

_ROOT = Path(web.__file__).parent


@pytest.fixture
async def client() -> AsyncIterator[AsyncClient]:
    app = FastAPI()
    web.add_pages(app)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://gateway") as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/comparisons/some-id", "/styles", "/classifications/some-id", "/choreography", "/dances/some-id"]
)
async def test_pages_allow_only_what_the_gateway_itself_serves(client: AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


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
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text)
