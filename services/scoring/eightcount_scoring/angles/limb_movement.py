"""The movement of arms and legs around its local mean: evidence for which dance it is, and from where it is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import Skeleton

Floats = NDArray[np.float64]

RATE_HERTZ = 15.0
"""Rate at which movements are compared: limbs hardly change direction more than five times a second."""
MAX_GAP_SECONDS = 0.25
"""Frames further apart than this are not interpolated."""
LOCAL_SECONDS = 1.0
"""Standard deviation of the Gaussian whose mean is removed: posture and slow turns stay out, two counts stay in."""
_JITTER_SECONDS = 0.07
_PARTS = (("shoulder", "elbow"), ("shoulder", "wrist"), ("hip", "knee"), ("hip", "ankle"))
_SIDES = ("left", "right")
LIMB_VECTORS: tuple[tuple[str, str], ...] = tuple(
    (f"{side}_{start}", f"{side}_{end}") for side in _SIDES for start, end in _PARTS
)
"""Start and end of the vectors; those of the left side first."""
_OTHER_SIDE = np.roll(np.arange(len(LIMB_VECTORS)), len(_PARTS))
_MIRRORED = np.array([-1.0, 1.0, 1.0], np.float32)
_KNOWN = 1e-3


@dataclass(frozen=True, slots=True)
class LimbMovement:
    """Movement of V limb vectors over N samples at `RATE_HERTZ`.

    Attributes:
        vectors: [N, V, 3] float32, metres around the local mean: x and y as in the image, z the guessed depth.
        weights: [N, V] float32 in [0, 1] how well both ends are seen.
    """

    vectors: NDArray[np.float32]
    weights: NDArray[np.float32]

    def mirror(self) -> LimbMovement:
        """Return the movement of the mirror image: sides swapped, x negated."""
        return LimbMovement(self.vectors[:, _OTHER_SIDE] * _MIRRORED, self.weights[:, _OTHER_SIDE])


def limb_keypoints(skeleton: Skeleton) -> NDArray[np.intp]:
    """Return [V, 2] the indices of both ends of the limb vectors."""
    return np.array([skeleton.indices(pair) for pair in LIMB_VECTORS], dtype=np.intp)


def measure_limbs(piece: MotionSequence, pixels_per_metre: Floats) -> NDArray[np.float32]:
    """Return [T, V, 3] limb vectors of a piece in metres: x and y from the image, z from the world; NaN without dancer.

    The x and y of motion capture that no camera saw come from the world too.
    """
    starts, ends = limb_keypoints(piece.skeleton).T
    flat, world = piece.image[:, ends] - piece.image[:, starts], piece.world[:, ends] - piece.world[:, starts]
    flat = np.where(np.isfinite(flat), flat / pixels_per_metre[:, None, None], world[..., :2])
    return np.concatenate([flat, world[..., 2:]], axis=-1).astype(np.float32)


def sample_movement(
    seconds: Floats, vectors: NDArray[np.floating], weights: NDArray[np.floating], wanted: Floats
) -> LimbMovement:
    """Interpolate limb vectors at other times and remove their local mean.

    Args:
        seconds: [T] ascending times.
        vectors: [T, V, 3] in metres.
        weights: [T, V]; 0 where a vector is not known.
        wanted: [N] times, evenly spaced where they are known; NaN where there is none.
    """
    places = _Places(seconds, wanted)
    moves = np.empty((wanted.size, len(LIMB_VECTORS), 3), np.float32)
    shares = np.empty(moves.shape[:2], np.float32)
    for limb in range(len(LIMB_VECTORS)):
        moves[:, limb], shares[:, limb] = places.sample(vectors[:, limb], weights[:, limb])
    return LimbMovement(moves, shares)


class _Places:
    """The frames around wanted times, and how far between them each time lies."""

    def __init__(self, seconds: Floats, wanted: Floats) -> None:
        at = np.nan_to_num(wanted, nan=float(seconds[0]))
        right = np.clip(np.searchsorted(seconds, at), 1, max(seconds.size - 1, 1))
        self._right = np.minimum(right, seconds.size - 1)
        self._left = np.maximum(self._right - 1, 0)
        span = np.maximum(seconds[self._right] - seconds[self._left], 1e-9)
        self._part = np.clip((at - seconds[self._left]) / span, 0.0, 1.0)
        self._inside = np.isfinite(wanted) & (span <= MAX_GAP_SECONDS)

    def sample(self, vectors: NDArray[np.floating], weights: NDArray[np.floating]) -> tuple[Floats, Floats]:
        """Return the movement [N, 3] of one limb vector [T, 3] around its local mean, and its weights [N]."""
        filled = np.nan_to_num(vectors.astype(np.float64))
        share = np.where(np.isfinite(vectors).all(axis=-1), weights, 0.0)
        before = share[self._left] * (1 - self._part) * self._inside
        after = share[self._right] * self._part * self._inside
        total = before + after
        weighted = before[:, None] * filled[self._left] + after[:, None] * filled[self._right]
        # normalised convolution (Knutsson and Westin, 1993) at two widths; their difference is the movement
        moves = _mean_around(weighted, total, _JITTER_SECONDS) - _mean_around(weighted, total, LOCAL_SECONDS)
        return np.where((total > _KNOWN)[:, None], moves, 0.0), total


def _mean_around(weighted: Floats, weights: Floats, seconds: float) -> Floats:
    sigma = seconds * RATE_HERTZ
    summed = gaussian_filter1d(weighted, sigma, axis=0, mode="nearest")
    total = gaussian_filter1d(weights, sigma, axis=0, mode="nearest")
    mean: Floats = summed / np.maximum(total, _KNOWN)[:, None]
    return mean
