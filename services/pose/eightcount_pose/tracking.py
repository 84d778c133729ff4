"""Following one dancer from picture to picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_pose.crops import Box, Planes, cut_region, cut_whole, hide
from eightcount_pose.detection import Person, decode_people
from eightcount_pose.engine import PoseEngine
from eightcount_pose.landmarks import MIN_PRESENCE, Pose, decode_pose
from eightcount_pose.oneeuro import OneEuro, OneEuroState, filter_step
from eightcount_pose.regions import Region, region_around

LOOK_AROUND_SECONDS = 2.0
"""How often the detector looks for other people while the dancer is tracked."""
REMEMBER_SECONDS = 3.0
"""How long a lost dancer is expected near the place where he or she was last seen."""
OTHER_PERSON_SIZE = 0.4
"""Somebody smaller than this share of the dancer's height stands far behind: no second dancer."""
APART = 0.25
"""Somebody whose hips are nearer to the dancer's than this share of the dancer's height is the dancer again."""
HEAD_MARGIN, SIDE_MARGIN = 0.12, 0.03
"""Shares of the dancer's height that are painted over beyond the keypoints, which end at the eyes and the wrists."""
_REGION_FILTER = OneEuro()


@dataclass(frozen=True, slots=True)
class TrackState:
    """What tracking remembers between pictures.

    Attributes:
        region: where to look in the next picture; None when the dancer is not tracked.
        last_region: where the dancer was last seen.
        last_seen: time in seconds of that.
        points: filtered auxiliary points.
        looked_around: time in seconds of the last look for other people.
        looks, looks_with_others: how often the detector looked, and saw more than one person.
    """

    region: Region | None = None
    last_region: Region | None = None
    last_seen: float = -np.inf
    points: OneEuroState | None = None
    looked_around: float = -np.inf
    looks: int = 0
    looks_with_others: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What one picture gave: the dancer's pose, or None, and what to remember."""

    pose: Pose | None
    state: TrackState


@dataclass(frozen=True, slots=True)
class Sighting:
    """One person in one picture, and the region in which he or she was found."""

    region: Region
    pose: Pose


class DancerTracker:
    """Finds the main dancer and stays on him or her."""

    def __init__(self, engine: PoseEngine) -> None:
        self._engine = engine

    def step(self, planes: Planes, *, timestamp: float, state: TrackState) -> Step:
        """The dancer in the next picture.

        A dancer who is tracked is looked for where the last picture suggests; when that fails, or at the start, the
        detector looks at the whole picture.
        """
        step = self._find(planes, timestamp=timestamp, state=state)
        if step.pose is None or timestamp - state.looked_around < LOOK_AROUND_SECONDS:
            return step
        others = bool(self.others(planes, step.pose))
        counted = replace(
            step.state, looked_around=timestamp, looks=state.looks + 1,
            looks_with_others=state.looks_with_others + others,
        )  # fmt: skip
        return Step(step.pose, counted)

    def others(self, planes: Planes, dancer: Pose) -> list[Sighting]:
        """People of about the dancer's size elsewhere in the picture.

        The detector favours one person; with the dancer painted over it turns to the next. It also takes lamps for
        people then, so the landmark network has to agree.
        """
        low, high = dancer.image.min(axis=0), dancer.image.max(axis=0)
        height = float(high[1] - low[1])
        side, head = np.array([SIDE_MARGIN, 0]) * height, np.array([0, HEAD_MARGIN]) * height
        found = []
        for person in self._detect(planes, hidden=(low - side - head, high + side)):
            pose = self._regress(planes, person.region)
            if pose is not None and _is_another(pose, dancer, height):
                found.append(Sighting(person.region, pose))
        return found

    def _find(self, planes: Planes, *, timestamp: float, state: TrackState) -> Step:
        if state.region is not None:
            pose = self._regress(planes, state.region)
            if pose is not None:
                return Step(pose, _follow(state, pose, state.region, timestamp))
        sighting = self._search(planes, expected=_expected(state, timestamp))
        if sighting is None:
            return Step(None, replace(state, region=None, points=None))
        return Step(sighting.pose, _follow(replace(state, points=None), sighting.pose, sighting.region, timestamp))

    def _search(self, planes: Planes, *, expected: Region | None) -> Sighting | None:
        """The dancer in the whole picture; without an expectation, everybody is compared."""
        region = choose_dancer(self._detect(planes), planes.size, expected=expected)
        pose = None if region is None else self._regress(planes, region)
        if region is None or pose is None:
            return None
        first = Sighting(region, pose)
        if expected is not None:
            return first
        return max([first, *self.others(planes, pose)], key=lambda seen: prominence(seen.region, planes.size))

    def _detect(self, planes: Planes, *, hidden: Box | None = None) -> list[Person]:
        picture, to_picture = cut_whole(planes)
        if hidden is not None:
            hide(picture, to_picture, hidden)
        output = self._engine.detect(picture)
        return decode_people(output.boxes[0], output.logits[0], to_picture)

    def _regress(self, planes: Planes, region: Region) -> Pose | None:
        pose = decode_pose(self._engine.regress(cut_region(planes, region)), 0, region)
        return pose if pose.presence >= MIN_PRESENCE else None


def choose_dancer(people: Sequence[Person], size: tuple[int, int], *, expected: Region | None) -> Region | None:
    """The region of the main dancer: the one nearest to `expected`, else the largest and most central person."""
    if not people:
        return None
    if expected is not None:
        return min((person.region for person in people), key=lambda region: _distance(region, expected))
    return max(people, key=lambda person: prominence(person.region, size)).region


def prominence(region: Region, size: tuple[int, int]) -> float:
    """How much somebody looks like the main dancer: side in pixels, up to halved towards the left and right edge."""
    off_centre = min(1.0, abs(region.x - size[0] / 2) / (size[0] / 2))
    return region.side * (1 - 0.5 * off_centre)


def _distance(region: Region, other: Region) -> float:
    return float(np.hypot(region.x - other.x, region.y - other.y) + abs(region.side - other.side))


def _expected(state: TrackState, timestamp: float) -> Region | None:
    return state.last_region if timestamp - state.last_seen <= REMEMBER_SECONDS else None


def _is_another(pose: Pose, dancer: Pose, height: float) -> bool:
    """Whether a pose is somebody else, near enough to the camera to count, beside a dancer `height` pixels tall."""
    apart = float(np.linalg.norm(pose.auxiliary[0] - dancer.auxiliary[0]))
    return apart >= APART * height and float(np.ptp(pose.image[:, 1])) >= OTHER_PERSON_SIZE * height


def _follow(state: TrackState, pose: Pose, region: Region, timestamp: float) -> TrackState:
    """The next region from the auxiliary points, steadied so that it does not shake."""
    points = filter_step(
        state.points, pose.auxiliary, timestamp=timestamp, scale=region.side, filter_=_REGION_FILTER
    )  # fmt: skip
    return replace(
        state, region=region_around(points.value[0], points.value[1]), last_region=region, last_seen=timestamp,
        points=points,
    )  # fmt: skip
