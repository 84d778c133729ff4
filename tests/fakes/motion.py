"""A synthetic dancer."""

from __future__ import annotations

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33


def synthetic_motion(frames: int, *, rate: float = 30.0, seed: int = 0, model: str = "fake/1") -> MotionSequence:
    """Return a motion in which every keypoint swings around its own position at its own speed."""
    random = np.random.default_rng(seed)
    count = len(BLAZEPOSE_33)
    seconds = np.arange(frames) / rate
    places, speeds = random.uniform(100, 500, (count, 2)), random.uniform(0.5, 2.0, (count, 1))
    swing = np.sin(seconds[:, None, None] * speeds)
    image = (places + 30 * swing).astype(np.float32)
    world = np.concatenate([(image - 300) / 300, np.zeros((frames, count, 1))], axis=2).astype(np.float32)
    visibility = np.full((frames, count), 0.9, np.float32)
    return MotionSequence(BLAZEPOSE_33, seconds, image, world, visibility, model, (640, 640))
