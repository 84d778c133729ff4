"""Keypoints over time: the one value that every part of Eightcount exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_common.skeletons import Skeleton

FloatArray = NDArray[np.float32]
TimeArray = NDArray[np.float64]


@dataclass(frozen=True)
class MotionSequence:
    """One dancer's keypoints over T frames.

    Attributes:
        skeleton: of the K keypoints.
        timestamps: [T] float64, seconds on the time axis of the recording, which begins at 0 whatever the clock of
            the container; strictly ascending; frame rates may vary.
        image: [T, K, 2] float32, pixels of the upright image; NaN where no dancer was found, and for motion capture.
        world: [T, K, 3] float32, metres, origin between the hips, x right, y down, z away from the camera; NaN where no
            dancer was found, and for motions known from images alone.
        visibility: [T, K] float32 in [0, 1].
        model: identifier of the pose model and its options.
        image_size: width and height in pixels of the upright image; (0, 0) when unknown.
        track_id: identity of the dancer.

    Raises:
        InvalidInputError: shapes do not agree, or the timestamps do not ascend.
    """

    skeleton: Skeleton
    timestamps: TimeArray
    image: FloatArray
    world: FloatArray
    visibility: FloatArray
    model: str = ""
    image_size: tuple[int, int] = (0, 0)
    track_id: int = field(default=0)

    def __post_init__(self) -> None:
        frames, keypoints = self.timestamps.shape[0], len(self.skeleton)
        expected = {"image": (frames, keypoints, 2), "world": (frames, keypoints, 3), "visibility": (frames, keypoints)}
        for name, shape in expected.items():
            given = getattr(self, name).shape
            if given != shape:
                raise InvalidInputError(
                    f"motion: {name} must have the shape {shape}; got {given}", reason="INVALID_MOTION"
                )
        if frames > 1 and not np.all(np.diff(self.timestamps) > 0):
            raise InvalidInputError("motion: timestamps must ascend strictly", reason="INVALID_MOTION")

    def __len__(self) -> int:
        return int(self.timestamps.shape[0])

    @property
    def found(self) -> NDArray[np.bool_]:
        """[T] whether a dancer was found in the frame."""
        return np.isfinite(self.image[:, 0, 0]) | np.isfinite(self.world[:, 0, 0])

    def frames(self, start: int, stop: int) -> MotionSequence:
        """Return the frames start <= t < stop, as a view."""
        part = slice(start, stop)
        return MotionSequence(
            self.skeleton, self.timestamps[part], self.image[part], self.world[part], self.visibility[part],
            self.model, self.image_size, self.track_id,
        )  # fmt: skip

    def chunks(self, frames_per_chunk: int = 60) -> Iterator[MotionSequence]:
        """Yield the motion in consecutive pieces, as views."""
        for start in range(0, len(self), frames_per_chunk):
            yield self.frames(start, start + frames_per_chunk)


def concatenate(parts: list[MotionSequence]) -> MotionSequence:
    """Join consecutive pieces of one motion.

    Raises:
        InvalidInputError: there is no piece, or the pieces have different skeletons.
    """
    if not parts:
        raise InvalidInputError("a motion must have at least one frame; it has none", reason="EMPTY_MOTION")
    first = parts[0]
    if any(part.skeleton != first.skeleton for part in parts):
        raise InvalidInputError("pieces of one motion must have the same skeleton", reason="INVALID_MOTION")
    return MotionSequence(
        first.skeleton,
        np.concatenate([part.timestamps for part in parts]),
        np.concatenate([part.image for part in parts]),
        np.concatenate([part.world for part in parts]),
        np.concatenate([part.visibility for part in parts]),
        first.model, first.image_size, first.track_id,
    )  # fmt: skip
