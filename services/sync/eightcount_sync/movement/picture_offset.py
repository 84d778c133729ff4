"""The place where the movement fits, within two seconds of where the sound fits.

A file whose sound and image are apart (screen recorders, Bluetooth headphones) is aligned by its sound, and then
shows another moment of the dance. The movement of both dancers is correlated at every shift from the map that the
sound gave. A place counts only if it is clear: high enough, far above every other peak (a repeated step has many), the
same in resampled seconds of the dance (the bootstrap, Efron 1979), and better than the sound's place from beginning to
end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.alignment import Segment
from eightcount_sync.movement.body_motion import BodyMotion, body_velocities, mirror_velocities
from eightcount_sync.movement.motion_features import RATE_HERTZ, FloatArray

MAX_SHIFT_SECONDS = 2.1
"""Largest shift that is reported: two seconds, and what dancers differ by."""
_SEARCHED_SECONDS = 2.4
"""Range of the search, so that the largest shift is a peak and not the end of a slope."""
MIN_SECONDS = 5.0
"""Shortest overlap that is judged."""
MIN_CORRELATION = 0.25
"""Least correlation over `SURE_SECONDS` or more: different dances reach 0.2, the same one by another dancer 0.3 to 0.5.
Chance falls with the square root of the time, so less time needs more."""
SURE_SECONDS = 12.0
MAX_RIVAL = 0.5
"""Highest rival peak, relative to the best one."""
MIN_SHARE = 0.95
"""Share of the resampled dances in which the best place is the same."""
MIN_THROUGHOUT = 0.9
"""Share of the dance in which the best place fits better than the sound's."""
_LOBE_SECONDS = 0.2
"""Half the width of a peak: nothing nearer is a rival."""
_SAME_SECONDS = 0.1
_RESAMPLES = 400
_PIECE_WINDOWS = 4
_SEED = 27
_SMALL = 1e-9

_SHIFTS = np.arange(-round(_SEARCHED_SECONDS * RATE_HERTZ), round(_SEARCHED_SECONDS * RATE_HERTZ) + 1)


@dataclass(frozen=True, slots=True)
class PictureOffset:
    """The place at which the movement fits: t_a = (t_a by the sound) + shift_seconds.

    Attributes:
        clear: whether this place stands out; nothing else may be concluded where it does not.
        correlation: of the velocities there, in [-1, 1].
        rival: highest correlation at another place.
        confidence: share of resampled dances with the same place, in [0, 1].
        throughout: share of the dance that fits better there than at the sound's place.
    """

    clear: bool = False
    shift_seconds: float = 0.0
    correlation: float = 0.0
    rival: float = 0.0
    confidence: float = 0.0
    throughout: float = 0.0


