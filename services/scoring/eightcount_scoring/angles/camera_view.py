"""The angle around the dancer from one camera to the other, from where the dancer faces, with its confidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_scoring.angles.first_pass import FirstPass
from eightcount_scoring.angles.joint_angles import Array, View

SAME_VIEW_DEG = 35.0
"""Cameras up to this angle apart count as the same view. On real pairs: same place 5 to 9 degrees, side view 92."""


@dataclass(frozen=True, slots=True)
class FacingDifference:
    """The mean difference of the two dancers' directions (Fisher, Statistical Analysis of Circular Data, 1993, 2.3).

    Attributes:
        angle_deg: from the reference's camera to the take's, in (-180, 180]; negative when the take's camera stands
            further towards the dancer's left.
        resultant: mean resultant length in [0, 1]: 1 when the difference never changes, near 0 when it is arbitrary;
            0 when nothing is known.
    """

    angle_deg: float
    resultant: float


def measure_facing_difference(
    reference: FirstPass, take: FirstPass, clock: Array, take_clock: Array
) -> FacingDifference:
    """Average the difference of the directions over the frames in which both torsos are seen.

    Args:
        reference: first pass over the reference's motion.
        take: first pass over the take's motion.
        clock: [T] times of the reference.
        take_clock: [T] matching times of the take; NaN where there is none.
    """
    matched = np.isfinite(take_clock)
    ours = _nearest(reference.seconds, clock[matched])
    theirs = _nearest(take.seconds, take_clock[matched])
    difference = take.facing[theirs] * np.conj(reference.facing[ours])
    weights = reference.torso_weights[ours].astype(np.float64) * take.torso_weights[theirs]
    weights = np.where(np.isfinite(difference), weights, 0.0)
    if not weights.sum():
        return FacingDifference(0.0, 0.0)
    mean = (np.nan_to_num(difference) * weights).sum() / weights.sum()
    return FacingDifference(float(np.degrees(np.angle(mean))), float(abs(mean)))


def choose_view(angle_deg: float) -> View:
    """Choose the precise view where the cameras allow it."""
    return "camera" if abs(angle_deg) <= SAME_VIEW_DEG else "body"


def _nearest(timestamps: Array, seconds: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    after = np.clip(np.searchsorted(timestamps, seconds), 1, max(timestamps.size - 1, 1))
    after = np.minimum(after, timestamps.size - 1)
    before = np.maximum(after - 1, 0)
    return np.where(seconds - timestamps[before] < timestamps[after] - seconds, before, after)
