"""Alignment of two motions by their movement, for dancers that share no music, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve

from eightcount_sync.alignment import Alignment, Candidate, Method, Verdict
from eightcount_sync.movement.motion_features import RATE_HERTZ, FloatArray, JointMotion, angular_velocities
from eightcount_sync.movement.time_warping import find_warping_path

MIN_SECONDS = 3.0
"""Shortest overlap that is compared."""
MIN_CORRELATION = 0.25
"""Correlation of the angular velocities below which the motions count as different."""
MIN_HEIGHT = 4.5
"""Height of the best offset above all others that is required, in standard deviations."""
SURE_CORRELATION = 0.7
"""Motions with this correlation match even where their repetition keeps any offset from standing out."""
EQUALLY_GOOD = 0.95
APART_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Match:
    """An offset in frames of the features, its correlation in [-1, 1] and its height over the other offsets."""

    lag: int
    correlation: float
    height: float


def align_motions(a: JointMotion, b: JointMotion, *, check: Callable[[], None] = lambda: None) -> Alignment:
    """Find the offset t_a = t_b + offset_seconds at which the two dancers move alike."""
    if min(motion.found.sum() for motion in (a, b)) < 2:
        return _no_match("NO_PERSON", "One of the motions shows no dancer.")
    if min(a.duration_seconds, b.duration_seconds) < MIN_SECONDS:
        return _no_match("TOO_SHORT", f"One of the motions is shorter than {MIN_SECONDS:.0f} seconds.")
    ours, theirs = angular_velocities(a), angular_velocities(b)
    check()
    matches = _find_matches(ours, theirs)
    best = matches[0]
    certainty = float(1.0 / (1.0 + np.exp(-2.0 * (best.height - MIN_HEIGHT) - 8.0 * (best.correlation - 0.35))))
    stands_out = best.correlation >= MIN_CORRELATION and best.height >= MIN_HEIGHT
    if not stands_out and best.correlation < SURE_CORRELATION:
        return _no_match("DIFFERENT_MOTION", "The dancers do not move alike.", certainty=1.0 - min(certainty, 0.5))
    check()
    origin = float(a.timestamps[0] - b.timestamps[0])
    alike = [match for match in matches if match.correlation >= EQUALLY_GOOD * best.correlation]
    if len(alike) > 1:
        return _build_ambiguous(alike, origin, certainty)
    return _build_aligned(ours, theirs, best, origin, certainty)


def _no_match(reason: str, message: str, *, certainty: float = 1.0) -> Alignment:
    return Alignment(Verdict.NO_MATCH, reason, message, Method.MOTION, confidence=certainty)


def _find_matches(ours: FloatArray, theirs: FloatArray) -> list[Match]:
    """Find up to 8 best offsets, best first: correlation over the overlap, discounted where the overlap is short."""
    size = len(ours) + len(theirs) - 1
    products = np.sum([fftconvolve(x, y[::-1]) for x, y in zip(ours.T, theirs.T, strict=True)], axis=0)
    energy_a = fftconvolve(np.sum(ours**2, axis=1), np.ones(len(theirs)))
    energy_b = fftconvolve(np.ones(len(ours)), np.sum(theirs**2, axis=1)[::-1])
    common = np.rint(fftconvolve(np.ones(len(ours)), np.ones(len(theirs))))
    correlation = products / np.sqrt(np.maximum(energy_a * energy_b, 1e-9))
    usable = common >= MIN_SECONDS * RATE_HERTZ
    evidence = np.where(usable, correlation * np.sqrt(common / RATE_HERTZ), -np.inf)
    values = evidence[usable]
    middle = float(np.median(values))
    spread = 1.4826 * float(np.median(np.abs(values - middle))) + 1e-9
    found: list[Match] = []
    for place in np.argsort(-evidence)[: min(size, 2000)]:
        lag = int(place) - (len(theirs) - 1)
        if usable[place] and all(abs(lag - other.lag) > APART_SECONDS * RATE_HERTZ for other in found):
            found.append(Match(lag, float(correlation[place]), float((evidence[place] - middle) / spread)))
        if len(found) == 8:
            break
    return found


def _build_ambiguous(matches: list[Match], origin: float, certainty: float) -> Alignment:
    best = matches[0]
    return Alignment(
        Verdict.AMBIGUOUS,
        "REPEATING_MOTION",
        f"The movement repeats: {len(matches)} places fit equally well.",
        Method.MOTION,
        confidence=certainty,
        offset_seconds=origin + best.lag / RATE_HERTZ,
        candidates=tuple(
            Candidate(origin + match.lag / RATE_HERTZ, 1.0, match.correlation / best.correlation) for match in matches
        ),
    )


def _build_aligned(ours: FloatArray, theirs: FloatArray, best: Match, origin: float, certainty: float) -> Alignment:
    start, stop = max(0, best.lag), min(len(ours), len(theirs) + best.lag)
    path = find_warping_path(ours[start:stop], theirs[start - best.lag : stop - best.lag])
    delays: NDArray[np.float64] = (path[:, 0] - path[:, 1]) / RATE_HERTZ
    shift = float(np.median(delays))
    return Alignment(
        Verdict.ALIGNED,
        "OK",
        "The dancers move alike.",
        Method.MOTION,
        confidence=certainty,
        offset_seconds=origin + best.lag / RATE_HERTZ + shift,
        residual_rms_seconds=float(np.sqrt(np.mean((delays - shift) ** 2))),
        overlap_seconds=(stop - start) / RATE_HERTZ,
    )
