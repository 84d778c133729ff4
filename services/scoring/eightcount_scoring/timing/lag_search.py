"""Who is late, and by how much: a windowed search for the lag at which the take's movement fits best.

For each limb and each time the mean squared distance between the reference's joints and the take's joints, shifted by
a lag, is averaged over a Gaussian window. The lag of least distance is how late the limb is (windowed
cross-correlation of unit_vectors vectors: |a - b|^2 = 2 - 2 a.b). A lag is believed only where shifting explains a good part
of the distance; a limb that stands still has no timing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from eightcount_scoring.angles.joint_angles import Array, JointAngles, angle_between_deg, unit_vectors
from eightcount_scoring.angles.joint_scale import JointScale
from eightcount_scoring.angles.joints import JOINTS, LIMB_OF_JOINT, LIMBS
from eightcount_scoring.angles.resampling import RATE_HERTZ
from eightcount_scoring.blocks import blocks, gaussian_reach

MAX_LAG_SECONDS = 0.4
"""Search range either way. Longer lags fall on the neighbouring beat (0.5 s at 120 bpm) and are another mistake."""
WINDOW_SECONDS = 0.6
"""Standard deviation of the window: about one movement of two counts."""
BODY_SHARE = 0.5
"""How much the other limbs' distance steadies a limb's: dancers are mostly late with the whole body."""
LAG_COST = 0.02
"""Cost, in squared z-scores, of the longest lag: of two fits as good, the more punctual is believed."""
EXPLAINED_SHARE = (0.3, 0.6)
"""Share of the distance that a lag must explain to be believed: for a short one, and for the longest."""
MIN_GAIN = 0.04
"""Squared z-scores that a lag must explain to be believed: below lies the pose network's jitter."""
TELLING_SHARE = 0.05
"""The lag of a whole joint is told when the best fit is better than the middle one by this share."""
_STEADY_SECONDS = 0.5
_SMALL = 1e-9

Lags = NDArray[np.intp]
Costs = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Timing:
    """How late the take is on the common clock.

    Attributes:
        lag_seconds: [T, L] float32 for each limb; positive is late; 0 where no lag is believed.
        joint_lag_seconds: [J] lag of the whole overlap for each joint; NaN where it cannot be told.
    """

    lag_seconds: Array
    joint_lag_seconds: Array


def find_local_lags(reference: JointAngles, take: JointAngles, scale: JointScale) -> Timing:
    """The take's lag for each limb and time."""
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


def compensate_lags(take: JointAngles, lag_seconds: Array, frames: slice) -> JointAngles:
    """Some frames of the take with every limb brought into time.

    Args:
        take: the whole take.
        lag_seconds: [T, L] of the whole take.
        frames: which frames.
    """
    place = np.arange(take.seconds.size, dtype=np.float64)[frames, None]
    wanted = place + lag_seconds[frames][:, LIMB_OF_JOINT].astype(np.float64) * RATE_HERTZ
    vectors, weights = _interpolate_frames(take, wanted)
    return replace(take, seconds=take.seconds[frames], vectors=vectors, weights=weights)


def _interpolate_frames(take: JointAngles, wanted: Array) -> tuple[Array, Array]:
    """Vectors and weights at fractional frames [T, J]."""
    last = take.seconds.size - 1
    wanted = np.clip(wanted, 0, last)
    left = np.minimum(wanted.astype(np.intp), max(last - 1, 0))
    right, share = np.minimum(left + 1, last), wanted - left
    joints = np.arange(take.weights.shape[1])[None]
    weights = np.where(
        share == 0,
        take.weights[left, joints],
        np.minimum(take.weights[left, joints], take.weights[right, joints]),
    )
    near, far = take.vectors[left, joints], take.vectors[right, joints]
    mixed = unit_vectors(near + share[..., None] * (far - near))
    vectors = np.where((share == 0)[..., None], near, mixed)
    known = np.isfinite(vectors).all(axis=-1) & (weights > 0)
    return np.where(known[..., None], vectors, np.nan), np.where(known, weights, 0.0)


def _distances(
    reference: JointAngles, take: JointAngles, scale: JointScale, lags: Lags, part: slice
) -> tuple[Costs, Costs]:
    """[lags, T, J] weighted squared z-scores of the angle error at each lag, and their weights, in T frames."""
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
    """[lags, T, L] windowed mean squared z-score of each limb, steadied by the body's; NaN where nothing is seen."""
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
    """[T, L] seconds; 0 where no lag is believed."""
    middle = lags.size // 2
    known = np.isfinite(cost)
    priced = np.where(known, cost + LAG_COST * (np.abs(lags) / lags[-1])[:, None, None], np.inf)
    best = priced.argmin(axis=0)
    at_best = np.take_along_axis(cost, best[None], axis=0)[0]
    at_zero = cost[middle]
    gain = at_zero - at_best
    short, long = EXPLAINED_SHARE
    wanted = short + (long - short) * np.abs(lags[best]) / lags[-1]
    believed = (gain > MIN_GAIN) & (gain > wanted * at_zero) & (best > 0) & (best < lags.size - 1)
    return np.where(believed, (lags[best] + _refine_minimum(cost, best)) / RATE_HERTZ, 0.0)


def _smooth_lags(lag: Array) -> Array:
    """[T, L] without jumps."""
    steady = 2 * round(_STEADY_SECONDS * RATE_HERTZ / 2) + 1
    lag = gaussian_filter1d(median_filter(lag, size=(steady, 1), mode="nearest"), 2.0, axis=0, mode="nearest")
    return np.where(np.abs(lag) > 0.5 / RATE_HERTZ, lag, np.float32(0.0))


def _joint_lags(distance: Array, weight: Array, lags: Lags) -> Array:
    """[J] lag of least mean distance over the whole overlap."""
    seen = (weight > 1.0).all(axis=0)
    cost = np.where(seen, distance / np.maximum(weight, _SMALL), 0.0)
    best = cost.argmin(axis=0)
    middle = np.median(cost, axis=0)
    contrast = middle - cost.min(axis=0)
    told = seen & (best > 0) & (best < lags.size - 1) & (contrast > TELLING_SHARE * middle)
    fine = lags[best] + _refine_minimum(cost, best)
    return np.where(told, fine / RATE_HERTZ, np.nan)


def _refine_minimum(cost: Array, best: NDArray[np.intp]) -> Array:
    """Place of the least value between samples, in samples from `best`: vertex of the parabola through three."""
    inner = np.clip(best, 1, cost.shape[0] - 2)[None]
    before, at, after = (np.take_along_axis(cost, inner + step, axis=0)[0].astype(np.float64) for step in (-1, 0, 1))
    with np.errstate(invalid="ignore"):
        bend = before - 2 * at + after
        usable = np.isfinite(bend) & (bend > _SMALL)
        return np.where(usable, np.clip(0.5 * (before - after) / np.where(usable, bend, 1.0), -0.5, 0.5), 0.0)
