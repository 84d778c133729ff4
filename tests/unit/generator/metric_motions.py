"""Motions that measures are tried on: made up, with answers known beforehand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT

Array = NDArray[np.float64]
RATE_HERTZ = 30.0


def standing(frames: int) -> Array:
    """[T, 24, 3] a body in its rest pose, feet on the floor."""
    return np.tile(BODY.rest + np.array([0.0, STANDING_HEIGHT, 0.0]), (frames, 1, 1))


def random_dance(seconds: float, *, seed: int) -> Array:
    """[T, 24, 3] a smooth dance that nobody else dances: every joint turns by its own random swings."""
    random = np.random.default_rng(seed)
    times = np.arange(round(seconds * RATE_HERTZ)) / RATE_HERTZ
    swings = _swings(times, random, (24, 3), size=0.45)
    swings[:, 0] *= [0.1, 2.0, 0.1]
    root = _swings(times, random, (3,), size=0.5) * [1.0, 0.05, 1.0] + [0.0, STANDING_HEIGHT, 0.0]
    return Dance(root.astype(np.float32), from_axis_angle(swings).astype(np.float32)).joints().astype(np.float64)


def move_on_floor(joints: Array, *, turn_rad: float, shift: tuple[float, float]) -> Array:
    """Joints turned about the vertical through the origin, then shifted over the floor."""
    cosine, sine = np.cos(turn_rad), np.sin(turn_rad)
    turn = np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])
    return joints @ turn.T + [shift[0], 0.0, shift[1]]


def _swings(times: Array, random: np.random.Generator, shape: tuple[int, ...], *, size: float) -> Array:
    """[T, *shape] sums of three sines of random pace, phase and size."""
    pace, phase = random.uniform(0.2, 1.1, (3, *shape)), random.uniform(0, 2 * np.pi, (3, *shape))
    much = random.normal(0, size / np.sqrt(3), (3, *shape))
    angle = 2 * np.pi * np.multiply.outer(times, pace) + phase
    return np.sum(much * np.sin(angle), axis=1)
