"""Smoothing of what is drawn by what was before, as there is no time to wait for what follows."""

from __future__ import annotations

import numpy as np

from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.tracking.one_euro import OneEuro, OneEuroState, filter_step

_LANDMARKS = OneEuro(min_cutoff_hz=0.05, beta=80.0)
"""MediaPipe's for the landmarks of a live pose (pose_landmark_filtering.pbtxt)."""


def steady_pose(before: OneEuroState | None, pose: Pose, *, seconds: float, side: float) -> OneEuroState:
    """Return a pose's [33, 2] pixels smoothed by the frame before; as they are where there is none.

    Args:
        before: of the frame before; None after a frame without the dancer.
        pose: as the network found it.
        seconds: time of the frame, later than that of the one before.
        side: of the dancer's region, in pixels.
    """
    return filter_step(before, pose.image.astype(np.float64), timestamp=seconds, scale=side, filter_=_LANDMARKS)
