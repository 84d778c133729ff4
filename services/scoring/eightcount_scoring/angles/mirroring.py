"""Mirror images of motions and joint angles."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.joint_angles import JointAngles
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.motion_reader import MotionReader

_SWAPPED = [
    JOINT_NAMES.index({"left": "right_", "right": "left_"}[side] + part) if part else position
    for position, (side, _, part) in enumerate(name.partition("_") for name in JOINT_NAMES)
]
_FLIP = np.array([-1.0, 1.0, 1.0])


def mirror_motion(motion: MotionSequence) -> MotionSequence:
    """Swap left and right of a motion, in the image and in the world."""
    order = motion.skeleton.mirror_order
    image, world = motion.image[:, order].copy(), motion.world[:, order].copy()
    image[..., 0] = motion.image_size[0] - image[..., 0]
    world[..., 0] *= -1
    return MotionSequence(
        motion.skeleton, motion.timestamps, image, world, motion.visibility[:, order], motion.model,
        motion.image_size, motion.track_id,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MirroredMotion:
    """The mirror image of a motion that is read in pieces."""

    recording: MotionReader

    def __len__(self) -> int:
        return len(self.recording)

    def frames(self, start: int, stop: int) -> MotionSequence:
        """Read the frames start <= t < stop, mirrored."""
        return mirror_motion(self.recording.frames(start, stop))


def mirror_angles(angles: JointAngles) -> JointAngles:
    """Return the angles of the mirrored motion: sides swapped, the lateral part of swings and leans negated."""
    hinges = np.array([name.endswith(("elbow", "knee", "ankle")) for name in JOINT_NAMES])
    flip = np.where(hinges[:, None], 1.0, _FLIP)
    return replace(angles, vectors=angles.vectors[:, _SWAPPED] * flip, weights=angles.weights[:, _SWAPPED])
