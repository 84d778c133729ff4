"""Smoothing without lag: every picture is fitted from those before and after it.

A filter that only looks back (One-Euro) delays slow movements by some ten milliseconds, which a score of timing would
count as the dancer's mistake. Fitting a local parabola (Savitzky and Golay, 1964; with the pictures' real times and
tricube weights, Cleveland, 1979) keeps the place of every extreme and costs a few pictures of delay in the stream only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_common.motion import FloatArray, TimeArray

HALF_WIDTH_SECONDS = 0.07
"""Reach of the window to each side."""
_DEGREE = 2


@dataclass(frozen=True, slots=True)
class Window:
    """The latest N raw rows, of which the first `settled` have been smoothed and given out.

    Attributes:
        timestamps: [N] seconds.
        rows: [N, ...] values; NaN throughout a row where no dancer was found.
        settled: rows kept as context only.
        reach: rows that the window looks to each side.
    """

    timestamps: TimeArray
    rows: FloatArray
    settled: int
    reach: int

    @classmethod
    def opened(cls, shape: tuple[int, ...], *, frame_rate: float) -> Window:
        """An empty window for rows of `shape` at about `frame_rate` pictures a second."""
        reach = max(1, round(HALF_WIDTH_SECONDS * (frame_rate or 25.0)))
        return cls(np.empty(0), np.empty((0, *shape), np.float32), 0, min(reach, 30))

    def pushed(self, timestamp: float, row: FloatArray) -> Window:
        """The window with one more raw row."""
        return replace(
            self, timestamps=np.append(self.timestamps, timestamp), rows=np.concatenate([self.rows, row[None]])
        )

    @property
    def ready(self) -> bool:
        """Whether the next row has all the rows after it that it needs."""
        return len(self.rows) - self.settled > self.reach

    @property
    def pending(self) -> int:
        """Rows not given out yet."""
        return len(self.rows) - self.settled

    def next_row(self) -> tuple[float, FloatArray]:
        """Time and smoothed values of the next row; then the window must be `advanced`."""
        centre = self.settled
        low, high = max(0, centre - self.reach), centre + self.reach + 1
        smoothed = smooth_centre(self.timestamps[low:high], self.rows[low:high], centre - low)
        return float(self.timestamps[centre]), smoothed

    def advanced(self) -> Window:
        """The window after `next_row`, without the rows that nothing needs any more."""
        settled = self.settled + 1
        useless = max(0, settled - self.reach)
        return replace(self, timestamps=self.timestamps[useless:], rows=self.rows[useless:], settled=settled - useless)


def smooth_centre(timestamps: TimeArray, rows: FloatArray, centre: int) -> FloatArray:
    """The row `centre` from a parabola fitted through the rows around it.

    Rows without a dancer take no part; neither does what lies beyond a gap. A row with too few neighbours stays as
    it is.
    """
    found = np.isfinite(rows.reshape(len(rows), -1)[:, 0])
    low = int(np.flatnonzero(~found[:centre])[-1]) + 1 if (~found[:centre]).any() else 0
    high = centre + int(np.flatnonzero(~found[centre:])[0]) if (~found[centre:]).any() else len(rows)
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
