"""Physical foot contact, and foot skating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT
from eightcount_generator.evaluation.joint_positions import FloatArray, Joints, check_joints

CONTACT_METRES = 0.025
"""Height above a flat foot's up to which a foot point is in contact (H of Zhang et al., 2018)."""
SLIDING_METRES_PER_SECOND = 0.5
"""Speed from which a foot in contact slides: 2.5 cm per frame of 1/20 s (skating ratio; Karunratanakul et al., "Guided
Motion Diffusion", 2023)."""
_FEET = (("left_ankle", "left_foot"), ("right_ankle", "right_foot"))


def physical_foot_contact(joints: Joints, *, up: Literal["y", "z"] = "y") -> float:
    """Compute PFC of one clip (Tseng et al., "EDGE", 2023): a body may only be accelerated while a foot stands still.

    Lower is better. NaN for a body that is never accelerated. It grows with the size of the body, falls with the frame
    rate, and one jolt lowers it for the whole clip, because everything is divided by the greatest acceleration: compare
    only clips of one rate and length.

    Args:
        joints: [T, 24, 3] positions in metres at 30 frames per second.
        up: the vertical axis; EDGE uses z.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than three frames, among others.
    """
    positions = check_joints(joints, frames=3)
    vertical = 1 if up == "y" else 2
    across = [0, 3 - vertical]
    acceleration = np.diff(positions[:, 0], n=2, axis=0)
    acceleration[:, vertical] = np.maximum(acceleration[:, vertical], 0.0)  # down is gravity's work
    effort = np.linalg.norm(acceleration, axis=-1)
    if not effort.max() > 0:
        return float("nan")
    travelled = np.linalg.norm(np.diff(positions[1:, :, across], axis=0), axis=-1)
    feet = [travelled[:, [BODY.index(joint) for joint in foot]].min(axis=-1) for foot in _FEET]
    return float(10_000 * np.mean(effort / effort.max() * feet[0] * feet[1]))


@dataclass(frozen=True, slots=True)
class Skate:
    """Sliding of feet in contact.

    Attributes:
        contact_share: share of both feet's time in contact.
        speed: metres per second, mean horizontal speed of a foot in contact; 0 if it never is.
        weighted_speed: metres per second, mean over all frames of the horizontal speed times a weight that falls from 1
            on the floor to 0 at `CONTACT_METRES` (Zhang et al., "Mode-Adaptive Neural Networks for Quadruped Motion
            Control", 2018); needs no decision about contact.
        sliding_share: share of the time in contact that is faster than `SLIDING_METRES_PER_SECOND`.
    """

    contact_share: float
    speed: float
    weighted_speed: float
    sliding_share: float


def foot_skate(
    joints: Joints, *, frame_rate: float = FRAME_RATE_HERTZ, flat_metres: Sequence[float] = (ANKLE_HEIGHT, TOE_HEIGHT)
) -> Skate:
    """Measure the sliding of the feet over the floor at y = 0.

    Ankle and ball of a foot are evaluated separately, and the slower one in contact counts: a foot that turns on its
    ball or its heel does not slide.

    Args:
        joints: [T, 24, 3] positions in metres, y up.
        frame_rate: frames per second.
        flat_metres: height of ankle and ball of a flat foot; those of `BODY` if not given.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than two frames, among others.
    """
    positions = check_joints(joints, frames=2)
    points = positions[:, [[BODY.index(joint) for joint in foot] for foot in _FEET]]  # [T, foot, point, 3]
    speed = np.linalg.norm(np.diff(points[..., [0, 2]], axis=0), axis=-1) * frame_rate
    height = points[..., 1] - np.asarray(flat_metres)
    height = np.maximum(height[:-1], height[1:])
    slowest = np.where(height < CONTACT_METRES, speed, np.inf).min(axis=-1)
    touching: FloatArray = slowest[np.isfinite(slowest)]
    weighted = _weighted_speed(speed, height)
    if not len(touching):
        return Skate(0.0, 0.0, weighted, 0.0)
    sliding = float((touching > SLIDING_METRES_PER_SECOND).mean())
    return Skate(len(touching) / slowest.size, float(touching.mean()), weighted, sliding)


def _weighted_speed(speed: FloatArray, height: FloatArray) -> float:
    """Return the mean of v (2 - 2^(h / H)), h clipped to 0..H, of the point of each foot with the greatest weight."""
    weight = 2.0 - 2.0 ** np.clip(height / CONTACT_METRES, 0.0, 1.0)
    lower = np.argmax(weight, axis=-1)[..., None]
    return float(np.mean(np.take_along_axis(weight * speed, lower, axis=-1)))
