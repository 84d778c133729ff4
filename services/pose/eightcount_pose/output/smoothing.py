"""Smoothing without lag: every frame is fitted from those before and after it.

A filter that only looks back (One-Euro) delays slow movements by some ten milliseconds, which a score of timing would
count as the dancer's mistake. Fitting a local parabola (Savitzky and Golay, 1964; with the frames' real times and
tricube weights, Cleveland, 1979) keeps the time of every extreme and only delays the stream by a few frames.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_common.motion import FloatArray, TimeArray

HALF_WIDTH_SECONDS = 0.07
"""Reach of the window to each side."""
LONGEST_STEP_SECONDS = 0.25
"""Rows further apart than this are not smoothed together: a pose that is held says nothing about what was before."""
_DEGREE = 2


@dataclass(frozen=True, slots=True)
class Window:
    """The latest N raw rows, of which the first `settled` have been smoothed and returned.

    Attributes:
        timestamps: [N] seconds.
        rows: [N, ...] values; NaN throughout a row where no dancer was found.
        settled: number of rows that are only context.
        reach: number of rows that the window extends to each side.
    """

    timestamps: TimeArray
    rows: FloatArray
    settled: int
    reach: int

    @classmethod
    def create(cls, shape: tuple[int, ...], *, frame_rate: float | None) -> Window:
        """Return an empty window for rows of `shape` at about `frame_rate` frames per second (25 when unknown)."""
        reach = max(1, round(HALF_WIDTH_SECONDS * (frame_rate or 25.0)))
        return cls(np.empty(0), np.empty((0, *shape), np.float32), 0, min(reach, 30))

    def push(self, timestamp: float, row: FloatArray) -> Window:
        """Return the window with one more raw row."""
        return replace(
            self, timestamps=np.append(self.timestamps, timestamp), rows=np.concatenate([self.rows, row[None]])
        )

    @property
    def ready(self) -> bool:
        """Whether all the rows that the next row needs after it are there."""
        return len(self.rows) - self.settled > self.reach

    @property
    def pending(self) -> int:
        """Number of rows that have not been returned yet."""
        return len(self.rows) - self.settled

    def smooth_next(self) -> tuple[float, FloatArray]:
        """Return time and smoothed values of the next row; call `advance` afterwards."""
        centre = self.settled
        low, high = max(0, centre - self.reach), centre + self.reach + 1
        smoothed = smooth_centre(self.timestamps[low:high], self.rows[low:high], centre - low)
        return float(self.timestamps[centre]), smoothed

    def advance(self) -> Window:
        """Return the window after `smooth_next`, without the rows that are no longer needed."""
        settled = self.settled + 1
        obsolete = max(0, settled - self.reach)
        return replace(
            self, timestamps=self.timestamps[obsolete:], rows=self.rows[obsolete:], settled=settled - obsolete
        )


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
