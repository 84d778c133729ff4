"""Removes jitter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ, Dance
from eightcount_generator.body.easing import EASE_FRAMES, Array, envelope, moving_average, smooth_step
from eightcount_generator.body.rotations import from_six, to_six

TURN_JERK_BOUNDS = 4500.0, 1000.0
"""1/s^3: third derivative of a joint's six numbers above which it counts as a spike, and its mean over half a second
above which it counts as shaking. In CMU dances and G1 Moves, 1 frame in 100 exceeds the first, 1 in 20 the second;
random turns of one degree in every frame have a mean of 1,300.
"""
ROOT_JERK_BOUNDS = 600.0, 200.0
"""m/s^3, of the pelvis, in the same way."""
_SPREAD_FRAMES = 1.5
"""Standard deviation of the low-pass: 3.7 Hz is halved, 2 Hz reduced to 82 %."""
_CUT = 4.0
_AROUND_FRAMES = 8
SMOOTHING_FRAMES = 2 * EASE_FRAMES + _AROUND_FRAMES + 2
"""Frames before and after on which a smoothed frame depends."""


def jerk(values: Array) -> Array:
    """[T, ..., D] -> [T, ...] norm of the third derivative per second cubed, by central differences; 0 at the ends."""
    found = np.zeros(values.shape[:-1])
    if len(values) >= 5:
        third = (values[4:] - 2 * values[3:-1] + 2 * values[1:-3] - values[:-4]) / 2
        found[2:-2] = np.linalg.norm(third, axis=-1) * FRAME_RATE_HERTZ**3
    return found


def remove_jitter(dance: Dance) -> Dance:
    """Low-pass each joint where its jerk exceeds the bounds; leave the rest unchanged."""
    six, root = to_six(dance.rotations.astype(np.float64)), dance.root.astype(np.float64)
    turning, moving = _smoothing_weights(jerk(six), TURN_JERK_BOUNDS), _smoothing_weights(jerk(root), ROOT_JERK_BOUNDS)
    if not turning.any() and not moving.any():
        return dance
    calm = six + turning[..., None] * (_low_pass(six) - six)
    rotations = np.where(turning[..., None, None] > 0, from_six(calm), dance.rotations)
    root += moving[..., None] * (_low_pass(root) - root)
    return replace(dance, root=root.astype(np.float32), rotations=rotations.astype(np.float32))


def _smoothing_weights(found: Array, bounds: tuple[float, float]) -> Array:
    """[T, ...] weight of the low-pass, 0 to 1: none up to the bounds, full from twice the bounds."""
    spike, shaking = bounds
    wanted = np.maximum(found / spike, moving_average(found, reach=_AROUND_FRAMES) / shaking)
    return np.minimum(envelope(smooth_step(wanted - 1)), 1.0)


def _low_pass(values: Array) -> Array:
    return np.asarray(gaussian_filter1d(values, _SPREAD_FRAMES, axis=0, mode="nearest", truncate=_CUT))
