"""One live session: an image comes in, the dancer's pose goes out."""

from __future__ import annotations

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_common.motion import FloatArray, MotionSequence
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.decoding.planes import view_planes
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.engines.loader import EngineLoader
from eightcount_pose.extraction import model_id
from eightcount_pose.live.images import decode_image
from eightcount_pose.live.smoothing import steady_pose
from eightcount_pose.models import Variant
from eightcount_pose.tracking.one_euro import OneEuroState
from eightcount_pose.tracking.tracker import DancerTracker, TrackState


@dataclass(frozen=True, slots=True)
class LivePose:
    """The dancer in one frame.

    Attributes:
        motion: that frame alone, as the network found it; NaN where nobody was found.
        steady_image: [33, 2] pixels smoothed by what was before; NaN likewise.
        several_people: whether others were in the frame at the last look.
    """

    motion: MotionSequence
    steady_image: FloatArray
    several_people: bool


class TrackerPool:
    """Trackers with their engines, each lent for one frame: as many exist as frames are worked on at the same time."""

    def __init__(self, loader: EngineLoader) -> None:
        self._loader = loader
        self._idle: dict[Variant, queue.SimpleQueue[DancerTracker]] = {kind: queue.SimpleQueue() for kind in Variant}

    def describe_model(self, variant: Variant) -> str:
        """Return the identifier of the poses of live sessions, for example "blazepose-full/openvino-bf16/3/live".

        Raises:
            WeightsError: the weights are missing or damaged.
        """
        return f"{model_id(variant, self._loader.create_engine(variant))}/live"

    @contextmanager
    def borrow(self, variant: Variant) -> Iterator[DancerTracker]:
        """Lend a tracker until the end of the block."""
        try:
            tracker = self._idle[variant].get_nowait()
        except queue.Empty:
            tracker = DancerTracker(self._loader.create_engine(variant))
        try:
            yield tracker
        finally:
            self._idle[variant].put(tracker)


class LiveSession:
    """Follows one dancer from image to image.

    Args:
        trackers: lends a tracker for each frame.
        variant: the landmark network.
        model: identifier of the poses.
    """

    def __init__(self, trackers: TrackerPool, variant: Variant, model: str) -> None:
        self._trackers = trackers
        self._variant = variant
        self._model = model
        self._state = TrackState()
        self._steady: OneEuroState | None = None
        self._seconds = -np.inf

    def require_next(self, seconds: float) -> None:
        """Do nothing when a frame of this time may follow; times need not be those of frames that are tracked.

        Raises:
            InvalidInputError: FRAMES_NOT_ASCENDING; it is not later than the frame before.
        """
        if not seconds > self._seconds or not np.isfinite(seconds):
            raise InvalidInputError(
                f"the times of frames must ascend; {seconds:g} follows {self._seconds:g}", reason="FRAMES_NOT_ASCENDING"
            )
        self._seconds = seconds

    def track(self, image: bytes, seconds: float) -> LivePose:
        """Find the dancer in the next image.

        Raises:
            InvalidInputError: UNREADABLE_FRAME.
        """
        planes = view_planes(decode_image(image, seconds))
        with self._trackers.borrow(self._variant) as tracker:
            tracked = tracker.track_frame(planes, timestamp=seconds, state=self._state)
        self._state = state = tracked.state
        region = state.last_region
        pose = tracked.pose if region is not None else None
        self._steady = steady_pose(self._steady, pose, seconds=seconds, side=region.side) if pose and region else None
        steady = self._steady.value.astype(np.float32) if self._steady else _unknown(2)
        several = bool(state.others) and state.others_seen >= state.looked_around
        return LivePose(self._build_motion(pose, seconds, planes.size), steady, several)

    def _build_motion(self, pose: Pose | None, seconds: float, size: tuple[int, int]) -> MotionSequence:
        image, world = (pose.image, pose.world) if pose else (_unknown(2), _unknown(3))
        visibility = np.clip(pose.visibility, 0.0, 1.0) if pose else np.zeros(len(BLAZEPOSE_33), np.float32)
        return MotionSequence(
            BLAZEPOSE_33, np.array([seconds]), image[None], world[None], visibility[None], self._model, size
        )


def _unknown(axes: int) -> FloatArray:
    return np.full((len(BLAZEPOSE_33), axes), np.nan, np.float32)
