"""Jitter, and frozen stretches."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.evaluation.joint_positions import Joints, check_joints

FROZEN_METRES = 0.03
"""Over `FROZEN_SECONDS`, the joints of a frozen body stay within boxes with a smaller mean diagonal: a body that only
stands and breathes is frozen."""
FROZEN_SECONDS = 0.5


def jitter(joints: Joints, *, frame_rate: float = FRAME_RATE_HERTZ) -> float:
    """Compute the mean norm of the third derivative of all joints in metres per second cubed (as Yi et al.,
    "TransPose", 2021).

    It depends on the frame rate: compare dances of one rate only.

    Args:
        joints: [T, 24, 3] positions in metres.
        frame_rate: frames per second.

    Raises:
        InvalidInputError: INVALID_JOINTS; fewer than four frames, among others.
    """
    thirds = np.diff(check_joints(joints, frames=4), n=3, axis=0) * frame_rate**3
    return float(np.linalg.norm(thirds, axis=-1).mean())


def frozen_seconds(joints: Joints, *, frame_rate: float = FRAME_RATE_HERTZ) -> float:
    """Return the length of the longest stretch in which the body stands still; 0 if none reaches `FROZEN_SECONDS`.

    Args:
        joints: [T, 24, 3] positions in metres.
        frame_rate: frames per second.
    """
    positions = check_joints(joints)
    window = round(FROZEN_SECONDS * frame_rate) + 1
    if len(positions) < window:
        return 0.0
    box = maximum_filter1d(positions, window, axis=0) - minimum_filter1d(positions, window, axis=0)
    middle = slice(window // 2, window // 2 + len(positions) - window + 1)
    still = np.linalg.norm(box[middle], axis=-1).mean(axis=-1) < FROZEN_METRES
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]])))
    longest = int(np.max(edges[1::2] - edges[::2], initial=0))
    return (longest + window - 2) / frame_rate if longest else 0.0
