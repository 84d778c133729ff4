"""Dynamic time warping with a slope constraint, inside a band.

Sakoe and Chiba, "Dynamic programming algorithm optimization for spoken word recognition", 1978, symmetric form with
P = 1: a step that stands still in one sequence is always followed by a diagonal one, so the local speed stays within
1/2 and 2.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from eightcount_sync.movement.motion_features import RATE_HERTZ, FloatArray

BAND_SECONDS = 0.5
"""Largest delay between two dancers around a common offset."""


def find_warping_path(ours: FloatArray, theirs: FloatArray) -> NDArray[np.int32]:
    """Find the warping path of two equally long [N, D] sequences: [P, 2] pairs of matching frames."""
    reach = int(BAND_SECONDS * RATE_HERTZ)
    # Columns are the differences j - i in -reach..reach; a row of costs compares ours[i] with theirs[i + d].
    unreachable = np.full(2 * reach + 1, np.inf)
    costs = [unreachable, _costs(ours, theirs, 0, reach)]
    totals = [unreachable, costs[1]]
    steps = np.zeros((len(ours), 2 * reach + 1), np.int8)
    for i in range(1, len(ours)):
        costs = [costs[1], _costs(ours, theirs, i, reach)]
        total, steps[i] = _advance(totals, costs)
        totals = [totals[1], total]
    return _walk_back(int(np.argmin(totals[1])), steps, reach)


def _costs(ours: FloatArray, theirs: FloatArray, i: int, reach: int) -> FloatArray:
    """Return the distances of frame i to the frames of the other within reach; infinite where there is none."""
    costs = np.full(2 * reach + 1, np.inf)
    first, stop = max(0, i - reach), min(len(theirs), i + reach + 1)
    costs[first - i + reach : stop - i + reach] = np.linalg.norm(theirs[first:stop] - ours[i], axis=1)
    return costs


def _advance(totals: list[FloatArray], costs: list[FloatArray]) -> tuple[FloatArray, NDArray[np.int8]]:
    """Return the best totals of a row and the steps that lead to them.

    A step is diagonal, or diagonal followed by one more frame of the first sequence, or of the second.

    Args:
        totals: totals of the two previous rows.
        costs: costs of the previous row and of this one.
    """
    (before_last, last), (last_cost, cost) = totals, costs
    diagonal = last + 2.0 * cost
    ours_twice = np.full_like(diagonal, np.inf)
    ours_twice[:-1] = before_last[1:] + 2.0 * last_cost[1:] + cost[:-1]
    theirs_twice = np.full_like(diagonal, np.inf)
    theirs_twice[1:] = last[:-1] + 2.0 * cost[:-1] + cost[1:]
    choices = np.stack([diagonal, ours_twice, theirs_twice])
    choice = choices.argmin(axis=0)
    return choices[choice, np.arange(len(diagonal))], choice.astype(np.int8)


def _walk_back(column: int, steps: NDArray[np.int8], reach: int) -> NDArray[np.int32]:
    i = len(steps) - 1
    path = array("i")
    while i >= 0:
        path.extend((i, i + column - reach))
        choice = steps[i, column]
        if i == 0:
            break
        if choice == 1:
            path.extend((i - 1, i + column - reach))
            i, column = i - 2, column + 1
        elif choice == 2:
            path.extend((i, i + column - reach - 1))
            i, column = i - 1, column - 1
        else:
            i -= 1
    return np.frombuffer(path, np.int32).reshape(-1, 2)[::-1]
