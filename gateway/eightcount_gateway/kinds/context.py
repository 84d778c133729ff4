"""The parts of the gateway that the kinds of job work with."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_common.storage import ObjectStore
from eightcount_gateway.backends.backends import Backends
from eightcount_gateway.jobs.store import JobStore
from eightcount_gateway.library.motions.extractor import Extractor
from eightcount_gateway.library.motions.library import MotionLibrary
from eightcount_gateway.library.music import MusicLibrary
from eightcount_gateway.library.skeletons import SkeletonLibrary
from eightcount_gateway.library.streams import StreamWriter
from eightcount_gateway.library.videos import VideoLibrary


@dataclass(frozen=True, slots=True)
class JobContext:
    """The parts of the gateway that requests are checked with, and that steps work with."""

    store: ObjectStore
    writer: StreamWriter
    backends: Backends
    videos: VideoLibrary
    motions: MotionLibrary
    skeletons: SkeletonLibrary
    extractor: Extractor
    music: MusicLibrary
    jobs: JobStore
