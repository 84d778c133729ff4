"""How right beats, metre and counts are against the truth of a song."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.beats.composing import Song

Array = NDArray[np.float64]
TOLERANCE_SECONDS = 0.07
WARM_UP_SECONDS = 3.0
RIGHT = 0.85
"""F-measure from which the beats of a song are right."""
ON_ONES = 0.8
"""Share of starts of counting on downbeats from which the counts of a song are right."""


def best_f_measure(found: Array, song: Song) -> tuple[float, float]:
    """Return the F-measure at the best of the rates that dancers of the style use, and that rate."""
    return max((f_measure(found, song.beats[:: round(1.0 / level)]), level) for level in song.style.levels)


def f_measure(found: Array, truth: Array, *, skip_seconds: float = WARM_UP_SECONDS) -> float:
    """F-measure of beats within 70 ms, each used once (Davies et al., 2009)."""
    found, truth = found[found >= skip_seconds], truth[truth >= skip_seconds]
    if not len(found) or not len(truth):
        return 0.0
    free = np.ones(len(found), bool)
    hits = 0
    for beat in truth:
        near = np.flatnonzero(free & (np.abs(found - beat) <= TOLERANCE_SECONDS))
        if len(near):
            free[near[np.argmin(np.abs(found[near] - beat))]] = False
            hits += 1
    return 2.0 * hits / (len(found) + len(truth))


def share_on_ones(starts: Array, song: Song, *, of_phrase: bool = False) -> float:
    """Return the share of starts of counting that lie on downbeats, or on the first beats of phrases."""
    ones = song.beats[list(song.phrase_starts)] if of_phrase else song.beats[song.place_in_bar == 1]
    if not len(starts):
        return 0.0
    return float(np.mean([np.abs(ones - start).min() <= TOLERANCE_SECONDS for start in starts]))
