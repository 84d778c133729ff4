"""Motion beats in both usual definitions, and their alignment with the beats of the music.

A motion beat is a moment where the body slows down and speeds up again. mint (Li et al., "AI Choreographer", 2021) and
Bailando (Siyao et al., 2022) find them differently, and score them from opposite sides: mint takes for every *motion*
beat the distance of the nearest music beat, Bailando for every *music* beat that of the nearest motion beat. Either
score can be raised by few beats or by many, and chance scores up to 0.45; so every score is given with its level of
chance (`chance.py`) and with the two-sided F-measure. All frames are assumed to be 1/60 s apart.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import argrelmin

from eightcount_generator.evaluation.joint_positions import (
    PUBLISHED_RATE_HERTZ,
    FloatArray,
    IndexArray,
    Joints,
    check_joints,
)

F_TOLERANCE_SECONDS = 0.05
"""Maximum distance of a motion beat and a music beat that match."""
_SPREAD_FRAMES = 3.0
"""Deviation of the Gaussian that both scores weight distances with: 50 ms at 60 frames per second."""
_MINT_REACH_FRAMES = 10
_BAILANDO_SMOOTHING_FRAMES = 5.0
_BAILANDO_SMOOTHING_REACH = 4.0
"""Deviations at which the smoothing is truncated: 20 frames."""


def mint_envelope(joints: Joints) -> FloatArray:
    """[T] metres that all joints together moved into each frame; 0 into the first."""
    travelled = np.linalg.norm(np.diff(check_joints(joints), axis=0), axis=-1).sum(axis=-1)
    return np.concatenate([[0.0], travelled])


def mint_beats(envelope: FloatArray) -> IndexArray:
    """Return frames whose `mint_envelope` is the lowest within 10 frames; never the first 11, nor the last."""
    return np.asarray(argrelmin(envelope, order=_MINT_REACH_FRAMES)[0], np.intp)


def mint_score(motion_beats: IndexArray, music_beats: IndexArray) -> float:
    """Return 0 to 1: the nearness of music beats to every motion beat; 0 without motion beats, NaN without music."""
    if not len(music_beats):
        return float("nan")
    return _nearness(motion_beats, music_beats) if len(motion_beats) else 0.0


def bailando_speed(joints: Joints) -> FloatArray:
    """[T - 1] metres per frame, mean over the joints, out of each frame but the last: one earlier than mint counts."""
    return np.asarray(np.linalg.norm(np.diff(check_joints(joints), axis=0), axis=-1).mean(axis=-1))


def bailando_smooth(speed: FloatArray) -> FloatArray:
    """[T - 1] `bailando_speed` smoothed by a Gaussian of 5 frames, mirrored at the ends."""
    if not len(speed):
        return speed
    return np.asarray(
        gaussian_filter1d(speed, _BAILANDO_SMOOTHING_FRAMES, mode="reflect", truncate=_BAILANDO_SMOOTHING_REACH)
    )


def bailando_beats(smooth: FloatArray) -> IndexArray:
    """Return positions in `bailando_smooth` that are below both neighbours."""
    return np.asarray(argrelmin(smooth)[0], np.intp)


def bailando_score(motion_beats: IndexArray, music_beats: IndexArray, *, frames: int) -> float:
    """Return 0 to 1: the nearness of motion beats to every music beat within `frames` - 1; NaN without either."""
    within = music_beats[music_beats < frames - 1]
    if not len(within) or not len(motion_beats):
        return float("nan")
    return _nearness(within, motion_beats)


def mint_seconds(motion_beats: IndexArray) -> FloatArray:
    """Return the times of `mint_beats`: the middle of the slowest step, which ends in the frame of the beat."""
    return np.asarray((motion_beats - 0.5) / PUBLISHED_RATE_HERTZ, np.float64)


def bailando_seconds(motion_beats: IndexArray) -> FloatArray:
    """Return the times of `bailando_beats`: the middle of the slowest step, which starts in the frame of the beat."""
    return np.asarray((motion_beats + 0.5) / PUBLISHED_RATE_HERTZ, np.float64)


def f_measure(
    motion_seconds: FloatArray, music_seconds: FloatArray, *, tolerance_seconds: float = F_TOLERANCE_SECONDS
) -> float:
    """Return the harmonic mean of the shares of motion beats and of music beats with a partner; 0 without partners.

    Args:
        motion_seconds: [N] ascending.
        music_seconds: [M] ascending.
        tolerance_seconds: maximum distance of partners; each beat has at most one.
    """
    count = len(motion_seconds) + len(music_seconds)
    partners = _partners(motion_seconds, music_seconds, tolerance_seconds)
    return 2 * partners / count if count else 0.0


def _partners(one: FloatArray, other: FloatArray, tolerance: float) -> int:
    """Return the maximum number of pairs within the tolerance; taking the earliest free beat is optimal."""
    first = np.searchsorted(one, other - tolerance - 1e-9)
    behind = np.searchsorted(one, other + tolerance + 1e-9, side="right")
    free = pairs = 0
    for candidate, end in zip(first.tolist(), behind.tolist(), strict=True):
        taken = max(candidate, free)
        if taken < end:
            free, pairs = taken + 1, pairs + 1
    return pairs


def _nearness(beats: IndexArray, targets: IndexArray) -> float:
    """Return the mean over the beats of a Gaussian of the distance to the nearest target; both in frames, ascending."""
    after = np.searchsorted(targets, beats)
    distance = np.minimum(
        np.abs(beats - targets[np.minimum(after, len(targets) - 1)]), np.abs(beats - targets[np.maximum(after - 1, 0)])
    )
    return float(np.exp(-(distance**2) / (2 * _SPREAD_FRAMES**2)).mean())
