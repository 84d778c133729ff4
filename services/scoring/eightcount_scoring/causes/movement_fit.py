"""The fit of the movements of two dancers, as they are and mirrored, from any camera, at any shift in time.

For limb vectors a (reference) and b (take) the fit is their weighted correlation over all limbs and samples. A camera
that stands elsewhere around the dancer turns x and z of the reference by one angle; the best angle has a closed form:
of the sums A = x x' + z z' and B = z x' - x z' the part that turns is sqrt(A^2 + B^2). Height does not change with the
camera, so it tells the dance from any side. All shifts are computed at once by the Fourier transform, as a circle: the
fits at the wrong shifts are what chance gives for these two dancers (a permutation test by cyclic shifts).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_scoring.angles.limb_movement import RATE_HERTZ, Floats, LimbMovement

DEPTH_WEIGHT = 0.5
"""Weight of the guessed depth against what is measured in the image."""
NEAR_SECONDS = 1.0
"""Fits at shifts below this are not chance: neighbouring samples of a movement are alike."""
ELSEWHERE_SECONDS = 0.4
"""Least shift at which a take counts as out of step; shorter ones are how late a dancer is."""
LEAST_CHANCE = 0.05
"""Spread of chance fits below which it is not believed: the shifts of a short piece are few and alike."""
_SMALL = 1e-9

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Fit:
    """The fit of a take, as it is or mirrored.

    Attributes:
        explained: correlation of the movements from the best camera angle, at most 1.
        same_view: correlation when both cameras have the same place.
        turned_deg: the best angle from the reference's camera to the take's, in (-180, 180].
        near: best correlation from the same view at shifts below `ELSEWHERE_SECONDS`: dancers are late or early.
        near_turned: the same from the best camera angle.
        chance: standard deviation of `explained` at wrong shifts, at least `LEAST_CHANCE`.
        elsewhere: best correlation at another shift in time ...
        elsewhere_seconds: ... and that shift: positive when the take is late.
    """

    explained: float
    same_view: float
    turned_deg: float
    near: float
    near_turned: float
    chance: float
    elsewhere: float
    elsewhere_seconds: float


@dataclass(frozen=True, slots=True)
class MovementFit:
    """The fits of a take.

    Attributes:
        plain: as it is.
        mirrored: its mirror image.
        contrast_chance: standard deviation of the difference of both at wrong shifts, at least `LEAST_CHANCE`.
        seen_seconds: time in which both dancers' limbs are visible, summed over limbs and divided by their number.
    """

    plain: Fit
    mirrored: Fit
    contrast_chance: float
    seen_seconds: float


def fit_movements(reference: LimbMovement, take: LimbMovement) -> MovementFit:
    """Compare two movements sampled at matching times."""
    plain, mirrored = _Shifts(reference, take), _Shifts(reference.mirror(), take)
    wrong = _shifts_from(NEAR_SECONDS, plain.free.size)
    contrast = plain.free[wrong] - mirrored.free[wrong]
    return MovementFit(
        plain.summarise(wrong),
        mirrored.summarise(wrong),
        max(LEAST_CHANCE, float(contrast.std())) if wrong.size else 1.0,
        float((reference.weights * take.weights).mean(axis=1).sum()) / RATE_HERTZ,
    )


class _Shifts:
    """Fits at all cyclic shifts s of the take: reference(t) against take(t + s)."""

    def __init__(self, reference: LimbMovement, take: LimbMovement) -> None:
        samples, limbs = reference.weights.shape
        height, along, across, ours, theirs = (np.zeros(samples // 2 + 1, np.complex128) for _ in range(5))
        for limb in range(limbs):
            a, b = _LimbSpectra(reference, limb), _LimbSpectra(take, limb)
            height += np.conj(a.y) * b.y
            along += np.conj(a.x) * b.x + DEPTH_WEIGHT * np.conj(a.z) * b.z
            across += np.conj(a.z) * b.x - DEPTH_WEIGHT * np.conj(a.x) * b.z
            ours += np.conj(a.power) * b.weight
            theirs += np.conj(a.weight) * b.power
        up, self._along, self._across, energy, other = (
            np.asarray(np.fft.irfft(spectrum, samples)) for spectrum in (height, along, across, ours, theirs)
        )
        energy = np.sqrt(np.maximum(energy, 0.0) * np.maximum(other, 0.0)) + _SMALL
        self.free: Floats = np.minimum((up + np.hypot(self._along, self._across)) / energy, 1.0)
        self.same_view: Floats = (up + self._along) / energy

    def summarise(self, wrong: Indices) -> Fit:
        """Return the fit without a shift, and the best one at a wrong shift."""
        samples = self.free.size
        others = _shifts_from(ELSEWHERE_SECONDS, samples)
        best = int(others[self.free[others].argmax()]) if others.size else 0
        return Fit(
            explained=float(self.free[0]),
            same_view=float(self.same_view[0]),
            turned_deg=float(np.degrees(np.arctan2(-self._across[0], self._along[0]))),
            near=float(np.delete(self.same_view, others).max()),
            near_turned=float(np.delete(self.free, others).max()),
            chance=max(LEAST_CHANCE, float(self.free[wrong].std())) if wrong.size else 1.0,
            elsewhere=float(self.free[best]) if others.size else 0.0,
            elsewhere_seconds=(best if best <= samples // 2 else best - samples) / RATE_HERTZ,
        )


class _LimbSpectra:
    """Spectra of the movement of one limb vector, of its energy and of its weight; one limb at a time saves memory."""

    def __init__(self, movement: LimbMovement, limb: int) -> None:
        vectors = movement.vectors[:, limb].astype(np.float64)
        weights = movement.weights[:, limb].astype(np.float64)
        self.x, self.y, self.z = (np.fft.rfft(vectors[:, axis] * weights) for axis in range(3))
        self.power = np.fft.rfft((vectors**2 * np.array([1.0, 1.0, DEPTH_WEIGHT])).sum(axis=1) * weights)
        self.weight = np.fft.rfft(weights)


def _shifts_from(seconds: float, samples: int) -> Indices:
    """Return the shifts of at least some seconds, either way round the circle."""
    least = min(round(seconds * RATE_HERTZ), max(samples // 4, 1))
    return np.arange(least, samples - least + 1)