@dataclass(frozen=True, slots=True)
class _Windows:
    """Sums over the W seconds of the dance at each of the S shifts: products of the velocities, and both energies."""

    products: FloatArray
    energy_a: FloatArray
    energy_b: FloatArray

    def correlate(self, counts: FloatArray) -> FloatArray:
        """Return [R, S] correlations of dances made of the windows, each as often as [R, W] counts say."""
        energy = (counts @ self.energy_a) * (counts @ self.energy_b)
        return np.asarray(counts @ self.products / np.sqrt(np.maximum(energy, _SMALL)))

    @property
    def seconds(self) -> float:
        """Number of windows in which both dancers move."""
        return float((self.energy_a[:, len(_SHIFTS) // 2] > 0).sum())


def measure_picture_offset(
    a: BodyMotion, b: BodyMotion, by_sound: Sequence[Segment], *, check: Callable[[], None] = lambda: None
) -> PictureOffset:
    """Find where the movement of b fits that of a, relative to the map that the sound gave.

    Args:
        a: the reference's motion.
        b: the take's motion.
        by_sound: the sound's map in pieces; times of b in none of them are left out.
        check: called between the steps; raises to stop the work.
    """
    if min(motion.joints.found.sum() for motion in (a, b)) < 2:
        return PictureOffset()
    ours, theirs = body_velocities(a), body_velocities(b)
    check()
    times = b.joints.timestamps[0] + np.arange(len(theirs)) / RATE_HERTZ
    positions = (_to_a_seconds(times, by_sound) - a.joints.timestamps[0]) * RATE_HERTZ
    found = [
        _judge(_sum_windows(ours, velocities, positions, check)) for velocities in (theirs, mirror_velocities(theirs))
    ]
    return max(found, key=lambda offset: offset.correlation)


def _to_a_seconds(b_seconds: FloatArray, pieces: Sequence[Segment]) -> FloatArray:
    """Convert [N] times of b to times of a; NaN outside of the map."""
    converted = np.full(len(b_seconds), np.nan)
    for piece in pieces:
        inside = np.isnan(converted) & (b_seconds >= piece.b_start_seconds) & (b_seconds < piece.b_end_seconds)
        converted[inside] = piece.line.offset_seconds + piece.line.ratio * b_seconds[inside]
    return converted


def _sum_windows(
    ours: NDArray[np.float32], theirs: NDArray[np.float32], positions: FloatArray, check: Callable[[], None]
) -> _Windows:
    """Sum products and energies over each second.

    Args:
        ours: [M, D] velocities of a.
        theirs: [N, D] velocities of b.
        positions: [N] row of a, fractional, that belongs to each row of b; NaN where there is none.
        check: called for each shift.
    """
    second = np.arange(len(theirs)) // round(RATE_HERTZ)
    count = int(second[-1]) + 1 if len(second) else 0
    sums = np.zeros((3, count, len(_SHIFTS)))
    energy = np.sum(theirs**2, axis=1)
    for column, shift in enumerate(_SHIFTS):
        check()
        places = positions + shift
        inside = np.flatnonzero((places >= 0) & (places < len(ours) - 1))
        left = places[inside].astype(np.intp)
        share = (places[inside] - left).astype(np.float32)[:, None]
        matching = (1.0 - share) * ours[left] + share * ours[left + 1]
        for row, values in enumerate(
            (np.sum(matching * theirs[inside], axis=1), np.sum(matching**2, axis=1), energy[inside])
        ):
            sums[row, :, column] = np.bincount(second[inside], values, count)
    return _Windows(*sums)


def _judge(windows: _Windows) -> PictureOffset:
    if windows.seconds < MIN_SECONDS:
        return PictureOffset()
    curve = windows.correlate(np.ones((1, len(windows.products))))[0]
    best = int(curve.argmax())
    shift = _refine_peak(curve, best) / RATE_HERTZ
    found = PictureOffset(
        shift_seconds=shift,
        correlation=float(curve[best]),
        rival=_highest_rival(curve, shift),
        confidence=_share_of_resamples(windows, shift),
        throughout=_share_of_pieces(windows, best),
    )
    near = abs(shift) <= _LOBE_SECONDS
    clear = (
        abs(shift) <= MAX_SHIFT_SECONDS
        and found.correlation >= MIN_CORRELATION * max(1.0, SURE_SECONDS / windows.seconds) ** 0.5
        and found.rival <= MAX_RIVAL * found.correlation
        and found.confidence >= MIN_SHARE
        and (near or found.throughout >= MIN_THROUGHOUT)
    )
    return replace(found, clear=clear)


def _refine_peak(curve: FloatArray, best: int) -> float:
    """Return the shift of the maximum in frames: the vertex of the parabola through three samples."""
    if not 0 < best < len(curve) - 1:
        return float(_SHIFTS[best])
    before, at, after = curve[best - 1 : best + 2]
    bend = before - 2.0 * at + after
    return float(_SHIFTS[best] + (0.5 * (before - after) / bend if bend < -_SMALL else 0.0))


def _highest_rival(curve: FloatArray, shift: float) -> float:
    """Return the highest other peak; where the sound fits, and the ends of the range, count as peaks."""
    seconds = _SHIFTS / RATE_HERTZ
    padded = np.pad(curve, 1, constant_values=-np.inf)
    peak = (curve >= padded[:-2]) & (curve >= padded[2:])
    by_sound: NDArray[np.bool_] = (np.abs(seconds) <= _SAME_SECONDS / 2) & (abs(shift) > _LOBE_SECONDS)
    rivals = curve[(peak & (np.abs(seconds - shift) > _LOBE_SECONDS)) | by_sound]
    return float(rivals.max(initial=0.0))


def _share_of_resamples(windows: _Windows, shift: float) -> float:
    """Return the share of dances of randomly drawn seconds whose best place is this one."""
    used = np.flatnonzero(windows.energy_a.max(axis=1) > 0)
    draws = np.random.default_rng(_SEED).multinomial(len(used), np.full(len(used), 1.0 / len(used)), _RESAMPLES)
    counts = np.zeros((_RESAMPLES, len(windows.products)))
    counts[:, used] = draws
    places = _SHIFTS[windows.correlate(counts).argmax(axis=1)] / RATE_HERTZ
    return float(np.mean(np.abs(places - shift) <= _SAME_SECONDS))


def _share_of_pieces(windows: _Windows, best: int) -> float:
    """Return the share of four-second pieces that fit better at the best place than at the sound's."""
    pieces = np.arange(len(windows.products)) // _PIECE_WINDOWS
    members = np.equal.outer(np.unique(pieces), pieces).astype(np.float64)
    curves = windows.correlate(members)
    seen = members @ np.minimum(windows.energy_a[:, best], windows.energy_a[:, len(_SHIFTS) // 2]) > 0
    reach = round(_SAME_SECONDS / 2 * RATE_HERTZ)
    there, here = (
        curves[seen, place - reach : place + reach + 1].max(axis=1, initial=-1.0)
        for place in (min(max(best, reach), len(_SHIFTS) - 1 - reach), len(_SHIFTS) // 2)
    )
    return float(np.mean(there > here)) if seen.any() else 0.0
