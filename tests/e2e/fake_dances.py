"""The part of the fake gateway that is about dances: one figure that turns and steps aside, and a song."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import about_y
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT
from eightcount_generator.export.glb import write_glb

SECONDS = 6.0
MUSIC_SECONDS = 5.0
BEAT_SECONDS = 0.5
FIRST_EIGHT = 2
"""The beat at which the first eight-count begins."""
_SAMPLE_RATE = 8000
MODELS = [
    {"name": "mine", "version": "0a1b", "family": "graph", "styles": ["salsa"], "shipped": False,
     "takes_key_poses": False},
    {"name": "poses", "version": "1b2c", "family": "diffusion", "styles": [], "shipped": True, "takes_key_poses": True},
]  # fmt: skip


@dataclass
class FakeDance:
    """What is answered about the one dance there is.

    Attributes:
        formats: what it was written as.
        content_deleted: whether the song is gone.
        song: the song's bytes.
        figure: the figure's bytes.
        counts: the song's counts; none when they are not known.
    """

    formats: tuple[str, ...] = ("mp4", "glb")
    content_deleted: bool = False
    song: bytes = b""
    figure: bytes = b""
    counts: list[dict[str, Any]] | None = field(default_factory=lambda: _counts())

    def __post_init__(self) -> None:
        self.song = self.song or _tone()
        self.figure = self.figure or _figure()

    @property
    def body(self) -> dict[str, Any]:
        """As `GET /v1/dances/d1` answers."""
        steps = [
            {"name": name, "state": "done", "done": 1, "total": 1, "seconds": 1.0}
            for name in ("listen", "generate", "export")
        ]
        return {
            "id": "d1", "status": "succeeded", "steps": steps, "error": None, "created_at": "2026-11-21T10:00:00Z",
            "links": {}, "music_id": "s1", "model": "", "style": "", "seed": 7, "energy": 0.0, "mirrored": False,
            "duration_seconds": 0.0, "formats": list(self.formats),
        }  # fmt: skip

    @property
    def result(self) -> dict[str, Any]:
        """As `result.json`."""
        frames = round(SECONDS * FRAME_RATE_HERTZ)
        return {"model": "mine/0a1b", "frames": frames, "seconds": SECONDS, "seed": 7, "formats": list(self.formats),
                "borrowed": []}  # fmt: skip


def add_dances(app: FastAPI, dance: FakeDance, film: Path) -> None:
    """Answers about the dance `d1` to the song `s1`."""

    @app.get("/v1/dances/d1")
    async def get() -> Response:
        return JSONResponse(dance.body)

    @app.get("/v1/dances/d1/{name}")
    async def file(name: str) -> Response:
        match name:
            case "result.json":
                return JSONResponse(dance.result)
            case "counts.json":
                return JSONResponse({"tempo_bpm": 60 / BEAT_SECONDS, "guessed": True, "counts": dance.counts or []})
            case "stage.glb":
                return Response(dance.figure, media_type="model/gltf-binary")
        return FileResponse(film, media_type="video/mp4")

    @app.get("/v1/dance-models")
    async def models() -> Response:
        return JSONResponse({"models": MODELS})

    @app.get("/v1/videos/s1")
    async def song() -> Response:
        return JSONResponse({"id": "s1", "file_name": "song.wav", "size_bytes": len(dance.song), "media": None,
                             "content_deleted": dance.content_deleted})  # fmt: skip

    @app.get("/v1/videos/s1/content")
    async def content(request: Request) -> Response:
        first = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        size = len(dance.song)
        headers = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{size - 1}/{size}"}
        return Response(dance.song[first:], 206, headers, media_type="audio/wav")


def _counts() -> list[dict[str, Any]]:
    """120 a minute, the first eight-count from the third beat on; the song goes on after the dance."""
    return [
        {"start_s": beat * BEAT_SECONDS, "end_s": (beat + 1) * BEAT_SECONDS, "count": (beat - FIRST_EIGHT) % 8 + 1,
         "eight_count": 0 if beat < FIRST_EIGHT else (beat - FIRST_EIGHT) // 8 + 1}
        for beat in range(round(SECONDS / BEAT_SECONDS) + 8)
    ]  # fmt: skip


def _figure() -> bytes:
    """A T that turns once around itself and steps to its left and back."""
    frames = round(SECONDS * FRAME_RATE_HERTZ)
    angles = np.linspace(0, 2 * np.pi, frames)
    root = np.zeros((frames, 3), np.float32)
    root[:, 0], root[:, 1] = 0.8 * np.sin(angles), STANDING_HEIGHT
    rotations = np.tile(np.eye(3, dtype=np.float32), (frames, len(BODY), 1, 1))
    rotations[:, 0] = about_y(angles)
    file = io.BytesIO()
    for _ in write_glb([Dance(root, rotations)], file):
        pass
    return file.getvalue()


def _tone() -> bytes:
    """A quiet A as a wave file, shorter than the dance."""
    times = np.arange(round(MUSIC_SECONDS * _SAMPLE_RATE)) / _SAMPLE_RATE
    samples = (1000 * np.sin(2 * np.pi * 440 * times)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as song:
        song.setparams((1, 2, _SAMPLE_RATE, 0, "NONE", ""))
        song.writeframes(samples.tobytes())
    return file.getvalue()
