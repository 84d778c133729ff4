"""From where the two cameras look, and so which view of the joints can be compared."""

from __future__ import annotations

import numpy as np

from eightcount_common.motion import MotionSequence
from eightcount_scoring.angles import Array, View

SAME_VIEW_DEG = 35.0
"""Cameras up to this far round count as standing alike. On real pairs: same place 5 to 9 degrees, side view 92."""


def camera_angle_deg(reference: MotionSequence, take: MotionSequence, clock: Array, take_clock: Array) -> float:
    """How far round the dancer the take's camera stands, in degrees (-180, 180]; 0 when it cannot be told.

    Args:
        reference: the reference's motion.
        take: the take's motion.
        clock: [T] times of the reference.
        take_clock: [T] matching times of the take; NaN where there is none.
    """
    matched = np.isfinite(take_clock)
    ours = _facing(reference)[_nearest(reference.timestamps, clock[matched])]
    theirs = _facing(take)[_nearest(take.timestamps, take_clock[matched])]
    difference = theirs * np.conj(ours)
    known = difference[np.isfinite(difference)]
    return float(np.degrees(np.angle(known.mean()))) if known.size else 0.0


def choose_view(angle_deg: float) -> View:
    """The precise view where the cameras allow it."""
    return "camera" if abs(angle_deg) <= SAME_VIEW_DEG else "body"


def _facing(motion: MotionSequence) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    """[T] where the dancer faces on the floor, as unit complex numbers; circular statistics need no unwrapping."""
    world, at = motion.world.astype(np.float64), motion.skeleton.index
    left = world[:, at("left_shoulder")] + world[:, at("left_hip")]
    right = world[:, at("right_shoulder")] + world[:, at("right_hip")]
    across = left - right
    facing: np.ndarray[tuple[int, ...], np.dtype[np.complex128]] = np.exp(1j * np.arctan2(across[:, 2], across[:, 0]))
    return facing


def _nearest(timestamps: Array, seconds: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.intp]]:
    after = np.clip(np.searchsorted(timestamps, seconds), 1, max(timestamps.size - 1, 1))
    after = np.minimum(after, timestamps.size - 1)
    before = np.maximum(after - 1, 0)
    return np.where(seconds - timestamps[before] < timestamps[after] - seconds, before, after)
