"""Section boundaries of the music, from the novelty of its timbre.

Foote, "Automatic audio segmentation using a measure of audio novelty", 2000, with the kernel applied along the
diagonal only, so that memory grows with the length and not with its square.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.music.onsets import ONSET_RATE_HERTZ, OnsetFeatures

FRAMES_PER_STEP = 25
STEP_SECONDS = FRAMES_PER_STEP / ONSET_RATE_HERTZ
HALF_KERNEL = 16
"""Steps before and after a boundary that are compared: 8 s."""
MIN_NOVELTY = 0.25
"""Least squared distance between the means of both sides, in units of the spread within them."""


def section_starts(features: OnsetFeatures) -> list[float]:
    """Return section starts in seconds from the first sample, ascending; the first is 0."""
    whole = len(features.spectrum) // FRAMES_PER_STEP * FRAMES_PER_STEP
    steps = features.spectrum[:whole].reshape(-1, FRAMES_PER_STEP, features.spectrum.shape[1])
    timbre = steps.mean(axis=1, dtype=np.float32)
    starts = [0.0]
    novelty = _novelty(timbre)
    for place in np.argsort(-novelty):
        if novelty[place] < MIN_NOVELTY:
            break
        time = float(place * STEP_SECONDS)
        if all(abs(time - other) >= HALF_KERNEL * STEP_SECONDS for other in starts):
            starts.append(time)
    return sorted(starts)


def _novelty(timbre: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return [M] the distance between the timbre before and after each step; 0 near the ends."""
    steps = len(timbre)
    novelty = np.zeros(steps)
    if steps < 2 * HALF_KERNEL:
        return novelty
    scaled = timbre / np.maximum(timbre.std(axis=0), 1e-6)
    sums = np.concatenate([np.zeros((1, scaled.shape[1])), np.cumsum(scaled, axis=0, dtype=np.float64)])
    means = (sums[HALF_KERNEL:] - sums[:-HALF_KERNEL]) / HALF_KERNEL
    novelty[HALF_KERNEL : steps - HALF_KERNEL + 1] = np.mean((means[HALF_KERNEL:] - means[:-HALF_KERNEL]) ** 2, axis=1)
    return novelty
