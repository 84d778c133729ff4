"""Smoothing of a pose by what was before it, as there is no time to wait for what follows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_common.motion import FloatArray
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.tracking.one_euro import OneEuro, OneEuroState, filter_step

_IMAGE = OneEuro(min_cutoff_hz=0.05, beta=80.0)
_WORLD = OneEuro(min_cutoff_hz=0.1, beta=40.0)
"""MediaPipe's for the landmarks of a live pose (pose_landmark_filtering.pbtxt); metres are not scaled by the body."""


@dataclass(frozen=True, slots=True)
class SmoothedPose:
    """A pose after smoothing, and what the next one needs of it.

    Attributes:
        image: [33, 2] pixels of the frame.
        world: [33, 3] metres, origin between the hips.
    """

    image: OneEuroState
    world: OneEuroState

    @property
    def image_points(self) -> FloatArray:
        """Return [33, 2] pixels."""
        return self.image.value.astype(np.float32)

    @property
    def world_points(self) -> FloatArray:
        """Return [33, 3] metres."""
        return self.world.value.astype(np.float32)


def smooth_pose(before: SmoothedPose | None, pose: Pose, *, seconds: float, side: float) -> SmoothedPose:
    """Return a pose smoothed by the one before; as it is where there is none.

    Args:
        before: the pose of the frame before; None after a frame without the dancer.
        pose: as the network found it.
        seconds: time of the frame, later than that of the one before.
        side: of the dancer's region, in pixels.
    """
    image, world = pose.image.astype(np.float64), pose.world.astype(np.float64)
    return SmoothedPose(
        filter_step(before.image if before else None, image, timestamp=seconds, scale=side, filter_=_IMAGE),
        filter_step(before.world if before else None, world, timestamp=seconds, scale=1.0, filter_=_WORLD),
    )
