"""The way over the floor, led to where a dance goes on as it was, or to where it is seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.models.encoding import FOOT_CONTACTS, ROOT_VELOCITY, RootPose, decode

_SMOOTHING_FRAMES = 2.0
_STANDING_SHARE = 0.6
"""Of the way that is led while the feet step, what is led while one surely stands: legs make up for it."""

_STAGE_METRES = 1.5
"""From the middle: who would go farther is led back by half of what is beyond."""


def clamp_to_stage(end: RootPose) -> RootPose:
    """Where a stretch should end that would end somewhere."""
    far = float(np.hypot(end.x, end.z))
    if far <= _STAGE_METRES:
        return end
    nearer = (far + _STAGE_METRES) / 2 / far
    return RootPose(end.x * nearer, end.z * nearer, end.heading)


def steer_to(frames: NDArray[np.floating], start: RootPose, target: RootPose) -> NDArray[np.float32]:
    """[T, WIDTH] the stretch that ends where it should; it is led there while its feet step rather than stand.

    Args:
        frames: [T, WIDTH] encoded.
        start: place of its first frame.
        target: wanted place of the frame after its last.
    """
    found = np.array(frames, np.float32)
    share = _correction_weights(frames)
    end = decode(found, start)[1]
    turn = found[:, ROOT_VELOCITY.stop - 1].astype(np.float64)
    turn += _wrap_angle(target.heading - end.heading) * share * FRAME_RATE_HERTZ
    found[:, ROOT_VELOCITY.stop - 1] = turn
    end = decode(found, start)[1]
    facing = start.heading + np.append(0.0, np.cumsum(turn[:-1])) / FRAME_RATE_HERTZ
    x, z = (missing * share * FRAME_RATE_HERTZ for missing in (target.x - end.x, target.z - end.z))
    found[:, ROOT_VELOCITY.start] += (np.cos(facing) * x - np.sin(facing) * z).astype(np.float32)
    found[:, ROOT_VELOCITY.start + 1] += (np.sin(facing) * x + np.cos(facing) * z).astype(np.float32)
    return found


def _correction_weights(frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """[T] of the way that is missing, none at the ends."""
    steps = 1 - np.clip(frames[:, FOOT_CONTACTS].max(axis=1), 0, 1 - _STANDING_SHARE)
    steps = gaussian_filter1d(steps.astype(np.float64), _SMOOTHING_FRAMES, mode="nearest")
    steps *= np.sin(np.pi * (np.arange(len(frames)) + 0.5) / len(frames)) ** 2
    return np.asarray(steps / steps.sum())


def _wrap_angle(angle: float) -> float:
    """The same angle from -pi to pi."""
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
