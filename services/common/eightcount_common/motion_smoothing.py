"""Smoothing without lag: every frame is fitted from those before and after it.

A filter that only looks back (One-Euro) delays slow movements by some ten milliseconds, which a score of timing would
count as the dancer's mistake. Fitting a local parabola (Savitzky and Golay, 1964; with the frames' real times and
tricube weights, Cleveland, 1979) keeps the time of every extreme, and needs a few frames that come later.
"""

from __future__ import annotations

import numpy as np

from eightcount_common.motion import FloatArray, TimeArray

HALF_WIDTH_SECONDS = 0.07
"""Reach of the window to each side."""
LONGEST_STEP_SECONDS = 0.25
"""Rows further apart than this are not smoothed together: a pose that is held says nothing about what was before."""
_DEGREE = 2


def smooth_centre(timestamps: TimeArray, rows: FloatArray, centre: int) -> FloatArray:
    """Return the row `centre` of a parabola fitted through the rows around it.

    Rows without a dancer are left out, and so are the rows beyond such a gap or beyond a long step in time. A row with
    too few neighbours is returned unchanged.
    """
    found = np.isfinite(rows.reshape(len(rows), -1)[:, 0])
    low = int(np.flatnonzero(~found[:centre])[-1]) + 1 if (~found[:centre]).any() else 0
    high = centre + int(np.flatnonzero(~found[centre:])[0]) if (~found[centre:]).any() else len(rows)
    steps = np.flatnonzero(np.diff(timestamps) > LONGEST_STEP_SECONDS) + 1  # rows that follow a long step
    low = max([low, *steps[steps <= centre].tolist()])
    high = min([high, *steps[steps > centre].tolist()])
    if high - low <= _DEGREE + 1 or not found[centre]:
        return np.asarray(rows[centre])
    offsets = timestamps[low:high] - timestamps[centre]
    weights = _tricube(offsets)
    powers = np.vander(offsets / np.abs(offsets).max(), _DEGREE + 1, increasing=True)
    shares = np.linalg.pinv(powers * np.sqrt(weights)[:, None])[0] * np.sqrt(weights)
    smoothed = np.tensordot(shares, rows[low:high], axes=1)
    return np.asarray(smoothed, dtype=np.float32)


def _tricube(offsets: TimeArray) -> TimeArray:
    step = np.median(np.diff(offsets))
    return np.asarray((1 - (np.abs(offsets) / (np.abs(offsets).max() + step)) ** 3) ** 3)
