"""A gateway without backends: the HTTP API the pages use, made-up results, and the real pages."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response, UploadFile
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse

from eightcount_gateway.web import add_pages
from tests.e2e.fake_dances import FakeDance, add_dances
from tests.e2e.fake_styles import add_styles, sample_result
from tests.e2e.sample_report import VIDEO_DURATION_S

_STEPS = {"probe": 0, "extract_reference": 60, "extract_take": 60, "align": 0, "score": 0, "render": 40}
_REQUEST = {"model": "full", "mirrored": True, "align": "auto"}


@dataclass
class FakeGateway:
    """What the fake answers; tests set it before they open a page.

    Attributes:
        video: the MP4 that every comparison shows.
        report: the report that every comparison gets.
        hold_at: step that never ends, so that it can be looked at or cancelled.
        fail_at: step that fails for want of a person.
        refuse_names: uploads with such a name are refused as no video.
        refuse_events: progress is not streamed, as behind some proxies.
        tick_seconds: time for one unit of progress.
        three: folder of three.js; without one the gateway has none.
        dance: the one dance there is.
    """

    video: Path
    report: dict[str, Any]
    hold_at: str = ""
    fail_at: str = ""
    refuse_names: tuple[str, ...] = ()
    refuse_events: bool = False
    tick_seconds: float = 0.002
    three: Path = Path("there-is-none")
    dance: FakeDance = field(default_factory=FakeDance)
    wanted: list[dict[str, Any]] = field(default_factory=list)
    videos: dict[str, dict[str, Any]] = field(default_factory=dict)
    comparisons: dict[str, dict[str, Any]] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=lambda: sample_result(VIDEO_DURATION_S))
    classifications: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add_video(self, file_name: str, size_bytes: int = 12_345_678) -> str:
        """Registers a video and gives its id."""
        video_id = f"v{len(self.videos) + 1}"
        self.videos[video_id] = {"id": video_id, "file_name": file_name, "size_bytes": size_bytes, "media": None}
        return video_id

    def add_comparison(self, reference: str, take: str, *, status: str = "succeeded") -> str:
        """Registers a comparison of two file names and gives its id."""
        comparison = self.new(
            {**_REQUEST, "reference_video_id": self.add_video(reference), "take_video_id": self.add_video(take)}
        )
        comparison["status"] = status
        if status == "succeeded":
            comparison["score"] = self.report["score"]
            for step in comparison["steps"]:
                step.update(state="done", seconds=1.0)
        return str(comparison["id"])

    def new(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """A queued comparison."""
        comparison_id = f"c{len(self.comparisons) + 1}"
        comparison = {
            "id": comparison_id, "status": "queued", "score": None, "error": None, "created_at": "2026-11-21T10:00:00Z",
            **wanted, "links": {},
            "steps": [
                {"name": name, "state": "pending", "done": 0, "total": total, "seconds": None}
                for name, total in _STEPS.items()
            ],
        }  # fmt: skip
        self.comparisons[comparison_id] = comparison
        return comparison

    def add_classification(
        self, video_id: str, *, style_model: str = "", model: str = "heavy", dancer: dict[str, float] | None = None
    ) -> dict[str, Any]:
        """A classification: over at once, or for ever at the step that is held."""
        job_id = f"k{len(self.classifications) + 1}"
        held = self.hold_at
        self.classifications[job_id] = {
            "id": job_id, "status": "running" if held else "succeeded", "error": None, "video_id": video_id,
            "created_at": "2026-11-21T10:00:00Z", "style_model": style_model, "model": model, "links": {},
            "dancer": dancer,
            "steps": [
                {"name": name, "state": "running" if name == held else "done", "done": 30, "total": 60, "seconds": 1.0}
                for name in ("probe", "extract", "listen", "classify")
            ],
        }  # fmt: skip
        return self.classifications[job_id]

    async def run(self, comparison: dict[str, Any]) -> None:
        """Takes a comparison through its steps."""
        comparison["status"] = "running"
        for step in comparison["steps"]:
            step["state"] = "running"
            if step["name"] == self.fail_at:
                step["state"] = "failed"
                comparison["error"] = {"reason": "NO_PERSON", "message": "No person was found in take.mp4."}
                comparison["status"] = "failed"
                return
            for done in range(step["total"] + 1):
                step["done"] = done
                await asyncio.sleep(self.tick_seconds)
                while step["name"] == self.hold_at and done * 2 >= step["total"] and comparison["status"] == "running":
                    await asyncio.sleep(0.01)
                if comparison["status"] == "cancelled":
                    return
            step.update(state="cached" if step["name"] == "extract_reference" else "done", seconds=2.5)
        comparison.update(status="succeeded", score=self.report["score"])


def create_app(fake: FakeGateway) -> FastAPI:
    """The application: pages from the product, answers from `fake`."""
    app = FastAPI()
    add_pages(app, fake.three)
    add_dances(app, fake.dance, fake.video)
    _add_videos(app, fake)
    _add_comparisons(app, fake)
    _add_results(app, fake)
    add_styles(app, fake)
    return app


def _problem(status: int, reason: str, detail: str) -> JSONResponse:
    body = {"type": "about:blank", "title": "Error", "status": status, "detail": detail, "reason": reason}
    return JSONResponse(body, status, media_type="application/problem+json")


def _add_videos(app: FastAPI, fake: FakeGateway) -> None:
    @app.post("/v1/videos")
    async def upload(file: UploadFile) -> Response:
        name = file.filename or ""
        if name in fake.refuse_names:
            return _problem(422, "NOT_A_VIDEO", f"{name} is not a video.")
        video_id = fake.add_video(name, size_bytes=len(await file.read()))
        return JSONResponse(fake.videos[video_id], 201)

    @app.get("/v1/videos/{video_id}")
    async def video(video_id: str) -> Response:
        return JSONResponse(fake.videos[video_id])


def _add_comparisons(app: FastAPI, fake: FakeGateway) -> None:
    tasks: set[asyncio.Task[None]] = set()

    @app.post("/v1/comparisons")
    async def create(request: Request) -> Response:
        wanted = await request.json()
        fake.wanted.append(wanted)
        comparison = fake.new(wanted)
        task = asyncio.create_task(fake.run(comparison))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        return JSONResponse(comparison, 202)

    @app.get("/v1/comparisons")
    async def recent() -> Response:
        return JSONResponse({"comparisons": list(reversed(fake.comparisons.values()))})

    @app.get("/v1/comparisons/{comparison_id}")
    async def get(comparison_id: str) -> Response:
        if comparison_id not in fake.comparisons:
            return _problem(404, "NOT_FOUND", f"There is no comparison {comparison_id}.")
        return JSONResponse(fake.comparisons[comparison_id])

    @app.delete("/v1/comparisons/{comparison_id}")
    async def cancel(comparison_id: str) -> Response:
        fake.comparisons[comparison_id]["status"] = "cancelled"
        return JSONResponse(fake.comparisons[comparison_id], 202)

    @app.get("/v1/classifications/{job_id}/events")
    async def classification_events(job_id: str) -> Response:
        return StreamingResponse(_events(fake.classifications[job_id]), media_type="text/event-stream")

    @app.get("/v1/comparisons/{comparison_id}/events")
    async def events(comparison_id: str) -> Response:
        if fake.refuse_events:
            return _problem(502, "HTTP_502", "A proxy that lets no stream through.")
        return StreamingResponse(_events(fake.comparisons[comparison_id]), media_type="text/event-stream")


async def _events(comparison: dict[str, Any]) -> AsyncIterator[str]:
    last = ""
    while comparison["status"] in {"queued", "running"}:
        now = json.dumps(comparison)
        if now != last:
            yield f"event: progress\ndata: {now}\n\n"
        last = now
        await asyncio.sleep(0.01)
    yield f"event: end\ndata: {json.dumps(comparison)}\n\n"


def _add_results(app: FastAPI, fake: FakeGateway) -> None:
    @app.get("/v1/comparisons/{comparison_id}/report.json")
    async def report(comparison_id: str) -> Response:
        return JSONResponse(fake.report)

    @app.get("/v1/comparisons/{comparison_id}/side_by_side.mp4")
    async def side_by_side(comparison_id: str) -> Response:
        return FileResponse(fake.video, media_type="video/mp4")


@contextmanager
def serve(fake: FakeGateway) -> Iterator[str]:
    """Serves the fake on a free loopback port and gives its address."""
    server = uvicorn.Server(uvicorn.Config(create_app(fake), port=0, log_level="error", ws="none", lifespan="off"))
    with server.config.bind_socket() as socket:
        thread = Thread(target=server.run, kwargs={"sockets": [socket]})
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield f"http://127.0.0.1:{socket.getsockname()[1]}"
        finally:
            server.should_exit = server.force_exit = True
            thread.join()
