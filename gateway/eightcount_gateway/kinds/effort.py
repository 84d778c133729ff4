"""Rough guesses of how long a job will compute on one core, from which its lane follows.

A wrong guess makes nothing wrong: services let short calls go before long ones, whatever lane they come from.
"""

from __future__ import annotations

from typing import Any

from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.library.motions.refs import Dancer

_EXTRACTION = 2.0
"""Seconds of work per second of video."""


def expect_extractions(context: JobContext, video_ids: Any, variant: Any) -> float:
    """Return the seconds that the extraction of several motions of main dancers will take. Blocking."""
    return sum(expect_extraction(context, video_id, variant) for video_id in video_ids)


def expect_extraction(context: JobContext, video_id: Any, variant: Any, dancer: Any = None) -> float:
    """Return the seconds that the extraction of a motion will take; 0 for one that is stored. Blocking.

    Video, variant and dancer are those of a job's request.
    """
    video = context.videos.get(video_id)
    chosen = Dancer(**dancer) if dancer else None
    if video.content_deleted or context.motions.find_latest(video.sha256, variant, chosen):
        return 0.0
    if video.media is None or video.media.duration_seconds is None:
        return float("inf")
    return _EXTRACTION * video.media.duration_seconds


def find_duration(context: JobContext, video_id: Any) -> float:
    """Return the duration of a recording in seconds; 0 when it is not known. Blocking."""
    media = context.videos.get(video_id).media
    return (media.duration_seconds if media else None) or 0.0
