"""Which of several people is followed: a place in the picture, and when the dancer is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from eightcount_common.errors import InvalidInputError, UnusableMediaError
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.landmarks import Pose
from eightcount_pose.people import Sighting, height_of
from eightcount_pose.regions import Region

NEAR = 0.25
"""A place further from every keypoint than this share of the person's height does not mean that person."""
START_SECONDS = 0.5
"""How long after the chosen time the dancer may first be found: somebody is not seen in every single picture."""
FOLLOW_SLACK, FOLLOW_SPEED = 0.25, 1.0
"""A lost dancer can be this far from the last place, and this much further for each second, in sides of the region."""
_DIGITS = 3
_TRUNK = BLAZEPOSE_33.indices([f"{side}_{part}" for side in ("left", "right") for part in ("shoulder", "hip")])


@dataclass(frozen=True, slots=True)
class DancerChoice:
    """The person who is at a place of the upright picture at some time.

    Attributes:
        x, y: fractions of the picture's width and height; (0, 0) is the top left corner.
        at_seconds: on the video's own time; nobody is followed before.

    Raises:
        InvalidInputError: x or y lies outside 0 to 1, or the time before 0 (INVALID_DANCER).
    """

    x: float
    y: float
    at_seconds: float = 0.0

    def __post_init__(self) -> None:
        if not (0 <= self.x <= 1 and 0 <= self.y <= 1 and 0 <= self.at_seconds < np.inf):
            raise InvalidInputError(
                "the dancer's place wants x and y from 0 to 1 and a time from 0 seconds on, "
                f"got x {self.x}, y {self.y} and {self.at_seconds} s",
                reason="INVALID_DANCER",
            )

    def __str__(self) -> str:
        time = f"@{self.at_seconds:g}" if self.at_seconds else ""
        return f"{self.x:g},{self.y:g}{time}"

    @classmethod
    def of_region(cls, region: Region, size: tuple[int, int], timestamp: float) -> Self:
        """The person in a region of a picture of that width and height."""
        x, y = (min(max(centre / side, 0.0), 1.0) for centre, side in zip((region.x, region.y), size, strict=True))
        return cls(x, y, max(timestamp, 0.0)).rounded()

    def rounded(self) -> Self:
        """In thousandths, so that equal choices have equal identifiers."""
        values = (round(value, _DIGITS) + 0.0 for value in (self.x, self.y, self.at_seconds))
        return type(self)(*values)

    @property
    def slug(self) -> str:
        """Identifies the choice, for example "dancer-0.25-0.5-3.0"."""
        return f"dancer-{self.x}-{self.y}-{self.at_seconds}"

    def require_within(self, duration_seconds: float) -> None:
        """Does nothing where the video is long enough, or does not say how long it is.

        Raises:
            InvalidInputError: the video is over by then.
        """
        if 0 < duration_seconds < self.at_seconds:
            raise InvalidInputError(
                f"the dancer is to be chosen at {self.at_seconds:g} s, the video ends at {duration_seconds:g} s",
                reason="INVALID_DANCER",
            )

    def among(self, people: Sequence[Sighting], size: tuple[int, int]) -> Sighting | None:
        """The person nearest to the place; None when that is nobody."""
        place = np.array([self.x, self.y]) * size
        near = [(distance, seen) for seen in people if (distance := _distance(seen.pose, place)) <= NEAR]
        return min(near, key=lambda one: one[0])[1] if near else None

    def refusal(self, people: Sequence[Sighting], size: tuple[int, int]) -> UnusableMediaError:
        """The error that nobody is near the place, which says where somebody is."""
        places = [DancerChoice.of_region(seen.region, size, 0.0) for seen in people]
        seen = f"seen at {' and '.join(map(str, places))}" if places else "nobody was seen in the picture"
        return UnusableMediaError(
            f"no person within {NEAR:.0%} of a body's height of {self.x:g},{self.y:g} at {self.at_seconds:g} s; {seen}",
            reason="NO_PERSON_THERE",
        )


@dataclass(frozen=True, slots=True)
class Told:
    """People told apart: the dancer, if he or she is among them, and the rest."""

    dancer: Sighting | None
    others: list[Sighting]


def tell_apart(people: Sequence[Sighting], *, last: Region, others: Sequence[Region], lost_seconds: float) -> Told:
    """Who is the dancer that was lost, by nearness alone.

    Args:
        people: everybody in the picture.
        last: where the dancer was last seen.
        others: where others were last seen; whoever is nearer to one of these is not the dancer, however large.
        lost_seconds: since the dancer was last seen.
    """
    reach = (FOLLOW_SLACK + FOLLOW_SPEED * lost_seconds) * last.side
    mine = [
        seen
        for seen in people
        if seen.region.distance(last) <= min([reach, *(seen.region.distance(other) for other in others)])
    ]
    dancer = min(mine, key=lambda seen: seen.region.distance(last), default=None)
    return Told(dancer, [seen for seen in people if seen is not dancer])


def slid_from(
    tracked: Sighting, candidates: Sequence[Sighting], *, last: Region, known: Sequence[Region]
) -> Sighting | None:
    """The dancer, when the track has slid to somebody else meanwhile; None when it has not.

    That is so when the tracked person and a candidate, taken for each other, fit better to where everybody was; nothing
    is said when the two have crossed.

    Args:
        tracked: who is followed now.
        candidates: the other people in the picture.
        last: where the dancer was at the last look around.
        known: where others were then.
    """
    best, gain = None, 0.0
    for candidate in candidates:
        for other in known:
            kept = tracked.region.distance(last) + candidate.region.distance(other)
            swapped = candidate.region.distance(last) + tracked.region.distance(other)
            if kept - swapped > gain:
                best, gain = candidate, kept - swapped
    return best


def _distance(pose: Pose, place: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    """From the place to the nearest keypoint or the middle of the trunk, in heights of the person."""
    points = np.vstack([pose.image, pose.image[_TRUNK].mean(axis=0)])
    return float(np.linalg.norm(points - place, axis=1).min()) / height_of(pose)
