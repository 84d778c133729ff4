"""The BlazePose networks by name."""

from __future__ import annotations

from enum import StrEnum

from eightcount_common import blazepose


class Variant(StrEnum):
    """Size of the landmark network."""

    LITE = "lite"
    FULL = "full"
    HEAVY = "heavy"


DETECTOR = blazepose.DETECTOR
"""Person detector, 224 x 224."""
LANDMARKS = {variant: blazepose.LANDMARKS[variant] for variant in Variant}
"""Landmark networks, 256 x 256."""
ALL_WEIGHTS = (DETECTOR, *LANDMARKS.values())
"""All files that the service can use."""
