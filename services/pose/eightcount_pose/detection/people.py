"""People in one frame: found by the detector and confirmed by the landmark network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eightcount_pose.decoding.crops import Box, cut_frame, cut_part, cut_region, hide_box
from eightcount_pose.decoding.planes import Planes
from eightcount_pose.detection.landmarks import MIN_PRESENCE, Pose, decode_pose
from eightcount_pose.detection.person_boxes import PersonBox, decode_boxes
from eightcount_pose.engines.base import PoseEngine
from eightcount_pose.regions import Region

OTHER_PERSON_SIZE = 0.4
"""A person smaller than this share of the dancer's height stands far behind and is not a second dancer."""
MIN_SEPARATION = 0.25
"""A person whose hips are nearer to the dancer's than this share of the dancer's height is the dancer again."""
HEAD_MARGIN, SIDE_MARGIN = 0.12, 0.03
"""Shares of the dancer's height that are painted over beyond the keypoints, which end at the eyes and the wrists."""
MAX_PEOPLE = 8


@dataclass(frozen=True, slots=True)
class Detection:
    """One person in one frame, and the region in which he or she was found."""

    region: Region
    pose: Pose


class PeopleFinder:
    """Finds people with both networks."""

    def __init__(self, engine: PoseEngine) -> None:
        self._engine = engine

    def detect_boxes(
        self, planes: Planes, *, hidden: Sequence[Box] = (), part: Region | None = None
    ) -> list[PersonBox]:
        """Return the people that the detector sees in the whole frame, or in an upright square part of it.

        The hidden boxes are painted over.
        """
        image, to_frame = cut_frame(planes) if part is None else cut_part(planes, part)
        for box in hidden:
            hide_box(image, to_frame, box)
        output = self._engine.detect(image)
        return decode_boxes(output.boxes[0], output.logits[0], to_frame)

    def regress_pose(self, planes: Planes, region: Region) -> Pose | None:
        """Return the pose of the person in a region; None when nobody is there."""
        pose = decode_pose(self._engine.regress(cut_region(planes, region)), 0, region)
        return pose if pose.presence >= MIN_PRESENCE else None

    def find_others(self, planes: Planes, dancer: Pose) -> list[Detection]:
        """Return the people of about the dancer's size elsewhere in the frame.

        The detector favours one person; with the dancer painted over it turns to the next. It also takes lamps for
        people then, so the landmark network has to agree.
        """
        height = body_height(dancer)
        return [
            person
            for person in self._confirm_boxes(planes, hidden=[_bounding_box(dancer)])
            if _hip_distance(person.pose, dancer) >= MIN_SEPARATION * height and is_of_dancers_size(person.pose, dancer)
        ]

    def find_everybody(self, planes: Planes) -> list[Detection]:
        """Return every person in the frame, of any size.

        Each person that is found is painted over, and the detector runs again until it finds nobody new.
        """
        found: list[Detection] = []
        while len(found) < MAX_PEOPLE:
            before = len(found)
            for person in self._confirm_boxes(planes, hidden=[_bounding_box(other.pose) for other in found]):
                if all(are_distinct(person.pose, other.pose) for other in found):
                    found.append(person)
            if len(found) == before:
                break
        return found

    def _confirm_boxes(self, planes: Planes, *, hidden: Sequence[Box]) -> list[Detection]:
        poses = (
            (box.region, self.regress_pose(planes, box.region)) for box in self.detect_boxes(planes, hidden=hidden)
        )
        return [Detection(region, pose) for region, pose in poses if pose is not None]


def is_of_dancers_size(pose: Pose, dancer: Pose) -> bool:
    """Whether a person is large enough for a second dancer."""
    return body_height(pose) >= OTHER_PERSON_SIZE * body_height(dancer)


def body_height(pose: Pose) -> float:
    """Return the pixels from the highest to the lowest keypoint."""
    return float(np.ptp(pose.image[:, 1]))


def _bounding_box(pose: Pose) -> Box:
    low, high = pose.image.min(axis=0), pose.image.max(axis=0)
    height = float(high[1] - low[1])
    side, head = np.array([SIDE_MARGIN, 0]) * height, np.array([0, HEAD_MARGIN]) * height
    return low - side - head, high + side


def _hip_distance(pose: Pose, other: Pose) -> float:
    return float(np.linalg.norm(pose.auxiliary[0] - other.auxiliary[0]))


def are_distinct(pose: Pose, other: Pose) -> bool:
    """Whether two poses are those of two people, and not twice the same."""
    return _hip_distance(pose, other) >= MIN_SEPARATION * min(body_height(pose), body_height(other))
