"""The choice of a pose network, and of one of several people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PoseModel = Literal["heavy", "full", "lite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dancer:
    """One of several people in a video, selected by a position at a time.

    Attributes:
        x: 0 is the left edge of the upright image, 1 the right one.
        y: 0 is the top, 1 the bottom.
        at_seconds: on the video's own clock.
    """

    x: float
    y: float
    at_seconds: float = 0.0
