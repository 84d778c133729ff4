"""The map between the clocks of reference and take, in one or more linear pieces."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError

Seconds = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TimePiece:
    """A line t_reference = offset_seconds + ratio * t_take within [take_start, take_end) seconds of the take."""

    take_start: float
    take_end: float
    offset_seconds: float
    ratio: float

    def __post_init__(self) -> None:
        if not (np.isfinite(self.offset_seconds) and np.isfinite(self.ratio) and self.ratio > 0):
            raise InvalidInputError(
                "an alignment must have a finite offset and a finite ratio above 0; "
                f"got {self.offset_seconds} and {self.ratio}",
                reason="INVALID_ALIGNMENT",
            )


@dataclass(frozen=True, slots=True)
class TimeMap:
    """The map of the take's clock to the reference's, in one or more pieces."""

    pieces: tuple[TimePiece, ...]

    @classmethod
    def from_line(cls, offset_seconds: float, ratio: float = 1.0) -> TimeMap:
        """Build a map with one line for the whole take."""
        return cls((TimePiece(-np.inf, np.inf, offset_seconds, ratio),))

    def to_take_seconds(self, reference_seconds: Seconds) -> Seconds:
        """Convert [T] times of the reference to times of the take; NaN where the map has no piece.

        Where pieces overlap, the first one applies.
        """
        take = np.full_like(reference_seconds, np.nan)
        for piece in self.pieces:
            candidate = (reference_seconds - piece.offset_seconds) / piece.ratio
            inside = (candidate >= piece.take_start) & (candidate < piece.take_end)
            take = np.where(np.isnan(take) & inside, candidate, take)
        return take
