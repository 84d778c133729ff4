"""The way that a person has gone, found from the feet, for recordings that know poses only."""

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
"""How much higher a part of a foot is that carries 1/e as much as the lowest."""
_CALM_METRES = 0.02
"""How much more the step of a part of a foot differs from those before and after that is believed 1/e as much."""
_SMOOTHING_FRAMES = 2.0


def estimate_root_motion(dance: Dance) -> Dance:
    """The dance with the root moved such that the foot that is low and still stays where it is.

    The lowest part of the feet is put on the floor in every frame, so jumps are lost; what both feet do together, such
    as a slide, is taken for standing. The first frame is above the origin.
    """
    still = np.zeros_like(dance.root)
    contacts = joint_positions(still, dance.rotations)[:, [BODY.index(joint) for joint in _CONTACTS]].astype(np.float64)
    above = contacts[..., 1] - _HEIGHTS
    root = -_smooth(_standing_steps(contacts, above))
    root = np.concatenate([np.zeros((1, 3)), np.cumsum(root, axis=0)])
    root[:, 1] = -_smooth(above.min(axis=1))
    return Dance(root.astype(np.float32), dance.rotations)


def _standing_steps(contacts: Array, above: Array) -> Array:
    """[T - 1, 3] how far what stands goes from one frame to the next, seen from the root."""
    steps = np.diff(contacts, axis=0)
    low = np.exp(-_steps_above(above) / _LOW_METRES)
    strangeness = np.linalg.norm(steps - _smooth(_mean(steps, low))[:, None], axis=-1)
    calm = np.exp(-(strangeness - strangeness.min(axis=1, keepdims=True)) / _CALM_METRES)
    return _mean(steps, low * calm)


def _mean(steps: Array, weights: Array) -> Array:
    """[T, 3] of [T, 4, 3] with weights [T, 4]."""
    return np.asarray(np.sum(steps * weights[..., None], axis=1) / np.sum(weights, axis=1)[:, None])


def _steps_above(above: Array) -> NDArray[np.float64]:
    """[T - 1, 4] how much higher a part is than the lowest, the higher of both ends of a step."""
    higher = above - above.min(axis=1, keepdims=True)
    return np.asarray(np.maximum(higher[1:], higher[:-1]))


def _smooth(values: Array) -> Array:
    return np.asarray(gaussian_filter1d(values, _SMOOTHING_FRAMES, axis=0, mode="nearest")) if len(values) else values
