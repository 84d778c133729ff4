"""Dances that nobody dances: swaying, walking and noise, as functions of time."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.leg_ik import LEGS, two_bone_ik
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY, STANDING_HEIGHT

STEP_FRAMES = 20
"""Frames for which a walker's foot stands, and for which it swings."""
STRIDE = 0.5
"""Metres that a foot goes forward in one swing."""


def standing(frames: int) -> Dance:
    """The rest pose, its feet on the floor."""
    root = np.zeros((frames, 3), np.float32)
    root[:, 1] = STANDING_HEIGHT
    return Dance(root, np.tile(np.eye(3, dtype=np.float32), (frames, len(BODY), 1, 1)))


def turn_joint(dance: Dance, joint: str, degrees: np.ndarray) -> Dance:
    """The dance with a joint turned further by [T, 3] or [3] degrees, axis times angle, seen from its parent."""
    rotations = dance.rotations.astype(np.float64)
    turns = from_axis_angle(np.radians(np.broadcast_to(degrees, (len(dance), 3))))
    rotations[:, BODY.index(joint)] = turns @ rotations[:, BODY.index(joint)]
    return Dance(dance.root, rotations.astype(np.float32))


def walking(frames: int) -> Dance:
    """Steps towards +z that lift and put down one foot after the other, none of which skates; the arms swing."""
    times = np.arange(frames)
    dance = standing(frames)
    root = dance.root.copy()
    root[:, 1] -= 0.05
    root[:, 2] = times * STRIDE / (2 * STEP_FRAMES)
    swing = np.sin(np.pi * times / STEP_FRAMES)
    for side, sign in (("left", 1.0), ("right", -1.0)):
        dance = turn_joint(dance, f"{side}_shoulder", np.array([0.0, 0.0, -75.0 * sign]))
        dance = turn_joint(dance, f"{side}_shoulder", np.stack([sign * 20 * swing, 0 * swing, 0 * swing], axis=-1))
    rotations = dance.rotations.astype(np.float64)
    for number, leg in enumerate(LEGS):
        cycle, part = np.divmod(times + number * STEP_FRAMES, 2 * STEP_FRAMES)
        air = np.clip(part - STEP_FRAMES, 0, None) / STEP_FRAMES
        ahead = (cycle + air * air * (3 - 2 * air) - number / 2) * STRIDE + STRIDE / 4
        lift = 0.12 * np.sin(np.pi * air) ** 2
        place = np.stack([np.full(frames, BODY.offsets[leg.hip, 0]), 0.066 + lift, ahead], axis=-1)
        hip = root + BODY.offsets[leg.hip]
        rotations = two_bone_ik(rotations, rotations[:, 0], leg=leg, target=place - hip)
        level = rotations[:, 0] @ rotations[:, leg.hip] @ rotations[:, leg.knee]
        rotations[:, leg.ankle] = np.swapaxes(level, -1, -2)
    return Dance(root.astype(np.float32), rotations.astype(np.float32))


def shift_root(dance: Dance, by: np.ndarray) -> Dance:
    """The dance with the pelvis moved by [T, 3] metres."""
    return Dance((dance.root + by).astype(np.float32), dance.rotations)


def shake(dance: Dance, degrees: float, *, seed: int = 0) -> Dance:
    """The dance with every joint turned at random in every frame."""
    noise = np.radians(degrees) * np.random.default_rng(seed).normal(size=(*dance.rotations.shape[:2], 3))
    return Dance(dance.root, (from_axis_angle(noise) @ dance.rotations).astype(np.float32))


def messy(frames: int) -> Dance:
    """A walk with all that a finished dance may not have: it slides, sinks, shakes, an arm goes through the chest."""
    times = np.arange(frames) / FRAME_RATE_HERTZ
    slide = np.stack([0.02 * np.sin(2.0 * times), 0.02 * np.sin(0.9 * times), 0.03 * np.sin(1.3 * times)], axis=-1)
    dance = shift_root(walking(frames), slide)
    across = np.clip(np.sin(0.7 * times), 0, None)[:, None]
    dance = turn_joint(dance, "right_elbow", across * np.array([0.0, 95.0, 0.0]))
    dance = turn_joint(dance, "right_collar", across * np.array([0.0, 20.0, 0.0]))
    dance.rotations[:, 17] = dance.rotations[:, 17] @ from_axis_angle(np.radians(across * np.array([70.0, 0.0, 0.0])))
    dance = turn_joint(dance, "head", np.stack([0 * times, 100 * np.sin(times), 0 * times], axis=-1))
    return shake(dance, 1.0)


def largest_move(one: Dance, other: Dance) -> float:
    """Metres between the same joints of two dances, at most."""
    return float(np.linalg.norm(one.joints() - other.joints(), axis=-1).max())


def mean_move(one: Dance, other: Dance) -> float:
    """Metres between the same joints of two dances, on average."""
    return float(np.linalg.norm(one.joints() - other.joints(), axis=-1).mean())
