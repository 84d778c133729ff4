"""Both dancers on one clock: the take's angles at the moments of the reference."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.errors import InvalidInputError
from eightcount_scoring.angles.joint_angles import Array, JointAngles, unit_vectors

Seconds = NDArray[np.float64]

RATE_HERTZ = 30.0
"""Frames a second of the common clock: that of most phones."""
MAX_GAP_SECONDS = 0.25
"""Frames further apart than this are not interpolated: a quick arm can go out and back within it."""
SMOOTHING_SECONDS = 0.05
"""Standard deviation of the Gaussian that takes the pose network's jitter off; a beat at 180 bpm lasts 0.33 s."""


@dataclass(frozen=True, slots=True)
class TimePiece:
    """Within [take_start, take_end) seconds of the take: t_reference = offset_seconds + ratio * t_take."""

    take_start: float
    take_end: float
    offset_seconds: float
    ratio: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.offset_seconds) and np.isfinite(self.ratio) and self.ratio > 0):
            raise InvalidInputError(
                f"alignment wants a finite offset and a ratio above 0, got {self.offset_seconds} and {self.ratio}",
                reason="INVALID_ALIGNMENT",
            )


@dataclass(frozen=True, slots=True)
class TimeMap:
    """The take's clock against the reference's, in one or more pieces."""

    pieces: tuple[TimePiece, ...]

    @classmethod
    def line(cls, offset_seconds: float, ratio: float = 1.0) -> TimeMap:
        """One line for the whole take."""
        return cls((TimePiece(-np.inf, np.inf, offset_seconds, ratio),))

    def take_seconds(self, reference_seconds: Seconds) -> Seconds:
        """[T] times of the take at times of the reference; NaN where the map has no piece. The first piece wins."""
        take = np.full_like(reference_seconds, np.nan)
        for piece in self.pieces:
            candidate = (reference_seconds - piece.offset_seconds) / piece.ratio
            inside = (candidate >= piece.take_start) & (candidate < piece.take_end)
            take = np.where(np.isnan(take) & inside, candidate, take)
        return take


def common_clock(reference: Seconds, take: Seconds, time_map: TimeMap) -> tuple[Seconds, Seconds]:
    """[T] times of the reference at `RATE_HERTZ` within the overlap, and the matching times of the take.

    Args:
        reference: timestamps of the reference's frames.
        take: timestamps of the take's frames.
        time_map: the take's clock against the reference's.
    """
    start, stop = reference[0], reference[-1]
    clock = start + np.arange(int(np.floor((stop - start) * RATE_HERTZ + 1e-6)) + 1) / RATE_HERTZ
    matching = time_map.take_seconds(clock)
    inside = np.flatnonzero((matching >= take[0]) & (matching <= take[-1]))
    if not inside.size:
        return clock[:0], matching[:0]
    part = slice(int(inside[0]), int(inside[-1]) + 1)
    return clock[part], matching[part]


def resample(angles: JointAngles, seconds: Array) -> JointAngles:
    """Angles at other times, linearly interpolated and smoothed; weight 0 and NaN in gaps.

    Args:
        angles: of a recording, any frame rate.
        seconds: [N] wanted times; NaN where there is none.
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
    """Normalised convolution (Knutsson and Westin, 1993): what is not seen does not pull on its neighbours."""
    sigma = SMOOTHING_SECONDS * RATE_HERTZ
    vectors = unit_vectors(gaussian_filter1d(weighted, sigma, axis=0, mode="nearest"))
    blurred = gaussian_filter1d(weights, sigma, axis=0, mode="nearest")
    known = np.isfinite(vectors).all(axis=-1) & (weights > 0)
    return np.where(known[..., None], vectors, np.nan), np.where(known, blurred, 0.0)
