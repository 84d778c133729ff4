"""The pages: upload forms at `/`, `/styles` and `/choreography`, the practice room at `/live`, results at
`/comparisons/{id}`, `/classifications/{id}` and `/dances/{id}`, and the files they load under `/static`.

Plain HTML, CSS and ES modules without a build step; everything they show comes from the public HTTP API.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from os import PathLike, stat_result
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.responses import FileResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from eightcount_gateway import fetch_three
from eightcount_gateway.browser_pose import files
from eightcount_gateway.demo import sample

_ROOT = Path(__file__).parent

_REVALIDATE = "no-cache"
"""Browsers keep a file and ask whether it has changed: names carry no hash, and a new version must show at once."""

_MEDIA_TYPES = {
    ".js": "text/javascript", ".cjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
}  # fmt: skip
"""Fixed here, because the operating system's table may name types that browsers refuse for modules."""

_POLICY = (
    "default-src 'self'; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
_POSE_WORKER = "pose_worker.js"
_WORKER_POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
"""A worker has the policy of its own file: only this one may compile WebAssembly, and no page may."""
_IMPORT_MAP = re.compile(rb'<script type="importmap">(.*?)</script>', re.DOTALL)
"""Browsers read import maps only in the page itself, so the page's policy allows it by its hash."""

router = APIRouter(include_in_schema=False)


@router.get("/")
async def upload_page() -> FileResponse:
    """The upload form and the recent comparisons."""
    return _page("upload.html")


@router.get("/comparisons/{comparison_id}")
async def comparison_page(comparison_id: str) -> FileResponse:  # noqa: ARG001 - the page reads it from its address
    """One comparison: its progress while it runs, then its report."""
    return _page("report.html")


@router.get("/live")
async def live_page() -> FileResponse:
    """The practice room: a dance to copy beside the camera, with points while one dances."""
    return _page("live.html")


@router.get("/practice")
async def practice_page() -> FileResponse:
    """The player for one dance, without a take."""
    return _page("practice.html")


@router.get("/styles")
async def styles_page() -> FileResponse:
    """The form that classifies a recording, the recent classifications, and the models."""
    return _page("styles.html")


@router.get("/classifications/{classification_id}")
async def classification_page(classification_id: str) -> FileResponse:  # noqa: ARG001 - as above
    """One classification: its progress while it runs, then the style over time."""
    return _page("classification.html")


@router.get("/devices")
async def devices_page() -> FileResponse:
    """The invitation for a phone, and the devices that have joined."""
    return _page("devices.html")


@router.get("/join")
async def join_page() -> FileResponse:
    """The page on which an invited device joins."""
    return _page("join.html")


@router.get("/choreography")
async def choreography_page() -> FileResponse:
    """The form that generates a dance, and the recent dances."""
    return _page("choreography.html")


@router.get("/dances/{dance_id}")
async def dance_page(dance_id: str) -> FileResponse:  # noqa: ARG001 - as above
    """One dance: its progress while it is generated, then the 3D stage, the video and the files."""
    return _page("dance.html")


def not_found_page() -> FileResponse:
    """The answer to a browser that asks for a page that does not exist: a page with status 404 that leads back."""
    return _page("not_found.html", status=404)


def add_pages(app: FastAPI, *, three_folder: Path, pose_folder: Path, sample_folder: Path) -> None:
    """Add the pages, their static files, and what was fetched for them, to `app`."""
    app.include_router(router)
    _add_fetched(app, "three", three_folder, is_there=fetch_three.is_there, command=fetch_three.COMMAND)
    _add_fetched(app, "pose", pose_folder, is_there=files.are_there, command=files.COMMAND)
    _add_fetched(app, "sample", sample_folder, is_there=sample.is_there, command=sample.COMMAND)
    app.mount("/static", page_assets(), name="static")


def _add_fetched(app: FastAPI, name: str, folder: Path, *, is_there: Callable[[Path], bool], command: str) -> None:
    """Add `/static/vendor/NAME/*`, and `/static/vendor/NAME.json`: whether it is there, and how it is fetched."""
    folder = folder.expanduser()

    async def state() -> JSONResponse:
        there = await asyncio.to_thread(is_there, folder)
        return JSONResponse({"is_there": there, "command": command}, headers={"Cache-Control": "no-store"})

    app.add_api_route(f"/static/vendor/{name}.json", state, include_in_schema=False)
    app.mount(f"/static/vendor/{name}", _Fetched(directory=folder, check_dir=False), name=name)


def page_response(name: str, *, connect: str) -> FileResponse:
    """Return a page that may read another origin, too; for applications beside the gateway's."""
    response = _page(name)
    response.headers["Content-Security-Policy"] += f"; connect-src 'self' {connect}"
    return response


def page_assets() -> StaticFiles:
    """Return the files that pages load, as an application."""
    return _Assets(directory=_ROOT / "static")


def _page(name: str, status: int = 200) -> FileResponse:
    headers = _page_headers(name)
    return FileResponse(_ROOT / "pages" / name, status_code=status, media_type="text/html", headers=headers)


@cache
def _page_headers(name: str) -> dict[str, str]:
    maps = _IMPORT_MAP.findall((_ROOT / "pages" / name).read_bytes())
    hashes = "".join(f" 'sha256-{base64.b64encode(hashlib.sha256(one).digest()).decode()}'" for one in maps)
    return {
        "Cache-Control": _REVALIDATE,
        "Content-Security-Policy": _POLICY + (f"; script-src 'self'{hashes}" if hashes else ""),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


class _Assets(StaticFiles):
    """Static files with fixed media types and a cache that revalidates."""

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _REVALIDATE
        response.headers["X-Content-Type-Options"] = "nosniff"
        if Path(full_path).name == _POSE_WORKER:
            response.headers["Content-Security-Policy"] = _WORKER_POLICY
        media_type = _MEDIA_TYPES.get(Path(full_path).suffix)
        if media_type and "content-type" in response.headers:
            response.headers["Content-Type"] = f"{media_type}; charset=utf-8"
        return response


class _Fetched(_Assets):
    """Files that may be fetched while the gateway runs: the folder may be missing until then."""

    async def check_config(self) -> None:
        """Accept a missing folder."""
