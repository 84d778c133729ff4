"""Small figures: the detector looks at parts of the frame, as it sees them too small in the whole frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from eightcount_pose.decoding.planes import Planes
from eightcount_pose.detection.people import Detection, PeopleFinder, are_distinct
from eightcount_pose.detection.person_boxes import PersonBox
from eightcount_pose.engines.base import DETECTOR_SIDE
from eightcount_pose.regions import Region, enclose_person

PART_SIDES = (1.0, 0.6, 0.4)
"""Sides of the parts, as shares of the frame's shorter side; the larger ones are looked at first."""
MIN_OVERLAP = 0.35
"""Share of a part that the next one repeats: somebody who is cut by the edge of one stands whole in another."""
MAX_REGION = 0.8
"""A person who is larger than this share of a part is seen in the whole frame."""
MAX_PART = 0.85
"""A part of more than this share of the frame's longer side shows people hardly larger than the whole frame does."""
SURE_PRESENCE = 0.9
"""Probability of the landmark network from which a person is believed."""
SEARCH_SIDE = 2.5
"""Side of the part around a possible person in which the detector looks again, as a multiple of the person's region."""
CHECK_SIDES = (1.3, 1.8)
"""Sides of the parts in which the detector must be sure of a person."""
SURE_SCORE = 0.88
"""The score that it must give: things that look like a person in one part seldom do so in all."""


def list_parts(size: tuple[int, int], share: float) -> Sequence[Region]:
    """Return overlapping squares that cover a frame of this size; none when they show no more than the whole frame.

    Args:
        size: width and height of the frame in pixels.
        share: side of the squares as a share of the shorter side.
    """
    side = min(size) * share
    if side < DETECTOR_SIDE or side > MAX_PART * max(size):
        return ()
    columns, rows = (_place_middles(length, side) for length in size)
    return [Region(x, y, side, 0.0) for y in rows for x in columns]


def _place_middles(length: int, side: float) -> list[float]:
    steps = int(np.ceil((length - side) / (side * (1 - MIN_OVERLAP))))
    return [float(start + side / 2) for start in np.linspace(0, length - side, steps + 1)]


class CloserLook:
    """Finds small figures with both networks; it takes several times as long as a look at the whole frame."""

    def __init__(self, people: PeopleFinder) -> None:
        self._people = people

    def find_people(self, planes: Planes) -> list[Detection]:
        """Return the people in the largest parts in which there are any, each once."""
        for share in PART_SIDES:
            found: list[Detection] = []
            for person in self._search(planes, list_parts(planes.size, share)):
                if all(are_distinct(person.pose, other.pose) for other in found):
                    found.append(person)
            if found:
                return found
        return []

    def look_again(self, planes: Planes, region: Region) -> Detection | None:
        """Return the person who is seen in a region from near, with the exact region; None when nobody is."""
        near = self._look_around(planes, region, SEARCH_SIDE)
        seen = None if near is None else self._people.regress_pose(planes, near.region)
        exact = None if seen is None else enclose_person(*seen.auxiliary)
        pose = None if exact is None else self._people.regress_pose(planes, exact)
        return None if exact is None or pose is None else Detection(exact, pose)

    def _search(self, planes: Planes, parts: Sequence[Region]) -> Iterator[Detection]:
        boxes = [
            box
            for part in parts
            for box in self._people.detect_boxes(planes, part=part)
            if box.region.side <= MAX_REGION * part.side
        ]
        for box in sorted(boxes, key=lambda box: -box.score):
            person = self._confirm(planes, box.region)
            if person is not None:
                yield person

    def _confirm(self, planes: Planes, region: Region) -> Detection | None:
        """Return the person when both networks are sure of him or her from near."""
        person = self.look_again(planes, region)
        if person is None or person.pose.presence < SURE_PRESENCE:
            return None
        checks = (self._look_around(planes, person.region, side) for side in CHECK_SIDES)
        return person if all(box is not None and box.score >= SURE_SCORE for box in checks) else None

    def _look_around(self, planes: Planes, region: Region, sides: float) -> PersonBox | None:
        """Return whom the detector sees at a place with some room around it."""
        part = Region(region.x, region.y, sides * region.side, 0.0)
        boxes = self._people.detect_boxes(planes, part=part)
        return next((box for box in boxes if box.region.distance_to(region) < region.side / 2), None)
