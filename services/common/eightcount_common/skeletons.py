"""Skeletons as data: names of the keypoints of a motion, the bones between them, and their mirror pairs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError


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
        """Return the index of a keypoint in the arrays.

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
        """Return the indices of several keypoints, in the order given."""
        return [self.index(keypoint) for keypoint in keypoints]

    @cached_property
    def _index_of(self) -> dict[str, int]:
        return {name: position for position, name in enumerate(self.keypoints)}

    @cached_property
    def edge_indices(self) -> NDArray[np.intp]:
        """[E, 2] indices of the ends of each bone."""
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

_LIMBS = tuple(
    (f"{side}_{start}", f"{side}_{end}")
    for side in ("left", "right")
    for start, end in (
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
        ("shoulder", "hip"),
        ("hip", "knee"),
        ("knee", "ankle"),
    )
)

COCO_17 = Skeleton(
    name="coco_17",
    keypoints=(
        "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder", "left_elbow",
        "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip", "left_knee", "right_knee", "left_ankle",
        "right_ankle",
    ),
    edges=(
        ("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"), *_LIMBS,
        ("left_ear", "left_eye"), ("left_eye", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
    ),
    mirror_pairs=tuple(
        (f"left_{part}", f"right_{part}")
        for part in ("eye", "ear", "shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ),
)  # fmt: skip
"""The 17 keypoints of COCO (Lin et al., 2014), in which AIST++ is published."""

BODY_12 = Skeleton(
    name="body_12",
    keypoints=(
        "left_shoulder", "right_shoulder", "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip",
        "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle",
    ),
    edges=(("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"), *_LIMBS),
    mirror_pairs=tuple(
        (f"left_{part}", f"right_{part}") for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
    ),
)  # fmt: skip
"""The joints common to video, motion capture and robots."""

SKELETONS: dict[str, Skeleton] = {skeleton.name: skeleton for skeleton in (BLAZEPOSE_33, COCO_17, BODY_12)}
"""Registered skeletons by name."""
