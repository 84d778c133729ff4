"""Errors of poses against a ground truth: positions, angles, bones, jitter and delay."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import savgol_filter

from eightcount_common.skeletons import BLAZEPOSE_33

Array = NDArray[np.float64]

BODY = BLAZEPOSE_33.indices(
    f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
"""The twelve joints of the limbs, which every data set annotates."""
_SHOULDERS = BLAZEPOSE_33.indices(["left_shoulder", "right_shoulder"])
_HIPS = BLAZEPOSE_33.indices(["left_hip", "right_hip"])
TORSO = [*_SHOULDERS, *_HIPS]
ANGLES = {
    "elbow": ("shoulder", "elbow", "wrist"),
    "shoulder": ("elbow", "shoulder", "hip"),
    "hip": ("shoulder", "hip", "knee"),
    "knee": ("hip", "knee", "ankle"),
}
"""Inner angle at the middle joint of three."""
BONES = (("shoulder", "elbow"), ("elbow", "wrist"), ("hip", "knee"), ("knee", "ankle"))
STILL_METRES_PER_SECOND = 0.15
_SPEED_WINDOW_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, mean and 90th percentile."""

    median: float
    mean: float
    high: float

    @classmethod
    def of(cls, values: Array) -> Spread:
        """Return the spread of the values that are not NaN."""
        return cls(float(np.nanmedian(values)), float(np.nanmean(values)), float(np.nanpercentile(values, 90)))

    def __format__(self, spec: str) -> str:
        return " / ".join(format(value, spec) for value in (self.median, self.mean, self.high))


def torso_length(points: Array) -> float:
    """Return the median distance from the middle of the shoulders to the middle of the hips, of points [..., 33, D]."""
    ends = [points[..., pair, :].mean(axis=-2) for pair in (_SHOULDERS, _HIPS)]
    return float(np.nanmedian(np.linalg.norm(ends[0] - ends[1], axis=-1)))


def centre_on_hips(points: Array) -> Array:
    """Return points [..., 33, 3] relative to the middle of the hips."""
    return np.asarray(points - points[..., _HIPS, :].mean(axis=-2, keepdims=True))


def fit_similarity(points: Array, truth: Array) -> Array:
    """Return points [T, K, 3] after the similarity transform that fits each frame to the truth (Umeyama, 1991)."""
    middle, goal = points.mean(axis=-2, keepdims=True), truth.mean(axis=-2, keepdims=True)
    source, target = points - middle, truth - goal
    left, stretches, right = np.linalg.svd(np.swapaxes(target, -1, -2) @ source)
    handed = np.ones_like(stretches)
    handed[..., -1] = np.sign(np.linalg.det(left @ right))
    turn = (left * handed[..., None, :]) @ right
    scale = (stretches * handed).sum(axis=-1) / (source**2).sum(axis=(-1, -2))
    return np.asarray(scale[..., None, None] * source @ np.swapaxes(turn, -1, -2) + goal)


def angle_deg(points: Array, name: str) -> Array:
    """Return the [..., 2] left and right inner angle of points [..., 33, D], in degrees."""
    sides = []
    for side in ("left", "right"):
        first, middle, last = np.moveaxis(points[..., _side_indices(side, ANGLES[name]), :], -2, 0)
        a, b = first - middle, last - middle
        lengths = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
        sides.append(np.degrees(np.arccos(np.clip((a * b).sum(axis=-1) / lengths, -1, 1))))
    return np.stack(sides, axis=-1)


def bone_variation(points: Array) -> float:
    """Return the variation of the limbs' bone lengths over the frames of points [T, 33, 3].

    This is the standard deviation over the mean, averaged over the bones.
    """
    ends = np.array([_side_indices(side, bone) for bone in BONES for side in ("left", "right")])
    lengths = np.linalg.norm(points[:, ends[:, 0]] - points[:, ends[:, 1]], axis=-1)
    return float(np.mean(np.nanstd(lengths, axis=0) / np.nanmean(lengths, axis=0)))


def find_still_joints(points: Array, frame_rate: float) -> NDArray[np.bool_]:
    """Return [T, K] where a joint of points [T, K, 3] in metres hardly moves."""
    window = 2 * round(_SPEED_WINDOW_SECONDS * frame_rate / 2) + 1
    velocity = savgol_filter(points, window, polyorder=2, deriv=1, delta=1 / frame_rate, axis=0)
    return np.asarray(np.linalg.norm(velocity, axis=-1) < STILL_METRES_PER_SECOND)


def jitter(pixels: Array, at_rest: NDArray[np.bool_], frame_rate: float) -> float:
    """Return the mean acceleration in pixels per second squared of pixels [T, K, 2] where joints are at rest [T, K]."""
    acceleration = np.linalg.norm(np.diff(pixels, n=2, axis=0), axis=-1) * frame_rate**2
    rests = at_rest[:-2] & at_rest[1:-1] & at_rest[2:]
    return float(np.nanmean(acceleration[rests]))


def delay_seconds(pixels: Array, truth: Array, frame_rate: float) -> float:
    """Return how late pixels [T, K, 2] follow the truth [T, K, 2].

    This is the time that, times the velocity, explains most of the error beyond each joint's constant error.
    """
    velocity, error = np.gradient(truth, 1 / frame_rate, axis=0), truth - pixels
    known = np.isfinite(error)
    velocity, error = (
        values - np.mean(values, axis=0, where=known, keepdims=True) for values in (velocity, error)
    )  # fmt: skip
    return float((error * velocity)[known].sum() / (velocity**2)[known].sum())


def share_within(pixels: Array, truth: Array, reach: float) -> float:
    """Return the share of the annotated joints [K, 2] that pixels [K, 2] reach within `reach` pixels (PCK)."""
    known = np.isfinite(truth[:, 0])
    return float((np.linalg.norm(pixels - truth, axis=-1)[known] <= reach).mean())


def _side_indices(side: str, parts: tuple[str, ...]) -> list[int]:
    return BLAZEPOSE_33.indices(f"{side}_{part}" for part in parts)
