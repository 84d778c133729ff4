"""The reference and the options of a session, found before it begins."""

from __future__ import annotations

from dataclasses import dataclass

from eightcount.motion.v1 import motion_pb2
from eightcount.sync.v1 import sync_pb2
from eightcount_common.errors import ConflictError
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_gateway.kinds.context import JobContext
from eightcount_gateway.library.motions.refs import Dancer, MotionRef
from eightcount_gateway.live.messages import StartMessage
from eightcount_gateway.threads import run_in_thread

TAKE_MODEL = "live"
"""Name of the pose model in a report, where the client finds the keypoints itself."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The dance to copy."""

    motion: MotionRef
    music: sync_pb2.Music


@dataclass(frozen=True, slots=True)
class Plan:
    """The reference and the options of a session.

    Attributes:
        start: what the client asked for.
        reference: None when nothing is scored.
    """

    start: StartMessage
    reference: Reference | None

    def take_header(self, width: int = 0, height: int = 0, model: str = TAKE_MODEL) -> motion_pb2.MotionHeader:
        """Return the header of the dancer's motion in images of this size, by default of that which was announced."""
        skeleton = motion_pb2.Skeleton(name=BLAZEPOSE_33.name, keypoints=BLAZEPOSE_33.keypoints)
        return motion_pb2.MotionHeader(
            skeleton=skeleton, model=model,
            image_width=width or self.start.width, image_height=height or self.start.height,
        )  # fmt: skip


async def make_plan(context: JobContext, start: StartMessage) -> Plan:
    """Find what a session needs; the music of the reference is analysed if it has not been.

    Raises:
        NotFoundError: VIDEO_NOT_FOUND.
        ConflictError: REFERENCE_NOT_EXTRACTED; the motion of the reference must be extracted first.
        UnavailableError: a service cannot be reached, or is not configured.
    """
    if start.styles:
        context.backends.require("classifier")
    if start.reference_video_id is None:
        return Plan(start, None)
    video = await run_in_thread(context.videos.get, start.reference_video_id)
    chosen = start.reference_dancer
    dancer = Dancer(chosen.x, chosen.y, chosen.at_seconds) if chosen else None
    model = start.reference_model or start.model
    motion = await run_in_thread(context.motions.find_latest, video.sha256, model, dancer)
    if motion is None:
        raise ConflictError(
            f"the motion of {video.file_name!r} has not been extracted with the {model} model",
            reason="REFERENCE_NOT_EXTRACTED",
        )
    music = await context.music.find(video.sha256)
    if music is None and not video.content_deleted:
        music = await context.music.analyse(context.videos.uri(video), video.sha256)
    return Plan(start, Reference(motion, music or sync_pb2.Music()))
