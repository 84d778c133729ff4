"""Benchmark clips: a real dancer, brought to 1280 x 720 at 30 frames per second, of any length."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np

WIDTH, HEIGHT, FRAME_RATE, SAMPLE_RATE = 1280, 720, 30, 48_000


def make_clip(source: Path, target: Path, *, start_seconds: float, duration_seconds: float) -> Path:
    """Write H.264 + AAC from `start_seconds` of `source` on; a source that ends is repeated.

    The image is scaled to the full height and centred on black.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial.mp4")
    frames, samples = _decode(source, start_seconds, min(duration_seconds, 60.0))
    with av.open(str(partial), "w") as output:
        video = output.add_stream("libx264", rate=FRAME_RATE, options={"preset": "veryfast", "crf": "20"})
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        audio = output.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        for index in range(round(duration_seconds * FRAME_RATE)):
            frame = av.VideoFrame.from_ndarray(frames[index % len(frames)], format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, FRAME_RATE)
            output.mux(video.encode(frame))
        output.mux(video.encode())
        resized = np.resize(samples, round(duration_seconds * SAMPLE_RATE))
        for start in range(0, resized.size, SAMPLE_RATE):
            piece = av.AudioFrame.from_ndarray(resized[None, start : start + SAMPLE_RATE], format="fltp", layout="mono")
            piece.sample_rate, piece.pts, piece.time_base = SAMPLE_RATE, start, Fraction(1, SAMPLE_RATE)
            output.mux(audio.encode(piece))
        output.mux(audio.encode())
    partial.rename(target)
    return target


def _decode(source: Path, start_seconds: float, duration_seconds: float) -> tuple[list[np.ndarray], np.ndarray]:
    """Decode one segment of the source: frames at 30 per second as padded YUV planes, and mono audio."""
    stop = start_seconds + duration_seconds
    frames: list[np.ndarray] = []
    with av.open(str(source)) as container:
        for frame in container.decode(video=0):
            while frame.time >= start_seconds + len(frames) / FRAME_RATE and frame.time < stop:
                frames.append(_letterbox(frame))
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
    with av.open(str(source)) as container:
        pieces = [part.to_ndarray()[0] for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    sound = np.concatenate(pieces).astype(np.float32)
    return frames, sound[round(start_seconds * SAMPLE_RATE) : round(stop * SAMPLE_RATE)]


def _letterbox(frame: av.VideoFrame) -> np.ndarray:
    width = 2 * round(frame.width * HEIGHT / frame.height / 2)
    image = frame.reformat(width=width, height=HEIGHT, format="rgb24").to_ndarray()
    canvas = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    left = (WIDTH - width) // 2
    canvas[:, left : left + width] = image
    return av.VideoFrame.from_ndarray(canvas, format="rgb24").reformat(format="yuv420p").to_ndarray()
