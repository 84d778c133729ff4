"""Media for tests: generated short clips, and a real dancer from a package."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from eightcount_gateway.demo.dancer import fetch_dancer

BUILD = Path(__file__).resolve().parents[2] / "build"
TICKS = 12_800

Pictures = list[np.ndarray]


def dancer_video() -> Path:
    """`dancer.avi`: one real dancer, whole body; downloaded once."""
    return fetch_dancer(BUILD / "media")


def dancer_pictures(*, seconds: float, start: float = 0.0) -> tuple[list[float], Pictures]:
    """Return times from 0 on, and RGB images [496, 518, 3]."""
    times, pictures = [], []
    with av.open(str(dancer_video())) as container:
        for frame in container.decode(video=0):
            if start <= frame.time < start + seconds:
                times.append(frame.time - start)
                pictures.append(frame.to_ndarray(format="rgb24"))
            elif frame.time >= start + seconds:
                break
    return times, pictures


def moving_square(count: int, *, size: tuple[int, int] = (160, 120)) -> Pictures:
    """Return images of a bright square that moves over a dim gradient; they show nobody."""
    width, height = size
    background = np.linspace(20, 60, width, dtype=np.uint8)[None, :, None].repeat(height, 0).repeat(3, 2)
    pictures = []
    for index in range(count):
        picture = background.copy()
        left = (5 * index) % (width - 20)
        picture[height // 2 : height // 2 + 20, left : left + 20] = 230
        pictures.append(picture)
    return pictures


def write_video(
    path: Path,
    pictures: Iterable[np.ndarray],
    *,
    times: Callable[[int], float] = lambda index: index / 25,
    codec: str = "libx264",
    rotation_degrees: int = 0,
    options: dict[str, str] | None = None,
    index_first: bool = False,
) -> Path:
    """Write RGB images at the given times, rounded to 1/12800 s.

    `rotation_degrees` is the clockwise turn that players should apply; `index_first` puts the index of an mp4 before
    its frames, so that the file can be read although its end is missing.
    """
    with av.open(str(path), "w", options={"movflags": "faststart"} if index_first else {}) as container:
        stream = None
        for index, picture in enumerate(pictures):
            if stream is None:
                stream = container.add_stream(codec, rate=25, options={"g": "10", "crf": "16", **(options or {})})
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
                stream.codec_context.time_base = Fraction(1, TICKS)
                if rotation_degrees:
                    stream.set_display_rotation(-rotation_degrees)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts, frame.time_base = round(times(index) * TICKS), Fraction(1, TICKS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def write_audio(path: Path, *, seconds: float = 1.0) -> Path:
    """Write a tone without video."""
    rate = 16_000
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(round(rate * seconds)) / rate)).astype(np.int16)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate, 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path
