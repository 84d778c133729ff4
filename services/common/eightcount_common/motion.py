"""Keypoints over time: skeletons as data, and the one value that every part of Eightcount exchanges."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError

FloatArray = NDArray[np.float32]
TimeArray = NDArray[np.float64]


@dataclass(frozen=True)
class Skeleton:
    """Names, bones and mirror pairs of K keypoints.

    Attributes:
        name: registered name.
        keypoints: K names in array order.
        edges: bones as pairs of keypoint names.
        mirror_pairs: pairs of names that swap when the body is mirrored left to right.
    """

    name: str
    keypoints: tuple[str, ...]
    edges: tuple[tuple[str, str], ...]
    mirror_pairs: tuple[tuple[str, str], ...]

    def __post_init__(self) -> None:
        known = set(self.keypoints)
        if len(known) != len(self.keypoints):
            raise InvalidInputError(f"skeleton {self.name!r} names a keypoint twice", reason="INVALID_SKELETON")
        for name in {name for pair in (*self.edges, *self.mirror_pairs) for name in pair}:
            if name not in known:
                raise InvalidInputError(f"skeleton {self.name!r} has no keypoint {name!r}", reason="INVALID_SKELETON")

    def __len__(self) -> int:
        return len(self.keypoints)

    def index(self, keypoint: str) -> int:
        """Position of a keypoint in the arrays.

        Raises:
            InvalidInputError: the skeleton has no such keypoint.
        """
        try:
            return self._index_of[keypoint]
        except KeyError:
            raise InvalidInputError(
                f"skeleton {self.name!r} has no keypoint {keypoint!r}", reason="UNKNOWN_KEYPOINT"
            ) from None

    def indices(self, keypoints: Iterable[str]) -> list[int]:
        """Positions of several keypoints, in the order given."""
        return [self.index(keypoint) for keypoint in keypoints]

    @cached_property
    def _index_of(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.keypoints)}

    @cached_property
    def edge_indices(self) -> NDArray[np.intp]:
        """[E, 2] array positions of the ends of each bone."""
        return np.array([self.indices(edge) for edge in self.edges], dtype=np.intp).reshape(-1, 2)

    @cached_property
    def mirror_order(self) -> NDArray[np.intp]:
        """[K] order of the keypoints after left and right are swapped."""
        order = np.arange(len(self))
        for left, right in self.mirror_pairs:
            order[[self.index(left), self.index(right)]] = self.index(right), self.index(left)
        return order


_SIDES = (
    "eye_inner", "eye", "eye_outer", "ear", "shoulder", "elbow", "wrist", "pinky", "index", "thumb", "hip", "knee",
    "ankle", "heel", "foot_index",
)  # fmt: skip

BLAZEPOSE_33 = Skeleton(
    name="blazepose_33",
    keypoints=(
        "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
        "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_pinky", "right_pinky", "left_index", "right_index",
        "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
        "left_heel", "right_heel", "left_foot_index", "right_foot_index",
    ),
    edges=(
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"),
        *(
            (f"{side}_{start}", f"{side}_{end}")
            for side in ("left", "right")
            for start, end in (
                ("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "index"), ("shoulder", "hip"), ("hip", "knee"),
                ("knee", "ankle"), ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"),
            )
        ),
        ("left_ear", "left_eye"), ("left_eye", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
        ("mouth_left", "mouth_right"),
    ),
    mirror_pairs=(
        *((f"left_{part}", f"right_{part}") for part in _SIDES),
        ("mouth_left", "mouth_right"),
    ),
)  # fmt: skip
"""The 33 landmarks of BlazePose (Bazarevsky et al., 2020)."""

SKELETONS: dict[str, Skeleton] = {BLAZEPOSE_33.name: BLAZEPOSE_33}
"""Registered skeletons by name."""


@dataclass(frozen=True)
class MotionSequence:
    """One dancer's keypoints over T frames.

    Attributes:
        skeleton: what the K keypoints are.
        timestamps: [T] float64, seconds as the container gives them, strictly ascending; frame rates may vary.
        image: [T, K, 2] float32, pixels of the upright image; NaN where no dancer was found.
        world: [T, K, 3] float32, metres, origin between the hips, x right, y down, z away from the camera.
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
        wanted = {"image": (frames, keypoints, 2), "world": (frames, keypoints, 3), "visibility": (frames, keypoints)}
        for name, shape in wanted.items():
            given = getattr(self, name).shape
            if given != shape:
                raise InvalidInputError(f"motion: {name} wants shape {shape}, got {given}", reason="INVALID_MOTION")
        if frames > 1 and not np.all(np.diff(self.timestamps) > 0):
            raise InvalidInputError("motion: timestamps must ascend strictly", reason="INVALID_MOTION")

    def __len__(self) -> int:
        return int(self.timestamps.shape[0])

    @property
    def found(self) -> NDArray[np.bool_]:
        """[T] whether a dancer was found in the frame."""
        return np.isfinite(self.image[:, 0, 0])

    def frames(self, start: int, stop: int) -> MotionSequence:
        """The frames start <= t < stop, as a view."""
        part = slice(start, stop)
        return MotionSequence(
            self.skeleton, self.timestamps[part], self.image[part], self.world[part], self.visibility[part],
            self.model, self.image_size, self.track_id,
        )  # fmt: skip

    def chunks(self, frames_per_chunk: int = 60) -> Iterator[MotionSequence]:
        """The motion in consecutive pieces, as views."""
        for start in range(0, len(self), frames_per_chunk):
            yield self.frames(start, start + frames_per_chunk)


def concatenate(parts: list[MotionSequence]) -> MotionSequence:
    """Joins consecutive pieces of one motion.

    Raises:
        InvalidInputError: there is no piece, or the pieces have different skeletons.
    """
    if not parts:
        raise InvalidInputError("a motion needs at least one frame, got none", reason="EMPTY_MOTION")
    first = parts[0]
    if any(part.skeleton != first.skeleton for part in parts):
        raise InvalidInputError("pieces of one motion must share their skeleton", reason="INVALID_MOTION")
    return MotionSequence(
        first.skeleton,
        np.concatenate([part.timestamps for part in parts]),
        np.concatenate([part.image for part in parts]),
        np.concatenate([part.world for part in parts]),
        np.concatenate([part.visibility for part in parts]),
        first.model, first.image_size, first.track_id,
    )  # fmt: skip
