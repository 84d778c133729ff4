"""A rough guess of how long an extraction will compute and of its memory, from which its place among others follows."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_common.media.container import MediaInfo
from eightcount_pose.models import Variant

_SECONDS_PER_FRAME = {Variant.HEAVY: 0.06, Variant.FULL: 0.025, Variant.LITE: 0.015}
"""On one core of an AMD EPYC without bf16, at 1280 x 720."""
_PIXELS = 1e6


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds and memory that an extraction will need.

    Attributes:
        seconds: of work on one core; 0 when the length of the video is unknown.
        megapixels: of a frame, at least 1: an extraction needs about 75 MB for each.
    """

    seconds: float
    megapixels: float


def guess_effort(info: MediaInfo, variant: Variant) -> Effort:
    """Return what the extraction of a video will probably need.

    A container can state a wrong length. An extraction that lasts longer than its guess loses its place by itself.
    """
    seconds = (info.frame_count or 0) * _SECONDS_PER_FRAME[variant]
    return Effort(seconds, max(1.0, info.width * info.height / _PIXELS))
