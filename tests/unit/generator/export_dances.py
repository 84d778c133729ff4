"""Dances from formulas, in pieces as generators stream them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import about_y, from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT


def dance(
    seconds: float = 4.0, *, swing_rad: float = 0.7, turns: float = 1.0, metres: float = 1.0, seed: int = 1
) -> Dance:
    """All joints sway, the body spins about itself and walks to its left."""
    frames = round(seconds * FRAME_RATE_HERTZ)
    random = np.random.default_rng(seed)
    noise = gaussian_filter1d(random.normal(size=(frames, len(BODY), 3)), 6, axis=0, mode="wrap")
    vectors = noise / np.abs(noise).max() * swing_rad
    share = np.linspace(0, 1, frames)
    rotations = from_axis_angle(vectors)
    rotations[:, 0] = about_y(share * turns * 2 * np.pi) @ rotations[:, 0]
    height = STANDING_HEIGHT + 0.03 * np.sin(share * 20)
    root = np.stack([share * metres, height, 0.2 * np.sin(share * 9)], axis=1)
    return Dance(root.astype(np.float32), rotations.astype(np.float32))


def standing(frames: int) -> Dance:
    """The rest pose on the floor."""
    rotations = np.tile(np.eye(3, dtype=np.float32), (frames, len(BODY), 1, 1))
    return Dance(np.tile(np.array([0, STANDING_HEIGHT, 0], np.float32), (frames, 1)), rotations)


def pieces(whole: Dance, *, frames: int = 17) -> Iterator[Dance]:
    """Split the dance as a generator would stream it."""
    for start in range(0, len(whole), frames):
        yield whole.frames(start, start + frames)
