"""The colours of the side by side."""

from __future__ import annotations

import numpy as np

from eightcount_common.media.colours import Rgb

GROUND: Rgb = (22, 24, 29)
PANEL: Rgb = (34, 37, 44)
TRACK: Rgb = (58, 63, 74)
TEXT: Rgb = (240, 242, 245)
FAINT: Rgb = (160, 168, 180)
GOOD: Rgb = (70, 190, 120)
FAIR: Rgb = (240, 180, 60)
OVER_LIMIT: Rgb = (235, 45, 45)
REFERENCE: Rgb = (70, 200, 235)
TAKE: Rgb = (205, 240, 70)

_GOOD_SCORE, _FAIR_SCORE = 80.0, 60.0


def of_score(score: float) -> Rgb:
    """Green, amber or red for a score of 0 to 100; grey for none."""
    if np.isnan(score):
        return TRACK
    if score >= _GOOD_SCORE:
        return GOOD
    return FAIR if score >= _FAIR_SCORE else OVER_LIMIT
