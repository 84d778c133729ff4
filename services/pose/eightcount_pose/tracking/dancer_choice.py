"""The choice of one of several people: a position in the frame, and the time at which the dancer is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from eightcount_common.errors import FieldViolation, InvalidInputError, UnusableMediaError
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.detection.people import Detection, body_height
from eightcount_pose.regions import Region

MAX_DISTANCE = 0.25
"""A position further from every keypoint than this share of the person's height does not select that person."""
START_SECONDS = 0.5
"""How long after the chosen time the dancer may first be found: a person is not detected in every single frame."""
_DIGITS = 3
_TRUNK = BLAZEPOSE_33.indices([f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "hip")])


@dataclass(frozen=True, slots=True)
class DancerChoice:
    """The person who is at a position of the upright frame at some time.

    Attributes:
        x, y: fractions of the frame's width and height; (0, 0) is the top left corner.
        at_seconds: on the video's own time axis; nobody is followed before.

    Raises:
        InvalidInputError: x or y lies outside 0 to 1, or the time before 0 (INVALID_DANCER).
    """

    x: float
    y: float
    at_seconds: float = 0.0

    def __post_init__(self) -> None:
        violations = [
            FieldViolation(f"dancer.{name}", f"must be from 0 to 1; got {value}")
            for name, value in (("x", self.x), ("y", self.y))
            if not 0 <= value <= 1
        ]
        if not 0 <= self.at_seconds < np.inf:
            violations.append(
                FieldViolation("dancer.at_seconds", f"must be at least 0 and finite; got {self.at_seconds}")
            )
        if violations:
            raise InvalidInputError(
                "the position of the dancer requires x and y from 0 to 1 and a time of at least 0 seconds; "
                f"got x {self.x}, y {self.y} and {self.at_seconds} s",
                reason="INVALID_DANCER",
                field_violations=violations,
            )

    def __str__(self) -> str:
        time = f"@{self.at_seconds:g}" if self.at_seconds else ""
        return f"{self.x:g},{self.y:g}{time}"

    @classmethod
    def from_region(cls, region: Region, size: tuple[int, int], timestamp: float) -> Self:
        """Return the choice of the person in a region of a frame of that width and height."""
        x, y = (min(max(centre / side, 0.0), 1.0) for centre, side in zip((region.x, region.y), size, strict=True))
        return cls(x, y, max(timestamp, 0.0)).quantize()

    def quantize(self) -> Self:
        """Return the choice in thousandths, so that equal choices have equal identifiers."""
        values = (round(value, _DIGITS) + 0.0 for value in (self.x, self.y, self.at_seconds))
        return type(self)(*values)

    @property
    def slug(self) -> str:
        """Identifies the choice, for example "dancer-0.25-0.5-3.0"."""
        return f"dancer-{self.x}-{self.y}-{self.at_seconds}"

    def require_within(self, duration_seconds: float | None) -> None:
        """Check that the chosen time lies within the video, where its duration is known.

        Raises:
            InvalidInputError: the video ends before the chosen time (INVALID_DANCER).
        """
        if duration_seconds is not None and duration_seconds < self.at_seconds:
            message = f"the dancer is to be chosen at {self.at_seconds:g} s; the video ends at {duration_seconds:g} s"
            raise InvalidInputError(
                message, reason="INVALID_DANCER", field_violations=[FieldViolation("dancer.at_seconds", message)]
            )

    def find_among(self, people: Sequence[Detection], size: tuple[int, int]) -> Detection | None:
        """Return the person nearest to the position; None when nobody is near enough."""
        position = np.array([self.x, self.y]) * size
        near = [
            (distance, person)
            for person in people
            if (distance := _relative_distance(person.pose, position)) <= MAX_DISTANCE
        ]
        return min(near, key=lambda one: one[0])[1] if near else None

    def build_error(self, people: Sequence[Detection], size: tuple[int, int]) -> UnusableMediaError:
        """Return the error for a position without a person, which says where people are seen (NO_PERSON_THERE)."""
        positions = [DancerChoice.from_region(person.region, size, 0.0) for person in people]
        seen = f"seen at {' and '.join(map(str, positions))}" if positions else "nobody was seen in the frame"
        return UnusableMediaError(
            f"there is no person within {MAX_DISTANCE:.0%} of a body's height of {self.x:g},{self.y:g} "
            f"at {self.at_seconds:g} s; {seen}",
            reason="NO_PERSON_THERE",
        )


def _relative_distance(pose: Pose, position: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """Return the distance to the nearest keypoint or the middle of the trunk, in heights of the person."""
    points = np.vstack([pose.image, pose.image[_TRUNK].mean(axis=0)])
    return float(np.linalg.norm(points - position, axis=1).min()) / body_height(pose)
