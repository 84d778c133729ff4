"""Resampling of joint angles to the common clock."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_scoring.angles.joint_angles import Array, JointAngles, unit_vectors
from eightcount_scoring.common_clock import RATE_HERTZ

MAX_GAP_SECONDS = 0.25
"""Frames further apart than this are not interpolated: a quick arm can go out and back within it."""
SMOOTHING_SECONDS = 0.05
"""Standard deviation of the Gaussian that removes the pose network's jitter; a beat at 180 bpm lasts 0.33 s."""


def lies_in_gap(frames: Array, seconds: Array) -> NDArray[np.bool_]:
    """Return [N] whether each time lies between two frames that are too far apart to know what happened there.

    Args:
        frames: [T] times of the frames, ascending.
        seconds: [N] times; NaN lies in no gap.
    """
    right = np.clip(np.searchsorted(frames, np.nan_to_num(seconds)), 1, max(frames.size - 1, 1))
    if frames.size < 2:
        return np.zeros(seconds.shape, np.bool_)
    wide = frames[right] - frames[right - 1] > MAX_GAP_SECONDS
    inside = (seconds > frames[right - 1]) & (seconds < frames[right])
    return np.asarray(wide & inside)


def resample(angles: JointAngles, seconds: Array) -> JointAngles:
    """Interpolate angles linearly at other times and smooth them; weight 0 and NaN in gaps.

    Args:
        angles: angles at any frame rate.
        seconds: [N] times to interpolate at; NaN where there is none.
    """
    usable = np.flatnonzero((angles.weights > 0).any(axis=1))
    if usable.size < 2:
        empty = np.full((seconds.size, *angles.vectors.shape[1:]), np.nan)
        return replace(angles, seconds=seconds, vectors=empty, weights=np.zeros(empty.shape[:2]))
    known = angles.seconds[usable]
    right = np.clip(np.searchsorted(known, np.nan_to_num(seconds), side="right"), 1, known.size - 1)
    left = right - 1
    span = known[right] - known[left]
    share = (seconds - known[left]) / span
    inside = (share >= -1e-6) & (share <= 1 + 1e-6) & (span <= MAX_GAP_SECONDS)
    share = np.clip(np.nan_to_num(share), 0.0, 1.0)[:, None]
    near, far = angles.weights[usable[left]] * (1 - share), angles.weights[usable[right]] * share
    weights = np.where(inside[:, None], near + far, 0.0)
    vectors: Array = np.nan_to_num(angles.vectors[usable[left]]) * near[..., None]
    vectors = vectors + np.nan_to_num(angles.vectors[usable[right]]) * far[..., None]
    vectors, weights = _smooth(np.where(inside[:, None, None], vectors, 0.0), weights)
    return replace(angles, seconds=seconds, vectors=vectors, weights=weights)


def _smooth(weighted: Array, weights: Array) -> tuple[Array, Array]:
    """Smooth by normalised convolution (Knutsson and Westin, 1993): invisible joints do not affect their neighbours."""
    sigma = SMOOTHING_SECONDS * RATE_HERTZ
    vectors = unit_vectors(gaussian_filter1d(weighted, sigma, axis=0, mode="nearest"))
    blurred = gaussian_filter1d(weights, sigma, axis=0, mode="nearest")
    known = np.isfinite(vectors).all(axis=-1) & (weights > 0)
    return np.where(known[..., None], vectors, np.nan), np.where(known, blurred, 0.0)
