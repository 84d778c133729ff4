"""The colours of the side-by-side video."""

from __future__ import annotations

import numpy as np

from eightcount_common.media.colours import Rgb

BACKGROUND: Rgb = (22, 24, 29)
PANEL: Rgb = (34, 37, 44)
NO_SCORE: Rgb = (58, 63, 74)
TEXT: Rgb = (240, 242, 245)
FAINT: Rgb = (160, 168, 180)
GOOD_SCORE: Rgb = (70, 190, 120)
FAIR_SCORE: Rgb = (240, 180, 60)
POOR_SCORE: Rgb = (235, 45, 45)
JOINT_OVER_LIMIT: Rgb = (235, 45, 45)
"""Red mark of a joint whose error exceeds its limit."""
REFERENCE: Rgb = (70, 200, 235)
"""Skeleton of the reference."""
TAKE: Rgb = (205, 240, 70)
"""Skeleton of the take."""

_GOOD, _FAIR = 80.0, 60.0
"""Scores from which on a score is good, and fair."""


def score_colour(score: float) -> Rgb:
    """Return green, amber or red for a score of 0 to 100; grey for NaN."""
    if np.isnan(score):
        return NO_SCORE
    if score >= _GOOD:
        return GOOD_SCORE
    return FAIR_SCORE if score >= _FAIR else POOR_SCORE
