"""A small side-by-side video of two drawn dancers, for pages that need something real to play."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT, FRAMES_PER_SECOND = 640, 480, 25
_PERIOD_SECONDS = 4
_RED = (226, 53, 43)
_LIMBS = (
    ("neck", "hips"), ("neck", "left_elbow"), ("left_elbow", "left_wrist"), ("neck", "right_elbow"),
    ("right_elbow", "right_wrist"), ("hips", "left_knee"), ("left_knee", "left_foot"), ("hips", "right_knee"),
    ("right_knee", "right_foot"),
)  # fmt: skip


def write_side_by_side(path: Path, *, duration_seconds: float) -> None:
    """Writes an H.264 MP4 of two figures, the second a little late and now and then with a red elbow."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND, options={"g": "10", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        period = [_image(i / FRAMES_PER_SECOND) for i in range(_PERIOD_SECONDS * FRAMES_PER_SECOND)]
        for i in range(round(duration_seconds * FRAMES_PER_SECOND)):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(period[i % len(period)], format="rgb24")))
        container.mux(stream.encode())


def _image(seconds: float) -> NDArray[np.uint8]:
    """[H, W, 3] both dancers at one moment."""
    image = np.full((HEIGHT, WIDTH, 3), (38, 44, 52), dtype=np.uint8)
    image[:, WIDTH // 2 - 1 : WIDTH // 2 + 1] = (12, 14, 17)
    _draw(image, WIDTH * 0.25, seconds, (240, 240, 240), red="")
    _draw(image, WIDTH * 0.75, seconds - 0.12, (150, 205, 250), red="left_elbow" if int(seconds) % 4 == 2 else "")
    return image


def _draw(image: NDArray[np.uint8], x: float, seconds: float, colour: tuple[int, int, int], *, red: str) -> None:
    points = _pose(x, seconds)
    for start, end in _LIMBS:
        for share in np.linspace(0, 1, 40):
            _dot(image, points[start] * (1 - share) + points[end] * share, 3, colour)
    _dot(image, points["neck"] - (0, 42), 24, colour)
    for name, point in points.items():
        _dot(image, point, 9 if name == red else 5, _RED if name == red else colour)


def _pose(x: float, seconds: float) -> dict[str, NDArray[np.float64]]:
    swing, step = np.sin(seconds * np.pi), np.sin(seconds * 2 * np.pi)
    offsets = {
        "neck": (12 * swing, -110), "hips": (18 * swing, 20),
        "left_elbow": (62, -70 - 35 * swing), "left_wrist": (104, -105 - 70 * swing),
        "right_elbow": (-62, -70 + 35 * swing), "right_wrist": (-104, -105 + 70 * swing),
        "left_knee": (34 + 10 * step, 95), "left_foot": (40, 175 - max(0.0, 22 * step)),
        "right_knee": (-34 + 10 * step, 95), "right_foot": (-40, 175 - max(0.0, -22 * step)),
    }  # fmt: skip
    return {name: np.array([x + dx, HEIGHT / 2 + 20 + dy]) for name, (dx, dy) in offsets.items()}


def _dot(image: NDArray[np.uint8], centre: NDArray[np.float64], radius: int, colour: tuple[int, int, int]) -> None:
    column, row = (round(float(value)) for value in centre)
    grid = np.arange(-radius, radius + 1)
    disc = grid[:, None] ** 2 + grid[None, :] ** 2 <= radius**2
    image[row - radius : row + radius + 1, column - radius : column + radius + 1][disc] = colour
