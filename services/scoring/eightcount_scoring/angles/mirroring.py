"""A dancer as a mirror shows them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles.joint_angles import JointAngles
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import JOINT_NAMES
from eightcount_scoring.blocks import blocks
from eightcount_scoring.motion_reader import MotionReader
from eightcount_scoring.running_mean import RunningMean
from eightcount_scoring.score.frame_errors import posture_points

MIRROR_MARGIN = 0.05
"""Points by which the other way round must fit better to be mentioned; a judgement."""
_SWAPPED = [
    JOINT_NAMES.index({"left": "right_", "right": "left_"}[side] + part) if part else position
    for position, (side, _, part) in enumerate(name.partition("_") for name in JOINT_NAMES)
]
_FLIP = np.array([-1.0, 1.0, 1.0])


def mirror_motion(motion: MotionSequence) -> MotionSequence:
    """The motion with left and right swapped, in the image and in the world."""
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
    """A recording as a mirror shows it."""

    recording: MotionReader

    def __len__(self) -> int:
        return len(self.recording)

    def frames(self, start: int, stop: int) -> MotionSequence:
        """The frames start <= t < stop, mirrored."""
        return mirror_motion(self.recording.frames(start, stop))


def mirror_angles(angles: JointAngles) -> JointAngles:
    """The angles of the mirrored motion: sides swapped, the lateral part of swings and leans turned round."""
    hinges = np.array([name.endswith(("elbow", "knee", "ankle")) for name in JOINT_NAMES])
    flip = np.where(hinges[:, None], 1.0, _FLIP)
    return replace(angles, vectors=angles.vectors[:, _SWAPPED] * flip, weights=angles.weights[:, _SWAPPED])


def seems_mirrored(reference: JointAngles, take: JointAngles, scale: JointScale) -> bool:
    """Whether the take, on the common clock, fits the reference clearly better the other way round."""
    as_it_is, mirrored = RunningMean(), RunningMean()
    for block in blocks(reference.seconds.size, margin=1):
        ours, theirs = reference[block.padded], take[block.padded]
        for fit, other in ((as_it_is, theirs), (mirrored, mirror_angles(theirs))):
            weights = ours.weights * other.weights * scale.importance
            fit.add(posture_points(ours, other, scale)[block.inner], weights[block.inner])
    return mirrored.overall_mean > as_it_is.overall_mean + MIRROR_MARGIN
