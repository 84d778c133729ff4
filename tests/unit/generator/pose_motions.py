"""Dances from formulas as a pose network would report them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33, Skeleton
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.skeleton import BODY

_FROM = {
    "foot_index": ("foot", (0.0, 0.0, 0.0)), "heel": ("ankle", (0.0, -0.05, -0.04)),
    "index": ("hand", (0.0, 0.0, 0.02)), "pinky": ("hand", (0.0, 0.0, -0.02)), "thumb": ("hand", (0.0, 0.0, 0.03)),
}  # fmt: skip


def as_pose_motion(recorded: Dance, skeleton: Skeleton = BLAZEPOSE_33, *, rate_hertz: float = 30.0) -> MotionSequence:
    """Return a dance as a pose network would report it: hip-centred, x right, y down, z away."""
    joints = recorded.joints().astype(np.float64)
    joints -= joints[:, [BODY.index("left_hip"), BODY.index("right_hip")]].mean(axis=1, keepdims=True)
    world = np.empty((len(recorded), len(skeleton), 3))
    for column, name in enumerate(skeleton.keypoints):
        side, _, part = name.partition("_")
        if name in BODY.joints:
            world[:, column] = joints[:, BODY.index(name)]
        elif part in _FROM:
            joint, offset = _FROM[part]
            world[:, column] = joints[:, BODY.index(f"{side}_{joint}")] + offset
        else:
            sign = {"left": 1, "right": -1}.get(side, 0)
            world[:, column] = joints[:, BODY.index("head")] + (0.07 * sign, 0, 0.0 if part == "ear" else 0.08)
    frames = len(recorded)
    return MotionSequence(
        skeleton, np.arange(frames) / rate_hertz, np.full((frames, len(skeleton), 2), np.nan, np.float32),
        (world * (1, -1, -1)).astype(np.float32), np.ones((frames, len(skeleton)), np.float32),
    )  # fmt: skip


def lose_dancer(motion: MotionSequence, start: int, stop: int) -> MotionSequence:
    world = motion.world.copy()
    world[start:stop] = np.nan
    return replace(motion, world=world)
