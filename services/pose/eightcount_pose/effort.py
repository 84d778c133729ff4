"""A rough guess of how long an extraction will compute, from which its place among the others follows."""

from __future__ import annotations

from eightcount_common.media.container import MediaInfo
from eightcount_pose.models import Variant

_SECONDS_PER_FRAME = {Variant.HEAVY: 0.06, Variant.FULL: 0.025, Variant.LITE: 0.015}
"""On one core of an AMD EPYC without bf16, at 1280 x 720."""


def expect_seconds(info: MediaInfo, variant: Variant) -> float:
    """Return the seconds that the extraction of a video will probably take on one core; 0 when its length is unknown.

    A container can state a wrong length. An extraction that lasts longer than its guess loses its place by itself.
    """
    return (info.frame_count or 0) * _SECONDS_PER_FRAME[variant]
