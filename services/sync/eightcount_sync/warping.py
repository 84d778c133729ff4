"""Dynamic time warping with a slope constraint, inside a band.

Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978, symmetric form with
P = 1: a step that stands still in one sequence is always followed by a diagonal one, so the local speed stays within
1/2 and 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.motion_features import RATE_HERTZ, FloatArray

BAND_SECONDS = 0.5
"""Furthest that two dancers drift apart around a common offset."""


def warp(ours: FloatArray, theirs: FloatArray) -> NDArray[np.int_]:
    """[P, 2] pairs of frames of two equally long [N, D] sequences that belong together."""
    frames = len(ours)
    reach = int(BAND_SECONDS * RATE_HERTZ)
    # Columns are the differences j - i in -reach..reach; cost[i, d] compares ours[i] with theirs[i + d].
    offsets = np.arange(-reach, reach + 1)
    places = np.arange(frames)[:, None] + offsets[None]
    inside = (places >= 0) & (places < frames)
    cost = np.linalg.norm(ours[:, None] - theirs[np.clip(places, 0, frames - 1)], axis=-1)
    cost[~inside] = np.inf
    total = np.full((frames, len(offsets)), np.inf)
    step = np.zeros((frames, len(offsets)), np.int8)
    total[0] = cost[0]
    for i in range(1, frames):
        total[i], step[i] = _advance(total, cost, i)
    return _walk_back(total, step, reach)


def _advance(total: FloatArray, cost: FloatArray, i: int) -> tuple[FloatArray, NDArray[np.int8]]:
    """Best totals of row i: a diagonal step, or one followed by one more frame of ours, or of theirs."""
    diagonal = total[i - 1] + 2.0 * cost[i]
    ours_twice = np.full_like(diagonal, np.inf)
    if i > 1:
        ours_twice[:-1] = total[i - 2, 1:] + 2.0 * cost[i - 1, 1:] + cost[i, :-1]
    theirs_twice = np.full_like(diagonal, np.inf)
    theirs_twice[1:] = total[i - 1, :-1] + 2.0 * cost[i, :-1] + cost[i, 1:]
    choices = np.stack([diagonal, ours_twice, theirs_twice])
    choice = choices.argmin(axis=0)
    return choices[choice, np.arange(len(diagonal))], choice.astype(np.int8)


def _walk_back(total: FloatArray, step: NDArray[np.int8], reach: int) -> NDArray[np.int_]:
    i, column = len(total) - 1, int(np.argmin(total[-1]))
    path: list[tuple[int, int]] = []
    while i >= 0:
        path.append((i, i + column - reach))
        choice = step[i, column]
        if i == 0:
            break
        if choice == 1:
            path.append((i - 1, i + column - reach))
            i, column = i - 2, column + 1
        elif choice == 2:
            path.append((i, i + column - reach - 1))
            i, column = i - 1, column - 1
        else:
            i -= 1
    return np.array(path[::-1], dtype=np.int_)
