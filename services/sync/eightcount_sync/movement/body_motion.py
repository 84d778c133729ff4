"""Movement of the whole body: joint angles and places in the image, as velocities on an even clock.

The angles do not depend on the camera, but the depth in them is a guess. The heights of the body's parts in the image
are measured and are the same from every side; their places across it are measured and hold where both cameras stood
on about the same side. Together they tell an offset in 6 s of a dance by somebody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.motion import MotionSequence
from eightcount_sync.movement.motion_features import (
    JOINTS,
    FloatArray,
    JointMotion,
    angular_velocities,
    even_velocities,
)

LIMBS: tuple[str, ...] = tuple(
    f"{side}_{part}" for part in ("elbow", "wrist", "knee", "ankle", "shoulder") for side in ("left", "right")
)
"""Keypoints whose places relative to the hips are compared, left and right in turn."""
ACROSS_WEIGHT, HEIGHT_WEIGHT = 0.7, 1.2
"""Weights of places across and up the image relative to an angle's: heights are the same from every side."""
MIN_SPEED = 0.05
"""Spread of a velocity, in torso lengths per second, below which a place counts as still."""
LIMIT = 3.0
"""Velocities count up to this multiple of their column's usual size; where tracking jumps, they are far larger."""
_MIN_USUAL = 0.15
"""Least usual size relative to the standard deviation: a limb that mostly rests still moves."""
_SMALL = 1e-9
_PLACES = len(LIMBS) + 2
"""The limbs, the nose, and the hips themselves."""


@dataclass(frozen=True, slots=True)
class BodyMotion:
    """The compared parts of a motion of T frames.

    Attributes:
        joints: the joint angles.
        places: [T, 12, 2] float32, x and y in pixels: `LIMBS` and the nose relative to the hips, then the hips; NaN
            where no dancer was found.
        torso: [T] float32, distance between hips and shoulders in pixels.
    """

    joints: JointMotion
    places: NDArray[np.float32]
    torso: NDArray[np.float32]

    @classmethod
    def from_motion(cls, motion: MotionSequence) -> BodyMotion:
        """Return what is compared of a motion or of a piece of one."""
        hips, shoulders = (
            motion.image[:, motion.skeleton.indices((f"left_{part}", f"right_{part}"))].mean(axis=1)
            for part in ("hip", "shoulder")
        )
        limbs = motion.image[:, motion.skeleton.indices((*LIMBS, "nose"))] - hips[:, None]
        places = np.concatenate([limbs, hips[:, None]], axis=1).astype(np.float32)
        torso = np.linalg.norm(shoulders - hips, axis=-1).astype(np.float32)
        return cls(JointMotion.from_motion(motion), places, torso)

    @classmethod
    def concatenate(cls, pieces: Sequence[BodyMotion]) -> BodyMotion:
        """Join consecutive pieces into one motion.

        Raises:
            InvalidInputError: there is no piece, or the pieces do not follow each other.
        """
        joints = JointMotion.concatenate([piece.joints for piece in pieces])
        places, torso = (np.concatenate([getattr(piece, name) for piece in pieces]) for name in ("places", "torso"))
        return cls(joints, places, torso)


def body_velocities(motion: BodyMotion) -> NDArray[np.float32]:
    """Return [N, 32] weighted velocities at `RATE_HERTZ` from the first timestamp on: 8 angles, 12 places x and y."""
    known = motion.torso[np.isfinite(motion.torso)]
    torso = max(float(np.median(known)), 1.0) if known.size else 1.0
    across, height = (
        even_velocities(motion.joints.timestamps, motion.places[..., axis] / torso, min_spread=MIN_SPEED)
        for axis in (0, 1)
    )
    angular = _limit(angular_velocities(motion.joints))
    return np.concatenate(
        [angular, ACROSS_WEIGHT * _limit(across), HEIGHT_WEIGHT * _limit(height)], axis=1
    ).astype(np.float32)  # fmt: skip


def _limit(velocities: FloatArray) -> FloatArray:
    """Limit [N, C] velocities of unit variance, or less where a column is still, and give each its spread again."""
    spread = velocities.std(axis=0)
    usual = np.maximum(1.4826 * np.median(np.abs(velocities), axis=0), _MIN_USUAL * spread)
    limited = np.clip(velocities, -LIMIT * usual, LIMIT * usual)
    return np.asarray(limited * spread / np.maximum(limited.std(axis=0), _SMALL))


def mirror_velocities(velocities: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the velocities of the same movement seen in a mirror."""
    half = len(JOINTS) // 2
    angles = [*range(half, len(JOINTS)), *range(half)]
    swapped = [place + 1 - 2 * (place % 2) for place in range(len(LIMBS))]
    places = np.array([*swapped, *range(len(LIMBS), _PLACES)])
    order = np.concatenate([angles, len(JOINTS) + places, len(JOINTS) + _PLACES + places])
    signs = np.ones(velocities.shape[1], np.float32)
    signs[len(JOINTS) : len(JOINTS) + _PLACES] = -1.0
    return np.asarray(velocities[:, order] * signs)
