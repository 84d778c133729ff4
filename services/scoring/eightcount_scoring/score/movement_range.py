"""Range of motion: how much each joint moves around its local mean, compared between both dancers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eightcount_scoring.angles.joint_angles import Array, JointAngles
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import gaussian_reach

_WINDOW_SECONDS = 1.0
"""Standard deviation of the Gaussian window."""
MARGIN_FRAMES = gaussian_reach(_WINDOW_SECONDS * RATE_HERTZ)
"""Neighbouring frames on either side that the window needs."""


@dataclass(frozen=True, slots=True)
class MovementRange:
    """Movement of both dancers around its local mean, within a window of about two seconds.

    Attributes:
        reference_deg: [T, J] the reference's root mean square movement.
        ratio: [T, J] the take's movement divided by the reference's.
        likeness: [T, J] correlation of the two movements, in [-1, 1].
    """

    reference_deg: Array
    ratio: Array
    likeness: Array


def compare_movement(reference: JointAngles, take: JointAngles) -> MovementRange:
    """Compare the movement of two dancers on the common clock."""
    sigma = _WINDOW_SECONDS * RATE_HERTZ
    weights = reference.weights.astype(np.float64) * take.weights
    seen = gaussian_filter1d(weights, sigma, axis=0, mode="constant")

    def mean(values: Array) -> Array:
        extra = (1,) * (values.ndim - 2)
        summed = gaussian_filter1d(values * weights.reshape(*weights.shape, *extra), sigma, axis=0, mode="constant")
        averaged: Array = summed / np.maximum(seen, 1e-3).reshape(*seen.shape, *extra)
        return averaged

    a, b = (np.nan_to_num(dancer.vectors.astype(np.float64)) for dancer in (reference, take))
    mean_a, mean_b = mean(a), mean(b)
    power_a = np.maximum(mean((a * a).sum(-1)) - (mean_a**2).sum(-1), 0.0)
    power_b = np.maximum(mean((b * b).sum(-1)) - (mean_b**2).sum(-1), 0.0)
    common = mean((a * b).sum(-1)) - (mean_a * mean_b).sum(-1)
    likeness = common / np.sqrt(np.maximum(power_a * power_b, 1e-12))
    return MovementRange(
        reference_deg=np.degrees(np.sqrt(power_a)),
        ratio=np.sqrt(power_b / np.maximum(power_a, 1e-9)),
        likeness=np.clip(likeness, -1.0, 1.0),
    )
