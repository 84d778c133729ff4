"""Search for the lag of each limb: how late the take is, locally and over the whole overlap.

For each limb and each time the mean squared distance between the reference's joints and the take's joints, shifted by
a lag, is averaged over a Gaussian window. The lag of least distance is how late the limb is (windowed
cross-correlation of unit vectors: |a - b|^2 = 2 - 2 a.b). A lag is accepted only where shifting explains a good part
of the distance; a limb that stands still has no timing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from eightcount_scoring.angles.joint_angles import Array, JointAngles, angle_between_deg
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import JOINTS, LIMB_OF_JOINT, LIMBS
from eightcount_scoring.common_clock import RATE_HERTZ
from eightcount_scoring.frame_blocks import blocks, gaussian_reach

MAX_LAG_SECONDS = 0.4
"""Search range in both directions. Longer lags reach the neighbouring beat (0.5 s at 120 bpm): a different mistake."""
WINDOW_SECONDS = 0.6
"""Standard deviation of the window: about one movement of two counts."""
BODY_SHARE = 0.5
"""Weight of the whole body's distance in that of a limb: dancers are mostly late with the whole body."""
LAG_COST = 0.02
"""Cost of the longest lag, in squared z-scores: of two equally good fits the more punctual one is chosen."""
EXPLAINED_SHARE = (0.3, 0.6)
"""Share of the distance that a lag must explain to be accepted: for a short one, and for the longest."""
MIN_GAIN = 0.04
"""Squared z-scores that a lag must explain to be accepted; smaller gains are jitter of the pose network."""
TELLING_SHARE = 0.05
"""The lag of a joint over the whole overlap is known when the best fit beats the median fit by this share."""
_STEADY_SECONDS = 0.5
_SMALL = 1e-9

Lags = NDArray[np.intp]
Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Timing:
    """The lags of the take on the common clock; positive is late.

    Attributes:
        lag_seconds: [T, L] float32 for each limb; 0 where no lag is accepted.
        joint_lag_seconds: [J] lag of each joint over the whole overlap; NaN where it is unknown.
    """

    lag_seconds: Array
    joint_lag_seconds: Array


def find_local_lags(reference: JointAngles, take: JointAngles, scale: JointScale) -> Timing:
    """Find the take's lag for each limb and time."""
    steps = round(MAX_LAG_SECONDS * RATE_HERTZ)
    lags = np.arange(-steps, steps + 1)
    frames = reference.seconds.size
    local = np.empty((frames, len(LIMBS)), np.float32)
    distances, weights = np.zeros((lags.size, len(JOINTS))), np.zeros((lags.size, len(JOINTS)))
    for block in blocks(frames, margin=gaussian_reach(WINDOW_SECONDS * RATE_HERTZ)):
        distance, weight = _distances(reference, take, scale, lags, block.padded)
        local[block.frames] = _choose_local_lags(_limb_distances(distance, weight)[:, block.inner], lags)
        distances += distance[:, block.inner].sum(axis=1)
        weights += weight[:, block.inner].sum(axis=1)
    return Timing(_smooth_lags(local), _joint_lags(distances, weights, lags))


def _distances(
    reference: JointAngles, take: JointAngles, scale: JointScale, lags: Lags, part: slice
) -> tuple[Costs, Costs]:
    """Return [lags, T, J] weighted squared z-scores of the angle error at each lag, and their weights, in T frames."""
    frames = reference.seconds.size
    distance = np.zeros((lags.size, part.stop - part.start, len(JOINTS)), np.float32)
    weight = np.zeros_like(distance)
    for position, lag in enumerate(lags):
        here = slice(max(part.start, -lag), min(part.stop, frames - lag))
        there = slice(here.start + lag, here.stop + lag)
        if here.start >= here.stop:
            continue
        inside = slice(here.start - part.start, here.stop - part.start)
        both = reference.weights[here] * take.weights[there] * scale.importance
        error = angle_between_deg(reference.vectors[here], take.vectors[there]) / scale.spread_deg
        weight[position, inside] = both
        distance[position, inside] = np.nan_to_num(error) ** 2 * both
    return distance, weight


