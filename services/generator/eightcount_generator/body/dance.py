"""A dance: the motion of our body, thirty frames per second."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body import kinematics
from eightcount_generator.body.skeleton import BODY

FRAME_RATE_HERTZ = 30.0
"""Frames per second of every dance."""

FloatArray = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Dance:
    """T frames of `BODY`, `FRAME_RATE_HERTZ` per second; y up, the floor at 0.

    Attributes:
        root: [T, 3] position of the pelvis in metres.
        rotations: [T, 24, 3, 3] of each joint relative to its parent; the root's relative to the world.

    Raises:
        InvalidInputError: INVALID_DANCE; the shapes do not agree, or a value is not finite.
    """

    root: FloatArray
    rotations: FloatArray

    def __post_init__(self) -> None:
        frames = len(self.root)
        if self.root.shape != (frames, 3) or self.rotations.shape != (frames, len(BODY), 3, 3):
            raise InvalidInputError(
                f"a dance must have the shapes [T, 3] and [T, {len(BODY)}, 3, 3]; got {self.root.shape}, "
                f"{self.rotations.shape}",
                reason="INVALID_DANCE",
            )
        if not (np.isfinite(self.root).all() and np.isfinite(self.rotations).all()):
            raise InvalidInputError("a dance: every value must be finite", reason="INVALID_DANCE")

    def __len__(self) -> int:
        return len(self.root)

    @property
    def seconds(self) -> float:
        """Seconds from the first frame to the end of the last."""
        return len(self) / FRAME_RATE_HERTZ

    def joints(self) -> FloatArray:
        """[T, 24, 3] joint positions in metres."""
        return np.asarray(kinematics.joint_positions(self.root, self.rotations), np.float32)

    def frames(self, start: int, stop: int) -> Self:
        """Return the frames from `start` to `stop`, end excluded."""
        return replace(self, root=self.root[start:stop], rotations=self.rotations[start:stop])

    def mirror(self) -> Self:
        """Swap left and right: reflect at the plane x = 0."""
        sign = np.array([-1.0, 1.0, 1.0], np.float32)
        turned = self.rotations[:, BODY.swap] * (sign[:, None] * sign)
        return replace(self, root=self.root * sign, rotations=turned)

    @classmethod
    def concatenate(cls, parts: Sequence[Dance]) -> Self:
        """Concatenate parts; the caller makes sure that they fit."""
        return cls(np.concatenate([part.root for part in parts]), np.concatenate([part.rotations for part in parts]))
