"""The camera: it faces the dancer from the front, and moves only when the dancer leaves the middle."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance

Array = NDArray[np.floating[Any]]

_DISTANCE, _EYE_HEIGHT, _LOOK_HEIGHT = 6.2, 1.45, 1.02
"""Metres from the middle of the stage, of the lens above the floor, of the target above the floor."""
_VISIBLE_HEIGHT, _VISIBLE_WIDTH = 2.85, 3.2
"""Minimum metres that are visible at the middle of the stage."""
_FREE_METRES = 0.45
"""Distance from the middle that the dancer may move before the camera does."""
_EASE_FRAMES = round(1.5 * FRAME_RATE_HERTZ)
"""Frames before and after a move of the dancer over which the camera eases."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A pinhole camera with a fixed direction and an image size in pixels."""

    width: int
    height: int

    @property
    def focal_pixels(self) -> float:
        """Pixels of one metre at a distance of one metre."""
        return _DISTANCE * min(self.height / _VISIBLE_HEIGHT, self.width / _VISIBLE_WIDTH)

    def view(self, points: Array, middle: Array) -> tuple[Array, Array]:
        """Project points.

        Args:
            points: [..., 3] metres.
            middle: [..., 2] x and z of the stage's middle, which the camera looks at.

        Returns:
            [..., 2] pixels, x to the right and y down; and [...] metres from the camera.
        """
        relative = points - np.stack([middle[..., 0], np.full_like(middle[..., 0], _LOOK_HEIGHT), middle[..., 1]], -1)
        right, up, back = np.moveaxis(relative @ _AXES.T.astype(points.dtype), -1, 0)
        away = _REACH - back
        scale = self.focal_pixels / away
        return np.stack([self.width / 2 + scale * right, self.height / 2 - scale * up], -1), away

    def floor(self) -> Array:
        """[H, W, 2] x and z of the floor under each pixel from the stage's middle; infinite above the horizon."""
        columns = (np.arange(self.width) + 0.5 - self.width / 2) / self.focal_pixels
        rows = (self.height / 2 - np.arange(self.height) - 0.5) / self.focal_pixels
        _, up, back = _AXES
        fall = -(rows[:, None] * up[1] - back[1])
        eye_height = _LOOK_HEIGHT + _REACH * back[1]
        far = np.where(fall > 1e-6, eye_height / np.maximum(fall, 1e-6), np.inf)
        deep = _REACH * back[2] + far * (rows[:, None] * up[2] - back[2])
        return np.stack(np.broadcast_arrays(far * columns, deep), axis=-1)


_REACH = float(np.hypot(_DISTANCE, _EYE_HEIGHT - _LOOK_HEIGHT))
_SINE, _COSINE = (_EYE_HEIGHT - _LOOK_HEIGHT) / _REACH, _DISTANCE / _REACH
_AXES = np.array([[1, 0, 0], [0, _COSINE, -_SINE], [0, _SINE, _COSINE]])
"""Rows: to the right, up, and towards the camera."""


def follow_dancer(pieces: Iterable[Dance]) -> Iterator[tuple[Dance, Array]]:
    """Yield the pieces, each with the [T, 2] middle of the stage that the camera looks at.

    A dancer who is farther than `_FREE_METRES` from the middle drags it along; its path is smoothed over three seconds,
    for which the pieces are delayed.
    """
    path = _Path()
    waiting: deque[Dance] = deque()
    for piece in pieces:
        waiting.append(piece)
        path.add(piece.root[:, [0, 2]])
        while waiting and path.ready >= len(waiting[0]):
            yield waiting[0], path.take(len(waiting.popleft()))
    path.finish()
    while waiting:
        yield waiting[0], path.take(len(waiting.popleft()))


class _Path:
    """The path of the middle, smoothed as soon as enough of what follows is known."""

    def __init__(self) -> None:
        self._begin: list[Array] = []
        self._drawn = np.empty((0, 2))
        self._weights = np.hanning(2 * _EASE_FRAMES + 3)[1:-1] / (_EASE_FRAMES + 1)

    @property
    def ready(self) -> int:
        """Frames whose middle is known."""
        return max(0, len(self._drawn) - 2 * _EASE_FRAMES)

    def add(self, positions: Array) -> None:
        """Add positions [T, 2] of the dancer. The first seconds are collected: the camera starts at their middle."""
        if len(self._drawn):
            self._drawn = np.concatenate([self._drawn, _drag_along(positions, self._drawn[-1])])
            return
        self._begin.append(positions)
        if sum(map(len, self._begin)) > 2 * _EASE_FRAMES:
            self._start()

    def finish(self) -> None:
        """End the path; the last middle stays."""
        if self._begin:
            self._start()
        if len(self._drawn):
            self._drawn = np.concatenate([self._drawn, np.repeat(self._drawn[-1:], _EASE_FRAMES, axis=0)])

    def take(self, frames: int) -> Array:
        """Return the next middles."""
        known = self._drawn[: frames + 2 * _EASE_FRAMES]
        self._drawn = self._drawn[frames:]
        return np.stack([np.convolve(column, self._weights, mode="valid") for column in known.T], axis=-1)

    def _start(self) -> None:
        positions = np.concatenate(self._begin)
        self._begin = []
        middle = (positions.min(axis=0) + positions.max(axis=0)) / 2
        drawn = _drag_along(positions, middle)
        self._drawn = np.concatenate([np.repeat(drawn[:1], _EASE_FRAMES, axis=0), drawn])


def _drag_along(positions: Array, middle: Array) -> Array:
    """[T, 2] middle on a slack rope; each depends on the previous one."""
    columns = []
    for column, at in zip(positions.T.tolist(), middle.tolist(), strict=True):
        drawn = []
        for place in column:
            at = min(max(at, place - _FREE_METRES), place + _FREE_METRES)
            drawn.append(at)
        columns.append(drawn)
    return np.array(columns).reshape(2, -1).T