def _limb_distances(distance: Costs, weight: Costs) -> Costs:
    """Return [lags, T, L] windowed mean squared z-scores of each limb, mixed with the body's; NaN where not visible."""
    sigma = WINDOW_SECONDS * RATE_HERTZ
    member = np.equal.outer(np.array(LIMB_OF_JOINT), np.arange(len(LIMBS))).astype(np.float32)
    summed = gaussian_filter1d(distance @ member, sigma, axis=1, mode="constant")
    seen = gaussian_filter1d(weight @ member, sigma, axis=1, mode="constant")
    limb = np.divide(summed, seen, out=np.full_like(summed, np.nan), where=seen > 1e-3)
    total = seen.sum(axis=2, keepdims=True)
    body = np.divide(summed.sum(axis=2, keepdims=True), total, out=np.full_like(total, np.nan), where=total > 1e-3)
    steadied: Costs = (limb + BODY_SHARE * body) / (1.0 + BODY_SHARE)
    return steadied


def _choose_local_lags(cost: Costs, lags: Lags) -> Array:
    """Return [T, L] lags in seconds; 0 where no lag is accepted."""
    middle = lags.size // 2
    known = np.isfinite(cost)
    priced = np.where(known, cost + LAG_COST * (np.abs(lags) / lags[-1])[:, None, None], np.inf)
    best = priced.argmin(axis=0)
    at_best = np.take_along_axis(cost, best[None], axis=0)[0]
    at_zero = cost[middle]
    gain = at_zero - at_best
    short, long = EXPLAINED_SHARE
    required = short + (long - short) * np.abs(lags[best]) / lags[-1]
    accepted = (gain > MIN_GAIN) & (gain > required * at_zero) & (best > 0) & (best < lags.size - 1)
    return np.where(accepted, (lags[best] + _refine_minimum(cost, best)) / RATE_HERTZ, 0.0)


def _smooth_lags(lag: Array) -> Array:
    """Return [T, L] lags without jumps."""
    steady = 2 * round(_STEADY_SECONDS * RATE_HERTZ / 2) + 1
    lag = gaussian_filter1d(median_filter(lag, size=(steady, 1), mode="nearest"), 2.0, axis=0, mode="nearest")
    return np.where(np.abs(lag) > 0.5 / RATE_HERTZ, lag, np.float32(0.0))


def _joint_lags(distance: Array, weight: Array, lags: Lags) -> Array:
    """Return [J] the lag of least mean distance over the whole overlap."""
    seen = (weight > 1.0).all(axis=0)
    cost = np.where(seen, distance / np.maximum(weight, _SMALL), 0.0)
    best = cost.argmin(axis=0)
    middle = np.median(cost, axis=0)
    contrast = middle - cost.min(axis=0)
    known = seen & (best > 0) & (best < lags.size - 1) & (contrast > TELLING_SHARE * middle)
    fine = lags[best] + _refine_minimum(cost, best)
    return np.where(known, fine / RATE_HERTZ, np.nan)


def _refine_minimum(cost: Array, best: NDArray[np.intp]) -> Array:
    """Locate the minimum between samples, relative to `best`: the vertex of the parabola through three samples."""
    inner = np.clip(best, 1, cost.shape[0] - 2)[None]
    before, at, after = (np.take_along_axis(cost, inner + step, axis=0)[0].astype(np.float64) for step in (-1, 0, 1))
    with np.errstate(invalid="ignore"):
        bend = before - 2 * at + after
        usable = np.isfinite(bend) & (bend > _SMALL)
        return np.where(usable, np.clip(0.5 * (before - after) / np.where(usable, bend, 1.0), -0.5, 0.5), 0.0)
