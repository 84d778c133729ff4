"""The angle between the two cameras, and the view of the joints that can be compared."""

from __future__ import annotations

import numpy as np

from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.joint_angles import Array, View

SAME_VIEW_DEG = 35.0
"""Cameras up to this angle apart count as the same view. On real pairs: same place 5 to 9 degrees, side view 92."""


def camera_angle_deg(reference: FirstPass, take: FirstPass, clock: Array, take_clock: Array) -> float:
    """Return the angle around the dancer from one camera to the other, in degrees (-180, 180]; 0 when unknown.

    Args:
        reference: first pass over the reference's motion.
        take: first pass over the take's motion.
        clock: [T] times of the reference.
        take_clock: [T] matching times of the take; NaN where there is none.
    """
    matched = np.isfinite(take_clock)
    ours = reference.facing[_nearest(reference.seconds, clock[matched])]
    theirs = take.facing[_nearest(take.seconds, take_clock[matched])]
    difference = theirs * np.conj(ours)
    known = difference[np.isfinite(difference)]
    return float(np.degrees(np.angle(known.mean()))) if known.size else 0.0


def choose_view(angle_deg: float) -> View:
    """Choose the precise view where the cameras allow it."""
    return "camera" if abs(angle_deg) <= SAME_VIEW_DEG else "body"


def _nearest(timestamps: Array, seconds: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    after = np.clip(np.searchsorted(timestamps, seconds), 1, max(timestamps.size - 1, 1))
    after = np.minimum(after, timestamps.size - 1)
    before = np.maximum(after - 1, 0)
    return np.where(seconds - timestamps[before] < timestamps[after] - seconds, before, after)
