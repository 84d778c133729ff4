"""Smoothing of rows as they come: each is returned once those that it needs after it are there."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from eightcount_common.motion import FloatArray, TimeArray
from eightcount_common.motion_smoothing import HALF_WIDTH_SECONDS, smooth_centre


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
