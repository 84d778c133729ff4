"""The representation of a dance for networks: independent of the position on the floor and of the heading.

As in EDGE (Tseng et al., "EDGE: Editable Dance Generation From Music", 2023), except that the root motion is given by
its velocity relative to the dancer, so that a dance can continue from any position (Holden et al., "Phase-Functioned
Neural Networks for Character Control", 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_generator.body.blending import heading
from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.rotations import about_y, from_six, to_six
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT

FEET = tuple(BODY.index(name) for name in ("left_ankle", "left_foot", "right_ankle", "right_foot"))
_FEET_HEIGHTS = np.array([ANKLE_HEIGHT, TOE_HEIGHT, ANKLE_HEIGHT, TOE_HEIGHT])
_STANDING_METRES, _STANDING_SPEED = 0.045, 0.3
"""A foot point is in contact when it is no higher above its resting height and no faster (metres per second)."""
_LEGS = [joint for joint, name in enumerate(BODY.joints) if name.endswith(("hip", "knee", "ankle", "_foot"))]
_UPPER = [joint for joint in range(1, len(BODY)) if joint not in _LEGS]

ROOT_VELOCITY = slice(0, 3)
"""Metres per second to the dancer's left and forward, and radians per second to the left."""
HEIGHT = slice(3, 4)
"""Metres of the pelvis above the floor."""
ROTATIONS = slice(4, 4 + 6 * len(BODY))
"""Six numbers per joint; the pelvis as if the dancer faced +z."""
FOOT_CONTACTS = slice(ROTATIONS.stop, ROTATIONS.stop + len(FEET))
"""1 where heel and ball of the left, then of the right foot are in contact with the floor, else 0."""
WIDTH = FOOT_CONTACTS.stop

FloatArray = NDArray[np.float32]


def rotation_columns(joints: list[int]) -> NDArray[np.intp]:
    """Return the columns that hold the rotations of some joints."""
    return np.concatenate([np.arange(6) + ROTATIONS.start + 6 * joint for joint in joints]).astype(np.intp)


GROUPS: tuple[NDArray[np.intp], ...] = (
    np.arange(ROOT_VELOCITY.start, ROOT_VELOCITY.stop, dtype=np.intp),
    np.concatenate(
        [[HEIGHT.start], rotation_columns([0, *_LEGS]), np.arange(FOOT_CONTACTS.start, FOOT_CONTACTS.stop)]
    ).astype(np.intp),
    rotation_columns(_UPPER),
)
"""Columns of the root motion, of legs and pelvis, and of spine, head and arms."""


@dataclass(frozen=True, slots=True)
class RootPose:
    """Position of the pelvis on the floor in metres, and heading of the dancer in radians about y from +z."""

    x: float = 0.0
    z: float = 0.0
    heading: float = 0.0


def encode(dance: Dance) -> FloatArray:
    """Encode a dance of two or more frames as [T, WIDTH]; a velocity leads out of its frame, the last is repeated."""
    rotations = dance.rotations.astype(np.float64)
    facing = np.unwrap(heading(rotations[:, 0]))
    back = about_y(-facing)
    steps = np.diff(dance.root.astype(np.float64), axis=0) * FRAME_RATE_HERTZ
    seen = (back[:-1] @ steps[..., None])[..., 0]
    travel = np.stack([seen[:, 0], seen[:, 2], np.diff(facing) * FRAME_RATE_HERTZ], axis=1)
    rotations[:, 0] = back @ rotations[:, 0]
    six = to_six(rotations).reshape(len(dance), -1)
    parts = [np.append(travel, travel[-1:], axis=0), dance.root[:, 1:2], six, foot_contacts(dance)]
    return np.concatenate(parts, axis=1).astype(np.float32)


def decode(frames: NDArray[np.floating], start: RootPose | None = None) -> tuple[Dance, RootPose]:
    """Decode [T, WIDTH] to a dance that starts at a root pose; return it with the root pose after its last frame."""
    start = start or RootPose()
    values = frames.astype(np.float64)
    left, ahead, turn = (values[:, ROOT_VELOCITY] / FRAME_RATE_HERTZ).T
    facing = start.heading + np.append(0.0, np.cumsum(turn))
    sine, cosine = np.sin(facing[:-1]), np.cos(facing[:-1])
    x = start.x + np.append(0.0, np.cumsum(cosine * left + sine * ahead))
    z = start.z + np.append(0.0, np.cumsum(cosine * ahead - sine * left))
    rotations = from_six(values[:, ROTATIONS].reshape(len(values), len(BODY), 6))
    rotations[:, 0] = about_y(facing[:-1]) @ rotations[:, 0]
    root = np.stack([x[:-1], values[:, HEIGHT.start], z[:-1]], axis=1)
    dance = Dance(root.astype(np.float32), rotations.astype(np.float32))
    return dance, RootPose(float(x[-1]), float(z[-1]), float(facing[-1]))


def root_pose_at(dance: Dance, frame: int = 0) -> RootPose:
    """Return the root pose of a dance at a frame."""
    facing = heading(dance.rotations[frame, 0].astype(np.float64))
    return RootPose(float(dance.root[frame, 0]), float(dance.root[frame, 2]), float(facing))


def foot_contacts(dance: Dance) -> NDArray[np.float64]:
    """[T, 4] 1 where heel and ball of the feet are in contact with the floor, else 0."""
    feet = dance.joints()[:, FEET].astype(np.float64)
    speed = np.linalg.norm(np.diff(feet, axis=0), axis=-1) * FRAME_RATE_HERTZ
    speed = np.append(speed, speed[-1:], axis=0)
    low = feet[..., 1] - _FEET_HEIGHTS < _STANDING_METRES
    return np.asarray(low & (speed < _STANDING_SPEED), np.float64)
