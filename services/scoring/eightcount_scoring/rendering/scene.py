"""The content of a side-by-side video: two dancers over time, their errors and scores."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import FieldViolation, InvalidInputError
from eightcount_common.motion import FloatArray, MotionSequence, TimeArray
from eightcount_common.skeletons import Skeleton
from eightcount_scoring.angles.joints import JOINTS
from eightcount_scoring.score.timeline import TimelineEntry
from eightcount_scoring.time_map import TimeMap

MIN_VISIBILITY = 0.3
"""Keypoints that the pose network believes less are not drawn: mostly feet out of the frame and hidden arms."""
LIMIT = 1.0
"""FrameErrors are multiples of the joint's limit; above this they are drawn in red."""
PANEL_HEIGHT_RANGE = (64, 1080)
_MAX_HOLD_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class PoseTrack:
    """The part of a motion that is drawn.

    Attributes:
        skeleton: the skeleton of the K keypoints.
        timestamps: [T] seconds of the recording, ascending.
        points: [T, K, 2] float16, x and y as fractions of the upright image; NaN is not drawn. Exact to a quarter of a
            pixel in a panel of 1080, and an hour stays small.
        image_size: width and height in pixels of the upright image.
    """

    skeleton: Skeleton
    timestamps: TimeArray
    points: NDArray[np.float16]
    image_size: tuple[int, int]

    @classmethod
    def from_pieces(cls, parts: Iterable[MotionSequence]) -> PoseTrack:
        """Build the track of a motion from consecutive pieces; it takes a sixth of their memory.

        Raises:
            InvalidInputError: there is no frame, no image size, or the pieces do not follow each other.
        """
        first: MotionSequence | None = None
        times: list[TimeArray] = []
        points: list[NDArray[np.float16]] = []
        for part in parts:
            first = part if first is None else first
            if part.skeleton != first.skeleton:
                raise _invalid_motion("all pieces of a motion must have the same skeleton")
            times.append(part.timestamps)
            points.append(_visible_fractions(part))
        if first is None or not sum(map(len, times)):
            raise InvalidInputError("a motion must have at least one frame; it has none", reason="EMPTY_MOTION")
        timestamps = np.concatenate(times)
        if np.any(np.diff(timestamps) <= 0):
            raise _invalid_motion("the timestamps of a motion must be strictly ascending")
        return cls(first.skeleton, timestamps, np.concatenate(points), first.image_size)

    def points_at(self, seconds: float) -> FloatArray | None:
        """Return [K, 2] keypoints of the frame nearest to a time; None when there is no frame near it."""
        index = nearest_index(self.timestamps, seconds)
        close = abs(self.timestamps[index] - seconds) <= _MAX_HOLD_SECONDS
        return self.points[index].astype(np.float32) if close else None


def _invalid_motion(message: str) -> InvalidInputError:
    return InvalidInputError(message, reason="INVALID_MOTION")


def _visible_fractions(part: MotionSequence) -> NDArray[np.float16]:
    if min(part.image_size) <= 0:
        width, height = part.image_size
        raise _invalid_motion(f"the image size must be positive; got {width} x {height}")
    points: NDArray[np.float16] = (part.image / np.array(part.image_size)).astype(np.float16)
    points[part.visibility < MIN_VISIBILITY] = np.nan
    return points


@dataclass(frozen=True, slots=True)
class JointErrors:
    """FrameErrors of J joints on the reference's timeline.

    Attributes:
        joints: names, as in `eightcount_scoring.joints`.
        seconds: [T] of the reference, ascending.
        multiples: [T, J] error as a multiple of the joint's limit; NaN where not comparable.

    Raises:
        InvalidInputError: shapes do not agree or a joint is not known.
    """

    joints: tuple[str, ...]
    seconds: TimeArray
    multiples: FloatArray

    def __post_init__(self) -> None:
        wanted = (self.seconds.shape[0], len(self.joints))
        if self.multiples.shape != wanted:
            raise InvalidInputError(
                f"the errors must have shape {wanted}; got {self.multiples.shape}", reason="INVALID_ERRORS"
            )
        unknown = set(self.joints) - _KEYPOINTS_OF_JOINT.keys()
        if unknown:
            raise InvalidInputError(f"there are no joints named {sorted(unknown)}", reason="UNKNOWN_JOINT")

    def over_limit(self, seconds: float) -> tuple[str, ...]:
        """Return the joints that are over their limit at a time of the reference."""
        if not self.seconds.size:
            return ()
        index = nearest_index(self.seconds, seconds)
        if abs(self.seconds[index] - seconds) > _MAX_HOLD_SECONDS:
            return ()
        return tuple(name for name, value in zip(self.joints, self.multiples[index], strict=True) if value > LIMIT)


def joint_keypoints(joint: str, skeleton: Skeleton) -> tuple[str, ...]:
    """Return the keypoints at whose mean a scored joint is drawn."""
    return (joint,) if joint in skeleton.keypoints else _KEYPOINTS_OF_JOINT[joint]


_KEYPOINTS_OF_JOINT = {joint.name: joint.keypoints for joint in JOINTS}


@dataclass(frozen=True, slots=True)
class Caption:
    """A short text shown from `start_seconds` until `end_seconds` of the reference."""

    start_seconds: float
    end_seconds: float
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that a side by side shows, except the frames.

    Attributes:
        reference, take: the dancers.
        time_map: the take's clock against the reference's.
        errors: what is off at each time.
        timeline: scores by count, ascending.
        total_score: 0 to 100; NaN when nothing was comparable.
        captions: most important first; where two overlap the first is shown.
        mirrored: the take is a mirror image: it is shown flipped, and its left is the reference's right.
    """

    reference: PoseTrack
    take: PoseTrack
    time_map: TimeMap
    errors: JointErrors
    timeline: tuple[TimelineEntry, ...] = ()
    total_score: float = float("nan")
    captions: tuple[Caption, ...] = ()
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """Options of the rendering.

    Attributes:
        panel_height: height in pixels of each dancer's panel; None for the default, which shrinks for wide panels.
        skeletons_only: plain background instead of the frames: no person is shown.

    Raises:
        InvalidInputError: the height is out of range.
    """

    panel_height: int | None = None
    skeletons_only: bool = False

    def __post_init__(self) -> None:
        low, high = PANEL_HEIGHT_RANGE
        if self.panel_height is not None and not low <= self.panel_height <= high:
            rule = f"the panel height must be {low} to {high} pixels; got {self.panel_height}"
            raise InvalidInputError(
                rule, reason="INVALID_PANEL_HEIGHT", field_violations=[FieldViolation("panel_height", rule)]
            )


def nearest_index(ascending: NDArray[np.float64], value: float) -> int:
    """Return the position of the nearest of ascending values."""
    right = int(np.searchsorted(ascending, value))
    if right == 0 or right == ascending.size:
        return min(right, ascending.size - 1)
    return right if ascending[right] - value < value - ascending[right - 1] else right - 1
