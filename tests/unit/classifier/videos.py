"""Short videos of two artificial styles, and a fast backbone."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from eightcount_classifier.backbones.base import FEATURES
from eightcount_classifier.dataset import Example, Source
from eightcount_classifier.features.frame_features import FrameFeatures, extract_features
from tests.data.media import write_video

RATE = 10
STYLES = ("bounce", "sweep")
_BLOCKS = 8


class Mosaic:
    """A backbone: the image in 8 x 8 blocks, through a fixed random layer."""

    def __init__(self, sha256: str = "ab" * 32) -> None:
        self.sha256 = sha256
        self.looked_at = 0
        self._layer = np.random.default_rng(3).normal(0, 0.2, (3 * _BLOCKS**2, FEATURES)).astype(np.float32)

    def features(self, pictures: np.ndarray) -> np.ndarray:
        self.looked_at += len(pictures)
        side = pictures.shape[1] // _BLOCKS
        blocks = pictures.reshape(-1, _BLOCKS, side, _BLOCKS, side, 3).mean(axis=(2, 4))
        return np.maximum((blocks.reshape(len(pictures), -1) / 255) @ self._layer, 0).astype(np.float32)


def draw_frames(style: str, *, seconds: float, seed: int = 0) -> list[np.ndarray]:
    """A bright square that goes up and down ("bounce") or from side to side ("sweep") before a room of some colour."""
    random = np.random.default_rng(seed)
    room = np.broadcast_to(random.integers(10, 110, 3).astype(np.uint8), (96, 128, 3))
    phase, hertz, middle = random.uniform(0, 2 * np.pi), random.uniform(0.5, 1.0), random.integers(-8, 9)
    pictures = []
    for frame in range(round(seconds * RATE)):
        swing = round(30 * np.sin(phase + 2 * np.pi * hertz * frame / RATE))
        row, column = (48 + swing, 64 + middle) if style == "bounce" else (48 + middle, 64 + swing)
        picture = room.copy()
        picture[row - 12 : row + 12, column - 12 : column + 12] = 240
        pictures.append(picture)
    return pictures


def write_dance_video(path: Path, style: str, *, seconds: float = 5.0, seed: int = 0) -> Path:
    return write_video(path, draw_frames(style, seconds=seconds, seed=seed), times=lambda index: index / RATE)


def features_of(path: Path, backbone: Mosaic) -> FrameFeatures:
    with path.open("rb") as file:
        parts = list(extract_features(file, backbone))
    features = np.concatenate([part.features for part in parts])
    return FrameFeatures(parts[0].position.origin_seconds, features, backbone.sha256)


def video_examples(folder: Path, *, each: int, backbone: Mosaic, first_seed: int = 0) -> list[Example[FrameFeatures]]:
    return [
        Example(style, Source(f"{style}-{number}", take=f"{style}-{number}"), features_of(path, backbone))
        for number in range(each)
        for style in STYLES
        for path in [write_dance_video(folder / f"{style}-{number}.mp4", style, seed=first_seed + number)]
    ]
