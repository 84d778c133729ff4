"""People in one picture: whom the detector finds and the landmark network confirms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_pose.crops import Box, Planes, cut_region, cut_whole, hide
from eightcount_pose.detection import Person, decode_people
from eightcount_pose.engine import PoseEngine
from eightcount_pose.landmarks import MIN_PRESENCE, Pose, decode_pose
from eightcount_pose.regions import Region

OTHER_PERSON_SIZE = 0.4
"""Somebody smaller than this share of the dancer's height stands far behind: no second dancer."""
APART = 0.25
"""Somebody whose hips are nearer to the dancer's than this share of the dancer's height is the dancer again."""
HEAD_MARGIN, SIDE_MARGIN = 0.12, 0.03
"""Shares of the dancer's height that are painted over beyond the keypoints, which end at the eyes and the wrists."""
MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Sighting:
    """One person in one picture, and the region in which he or she was found."""

    region: Region
    pose: Pose


class PeopleFinder:
    """Finds people with both networks."""

    def __init__(self, engine: PoseEngine) -> None:
        self._engine = engine

    def detect(self, planes: Planes, *, hidden: Sequence[Box] = ()) -> list[Person]:
        """Whom the detector sees in the whole picture when some of it is painted over."""
        picture, to_picture = cut_whole(planes)
        for box in hidden:
            hide(picture, to_picture, box)
        output = self._engine.detect(picture)
        return decode_people(output.boxes[0], output.logits[0], to_picture)

    def regress(self, planes: Planes, region: Region) -> Pose | None:
        """The person in a region, if there is one."""
        pose = decode_pose(self._engine.regress(cut_region(planes, region)), 0, region)
        return pose if pose.presence >= MIN_PRESENCE else None

    def others(self, planes: Planes, dancer: Pose) -> list[Sighting]:
        """People of about the dancer's size elsewhere in the picture.

        The detector favours one person; with the dancer painted over it turns to the next. It also takes lamps for
        people then, so the landmark network has to agree.
        """
        height = height_of(dancer)
        return [
            seen
            for seen in self._confirmed(planes, hidden=[_box_around(dancer)])
            if _hips_apart(seen.pose, dancer) >= APART * height and height_of(seen.pose) >= OTHER_PERSON_SIZE * height
        ]

    def everybody(self, planes: Planes) -> list[Sighting]:
        """Every person in the picture, of any size: whoever is found is painted over, and the detector looks again."""
        found: list[Sighting] = []
        while len(found) < MOST_PEOPLE:
            before = len(found)
            for seen in self._confirmed(planes, hidden=[_box_around(other.pose) for other in found]):
                if all(_are_two(seen.pose, other.pose) for other in found):
                    found.append(seen)
            if len(found) == before:
                break
        return found

    def _confirmed(self, planes: Planes, *, hidden: Sequence[Box]) -> list[Sighting]:
        poses = ((person.region, self.regress(planes, person.region)) for person in self.detect(planes, hidden=hidden))
        return [Sighting(region, pose) for region, pose in poses if pose is not None]


def height_of(pose: Pose) -> float:
    """Pixels from the highest to the lowest keypoint."""
    return float(np.ptp(pose.image[:, 1]))


def _box_around(pose: Pose) -> Box:
    low, high = pose.image.min(axis=0), pose.image.max(axis=0)
    height = float(high[1] - low[1])
    side, head = np.array([SIDE_MARGIN, 0]) * height, np.array([0, HEAD_MARGIN]) * height
    return low - side - head, high + side


def _hips_apart(pose: Pose, other: Pose) -> float:
    return float(np.linalg.norm(pose.auxiliary[0] - other.auxiliary[0]))


def _are_two(pose: Pose, other: Pose) -> bool:
    return _hips_apart(pose, other) >= APART * min(height_of(pose), height_of(other))
