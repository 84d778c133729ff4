"""Joint positions of a person over time, from any source: the input of the fitting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.rotations import Array

NEEDED = tuple(
    f"{side}_{part}" for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
"""Joints that every recording must have."""

_MIRROR = np.array([-1.0, 1.0, 1.0])


@dataclass(frozen=True, slots=True)
class Landmarks:
    """K positions of one person over T frames, 30 per second; y up, right-handed, left towards +x of a person who faces
    +z.

    Beside the twelve joints of `NEEDED`, a recording may have joints of the body under their names there ("pelvis",
    "neck", "head", "left_collar", "left_foot", "left_hand", ...); any number of further positions along the spine, in
    order from below, whose names start with "spine"; and "left_ear", "right_ear" and "nose" of the face, the last one
    straight ahead of the midpoint of the ears. "left_inner_elbow" and "right_inner_elbow" lie beside the elbows, on the
    side that the forearms bend to.

    Attributes:
        names: K names.
        positions: [T, K, 3] in any one unit.

    Raises:
        InvalidInputError: INVALID_LANDMARKS; a joint is missing, the shapes do not agree, or a value is not finite.
    """

    names: tuple[str, ...]
    positions: Array

    def __post_init__(self) -> None:
        missing = [name for name in NEEDED if name not in self.names]
        if missing or len(set(self.names)) != len(self.names):
            raise InvalidInputError(
                f"landmarks must contain every joint once; missing: {', '.join(missing) or 'none'}; got "
                f"{', '.join(self.names)[:300]}",
                reason="INVALID_LANDMARKS",
            )
        if not len(self.positions) or self.positions.shape[1:] != (len(self.names), 3):
            raise InvalidInputError(
                f"landmarks must have the shape [T, {len(self.names)}, 3] with T above 0; got {self.positions.shape}",
                reason="INVALID_LANDMARKS",
            )
        if not np.isfinite(self.positions).all():
            raise InvalidInputError("landmarks: every position must be finite", reason="INVALID_LANDMARKS")

    @classmethod
    def of(cls, positions: Mapping[str, Array]) -> Self:
        """Build landmarks from [T, 3] of each name."""
        return cls(tuple(positions), np.stack([np.asarray(place, np.float64) for place in positions.values()], axis=1))

    def __len__(self) -> int:
        return len(self.positions)

    def has(self, *names: str) -> bool:
        """Return whether there are positions of all these names."""
        return all(name in self.names for name in names)

    def place(self, name: str) -> Array:
        """[T, 3] positions of one name."""
        return self.positions[:, self.names.index(name)]

    def middle(self, part: str) -> Array:
        """[T, 3] midpoints of the left and the right part: "hip", "shoulder", ..."""
        return (self.place(f"left_{part}") + self.place(f"right_{part}")) / 2

    def across(self, part: str) -> Array:
        """[T, 3] vectors from the right part to the left one."""
        return self.place(f"left_{part}") - self.place(f"right_{part}")

    def mirror(self) -> Self:
        """Swap left and right: reflect at the plane x = 0."""
        return type(self)(tuple(_other_side(name) for name in self.names), self.positions * _MIRROR)


def _other_side(name: str) -> str:
    side, _, part = name.partition("_")
    return {"left": f"right_{part}", "right": f"left_{part}"}.get(side, name)
