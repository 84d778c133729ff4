"""Windows of a motion, which are classified one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_classifier.features.body import FRAME_RATE_HERTZ, BodyMotion

WINDOW_SECONDS = 4.0
HOP_SECONDS = 1.0
MIN_SEEN = 0.75
"""Fraction of a window in which the dancer must be seen."""


@dataclass(frozen=True, slots=True)
class Windows:
    """W windows of equal length.

    Attributes:
        starts: [W] first frames.
        length: frames of a window.
        seen: [W] whether the dancer is seen for long enough.
        rate_hertz: frame rate.
    """

    starts: NDArray[np.intp]
    length: int
    seen: NDArray[np.bool_]
    rate_hertz: float = FRAME_RATE_HERTZ


def cut_windows(motion: BodyMotion, *, seconds: float = WINDOW_SECONDS, hop_seconds: float = HOP_SECONDS) -> Windows:
    """Cut a motion into windows; a motion shorter than a window has none."""
    length, hop = round(seconds * FRAME_RATE_HERTZ), round(hop_seconds * FRAME_RATE_HERTZ)
    starts = np.arange(0, len(motion) - length + 1, hop, dtype=np.intp)
    total = np.concatenate([[0], np.cumsum(motion.seen)])
    return Windows(starts, length, (total[starts + length] - total[starts]) >= MIN_SEEN * length)
