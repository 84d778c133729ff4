"""Motions of videos, extracted by the pose pipeline in this process."""

from __future__ import annotations

import time
from pathlib import Path

from eightcount_common.motion import MotionSequence, concatenate
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.extraction import Chunk, extract
from eightcount_pose.models import Variant
from eightcount_pose.settings import PoseSettings
from tests.data.media import dancer_video


def motion_of(video: Path, weights: Path) -> MotionSequence:
    """Return the motion of the dancer, extracted with the heavy network."""
    loader = EngineLoader(PoseSettings(weights=weights, max_workers=1))
    with video.open("rb") as file:
        events = extract(file, loader.create_engine(Variant.HEAVY), variant=Variant.HEAVY, check=lambda: None)
        return concatenate([event.motion for event in events if isinstance(event, Chunk)])


def pose_seconds(weights: Path) -> tuple[MotionSequence, float]:
    """Return the motion of a real dancer, one minute long, and the processor seconds of its extraction."""
    video = dancer_video()
    start = time.process_time()
    return motion_of(video, weights), time.process_time() - start
