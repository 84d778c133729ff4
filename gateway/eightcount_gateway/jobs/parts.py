"""What the steps of every job work with."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount_common.storage import ObjectStore
from eightcount_gateway.clients import Backends
from eightcount_gateway.jobs.alignment import Aligner
from eightcount_gateway.jobs.extraction import Extractor
from eightcount_gateway.motions import MotionLibrary
from eightcount_gateway.streams import StreamWriter
from eightcount_gateway.videos import VideoLibrary


@dataclass(frozen=True, slots=True)
class JobParts:
    """What the steps work with."""

    store: ObjectStore
    writer: StreamWriter
    backends: Backends
    videos: VideoLibrary
    motions: MotionLibrary
    extractor: Extractor
    aligner: Aligner
