"""Estimates the root motion from the feet, for recordings that contain poses only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.kinematics import joint_positions
from eightcount_generator.body.rotations import Array
from eightcount_generator.body.skeleton import ANKLE_HEIGHT, BODY, TOE_HEIGHT

_CONTACTS = ("left_ankle", "left_foot", "right_ankle", "right_foot")
_HEIGHTS = np.array([ANKLE_HEIGHT, TOE_HEIGHT, ANKLE_HEIGHT, TOE_HEIGHT])
_LOW_METRES = 0.02
"""Height above the lowest foot point at which another one has 1/e of its weight."""
_CALM_METRES = 0.02
"""Difference of a step from its neighbours at which a foot point has 1/e of its weight."""
_SMOOTHING_FRAMES = 2.0


def estimate_root_motion(dance: Dance) -> Dance:
    """Return the dance with the root moved so that the foot that is low and still stays where it is.

    The lowest foot point is on the floor in every frame, so jumps are lost; a motion of both feet, such as a slide,
    counts as standing. The first frame is above the origin.
    """
    still = np.zeros_like(dance.root)
    contacts = joint_positions(still, dance.rotations)[:, [BODY.index(joint) for joint in _CONTACTS]].astype(np.float64)
    above = contacts[..., 1] - _HEIGHTS
    root = -_smooth(_standing_steps(contacts, above))
    root = np.concatenate([np.zeros((1, 3)), np.cumsum(root, axis=0)])
    root[:, 1] = -_smooth(above.min(axis=1))
    return Dance(root.astype(np.float32), dance.rotations)


def _standing_steps(contacts: Array, above: Array) -> Array:
    """[T - 1, 3] steps of the supporting foot points relative to the root."""
    steps = np.diff(contacts, axis=0)
    low = np.exp(-_steps_above(above) / _LOW_METRES)
    strangeness = np.linalg.norm(steps - _smooth(_mean(steps, low))[:, None], axis=-1)
    calm = np.exp(-(strangeness - strangeness.min(axis=1, keepdims=True)) / _CALM_METRES)
    return _mean(steps, low * calm)


def _mean(steps: Array, weights: Array) -> Array:
    """[T, 3] mean of [T, 4, 3] with weights [T, 4]."""
    return np.asarray(np.sum(steps * weights[..., None], axis=1) / np.sum(weights, axis=1)[:, None])


def _steps_above(above: Array) -> NDArray[np.float64]:
    """[T - 1, 4] height of each foot point above the lowest one, at the higher end of a step."""
    higher = above - above.min(axis=1, keepdims=True)
    return np.asarray(np.maximum(higher[1:], higher[:-1]))


def _smooth(values: Array) -> Array:
    return np.asarray(gaussian_filter1d(values, _SMOOTHING_FRAMES, axis=0, mode="nearest")) if len(values) else values
