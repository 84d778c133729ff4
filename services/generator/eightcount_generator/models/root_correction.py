"""Steers the root motion to where a dance continues, or back to the stage."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.models.encoding import FOOT_CONTACTS, ROOT_VELOCITY, RootPose, decode

_SMOOTHING_FRAMES = 2.0
_STANDING_SHARE = 0.6
"""Share of a correction that is applied during certain foot contact, relative to a step; legs make up for it."""

_STAGE_METRES = 1.5
"""Radius of the stage; a dancer who would leave it is steered back by half of the excess."""


def clamp_to_stage(end: RootPose) -> RootPose:
    """Return the root pose at which a stretch should end so that the dancer stays on the stage."""
    far = float(np.hypot(end.x, end.z))
    if far <= _STAGE_METRES:
        return end
    nearer = (far + _STAGE_METRES) / 2 / far
    return RootPose(end.x * nearer, end.z * nearer, end.heading)


def steer_to(frames: NDArray[np.floating], start: RootPose, target: RootPose) -> NDArray[np.float32]:
    """Correct the root motion of a stretch [T, WIDTH] so that it ends at a root pose, mostly during steps.

    Args:
        frames: [T, WIDTH] encoded.
        start: root pose of the first frame.
        target: required root pose of the frame after the last one.
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
    """[T] share of the correction in each frame; none at the ends."""
    steps = 1 - np.clip(frames[:, FOOT_CONTACTS].max(axis=1), 0, 1 - _STANDING_SHARE)
    steps = gaussian_filter1d(steps.astype(np.float64), _SMOOTHING_FRAMES, mode="nearest")
    steps *= np.sin(np.pi * (np.arange(len(frames)) + 0.5) / len(frames)) ** 2
    return np.asarray(steps / steps.sum())


def _wrap_angle(angle: float) -> float:
    """Return the same angle in the range -pi to pi."""
    return float((angle + np.pi) % (2 * np.pi) - np.pi)
