"""The part of the fake gateway that is about styles."""

from __future__ import annotations

import asyncio
import math
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse

STYLES = (
    "ballet_jazz",
    "breakdance",
    "hip_hop",
    "house",
    "krump",
    "locking",
    "popping",
    "street_jazz",
    "waack",
    "la_style",
)
MODELS = [
    {"name": "starter", "version": "3f2a9c41d0be", "family": "pose", "styles": list(STYLES), "shipped": True,
     "balanced_accuracy": 0.872, "card": "# Starter\n\nKnows ten styles.\n\n<img src=x onerror=alert(1)>\n"},
    {"name": "our-studio", "version": "90ab12cd34ef", "family": "pose-lstm", "styles": ["bachata", "salsa"],
     "shipped": False, "balanced_accuracy": None, "card": ""},
]  # fmt: skip


def sample_result(duration_s: float) -> dict[str, Any]:
    """Hip hop that becomes house; in between the dancer leaves, stands around, and does something unknown."""
    windows = []
    for number in range(int(duration_s) - 1):
        start = float(number)
        part = number / (duration_s - 2)
        verdict = {4: "not_seen", 5: "not_a_dance", 6: "unknown"}.get(number, "style")
        windows.append(_window(start, start + 2.0, part, verdict))
    return {
        "model": "starter/3f2a9c41d0be", "styles": list(STYLES), "verdict": "style", "style": "hip_hop",
        "probabilities": _shares(0.3, 0.05), "message": "This looks like hip hop; house comes next.", "novelty": 0.5,
        "track_id": 1, "windows": windows,
    }  # fmt: skip


def _window(start: float, end: float, part: float, verdict: str) -> dict[str, Any]:
    shares = None if verdict == "not_seen" else _shares(part, 0.8 if verdict == "not_a_dance" else 0.04)
    if verdict == "unknown":
        shares = {**dict.fromkeys(STYLES, 0.09), "not_a_dance": 0.1}
    style = ("hip_hop" if part < 0.6 else "house") if verdict == "style" else ""
    return {"start_s": start, "end_s": end, "probabilities": shares, "verdict": verdict, "style": style}


def _shares(part: float, none: float) -> dict[str, float]:
    weights = dict.fromkeys(STYLES, 0.004) | {
        "hip_hop": 0.1 + math.cos(part * math.pi / 2) ** 2, "house": 0.1 + math.sin(part * math.pi / 2) ** 2,
        "krump": 0.12, "popping": 0.06 + 0.05 * part,
    }  # fmt: skip
    rest = (1 - none) / sum(weights.values())
    return {style: round(weight * rest, 4) for style, weight in weights.items()} | {"not_a_dance": none}


def add_styles(app: FastAPI, fake: Any) -> None:
    """Routes of models and classifications; a classification is done at once unless the fake holds it."""

    @app.get("/v1/style-models")
    async def models() -> Response:
        return JSONResponse({"models": [{k: v for k, v in model.items() if k != "card"} for model in MODELS]})

    @app.get("/v1/style-models/{name}")
    async def model(name: str) -> Response:
        return JSONResponse(next(model for model in MODELS if model["name"] == name))

    @app.post("/v1/classifications")
    async def create(request: Request) -> Response:
        wanted = await request.json()
        fake.wanted.append(wanted)
        return JSONResponse(fake.add_classification(**wanted), 202)

    @app.get("/v1/classifications")
    async def recent() -> Response:
        return JSONResponse({"classifications": list(reversed(fake.classifications.values()))})

    @app.get("/v1/classifications/{job_id}")
    async def get(job_id: str) -> Response:
        if job_id not in fake.classifications:
            body = {"title": "Not Found", "status": 404, "detail": "There is none.", "reason": "NOT_FOUND"}
            return JSONResponse(body, 404, media_type="application/problem+json")
        await asyncio.sleep(0)
        return JSONResponse(fake.classifications[job_id])

    @app.delete("/v1/classifications/{job_id}")
    async def cancel(job_id: str) -> Response:
        fake.classifications[job_id]["status"] = "cancelled"
        return JSONResponse(fake.classifications[job_id], 202)

    @app.get("/v1/classifications/{job_id}/result.json")
    async def result(job_id: str) -> Response:
        return JSONResponse(fake.result)

    @app.get("/v1/videos/{video_id}/content")
    async def content(video_id: str) -> Response:
        return FileResponse(fake.video, media_type="video/mp4")
