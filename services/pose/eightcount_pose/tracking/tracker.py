"""Following one dancer from frame to frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_pose.decoding.planes import Planes
from eightcount_pose.detection.closer_looks import CloserLook
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.detection.people import Detection, PeopleFinder, are_distinct, is_of_dancers_size
from eightcount_pose.detection.person_boxes import PersonBox
from eightcount_pose.engines.base import PoseEngine
from eightcount_pose.regions import Region, enclose_person
from eightcount_pose.tracking.appearance import compare_appearance, measure_colours
from eightcount_pose.tracking.assignment import assign_dancer, find_swapped_dancer
from eightcount_pose.tracking.dancer_choice import START_SECONDS, DancerChoice
from eightcount_pose.tracking.one_euro import OneEuro, OneEuroState, filter_step

LOOK_AROUND_SECONDS = 2.0
"""How often the detector looks for other people while the dancer is tracked."""
LOOK_AROUND_CHOSEN_SECONDS = 0.5
"""The same for a chosen dancer, who must not be mistaken for one of them."""
REMEMBER_SECONDS = 3.0
"""How long a lost dancer is expected near where he or she was last seen."""
FORGET_OTHERS_SECONDS = 10.0
"""How long others are expected where they were last seen."""
SLIDE_SECONDS = 1.1
"""How old a detection of others may be to tell that the track has slid to one of them; later they may have crossed."""
LOOK_CLOSER_SECONDS = 1.0
"""How often parts of the frame are looked at while nobody is found in the whole."""
SMALL_SIDE = 0.35
"""Share of the frame's longer side below which a person's region may be too small for a look at the whole frame."""
SAME_SIZE = 2.0
"""Factor between the sizes of the dancer who was lost and of one who is found by a closer look."""
MUCH_LARGER = 1.7
"""A person who is more prominent than a dancer found by a closer look by this factor is the main dancer."""
_REGION_FILTER = OneEuro()


@dataclass(frozen=True, slots=True)
class TrackState:
    """State of the tracker between frames.

    Attributes:
        region: where to look in the next frame; None when the dancer is not tracked.
        last_region: where the dancer was last seen.
        last_seen: time in seconds of that.
        points: filtered auxiliary points.
        looked_around: time in seconds of the last look for other people.
        looks, looks_with_others: how often the detector looked, and saw more than one person.
        last_look: where the dancer was when others were last seen, or at the last look when that is long ago;
            None when the dancer was lost since.
        others: where other people were when they were last seen.
        others_seen: time in seconds of that.
        another: the choice that selects the first other person who was seen.
        colours: of the chosen dancer's clothes, see `appearance`.
        waited: number of frames before the time at which the dancer is chosen.
        looked_closer: time in seconds of the last look at parts of the frame.
        found_closer: whether the dancer was found by such a look.
    """

    region: Region | None = None
    last_region: Region | None = None
    last_seen: float = -np.inf
    points: OneEuroState | None = None
    looked_around: float = -np.inf
    looks: int = 0
    looks_with_others: int = 0
    last_look: Region | None = None
    others: tuple[Region, ...] = ()
    others_seen: float = -np.inf
    another: DancerChoice | None = None
    colours: tuple[float, ...] | None = None
    waited: int = 0
    looked_closer: float = -np.inf
    found_closer: bool = False

    def remember_others(self, seen: Sequence[Detection], timestamp: float) -> TrackState:
        """Return the state after other people were looked for; when nobody was seen, earlier ones are kept a while."""
        if seen:
            return replace(self, others=tuple(other.region for other in seen), others_seen=timestamp)
        forgotten = timestamp - self.others_seen > FORGET_OTHERS_SECONDS
        return replace(self, others=()) if forgotten else self


@dataclass(frozen=True, slots=True)
class TrackedFrame:
    """Result of one frame: the dancer's pose, or None, and the state after it."""

    pose: Pose | None
    state: TrackState


class DancerTracker:
    """Finds a dancer and stays on him or her: the chosen one, or the main dancer.

    Args:
        engine: runs the networks.
        choice: selects the dancer; the largest and most central person when it is None.
    """

    def __init__(self, engine: PoseEngine, choice: DancerChoice | None = None) -> None:
        self._people = PeopleFinder(engine)
        self._closer = CloserLook(self._people)
        self._choice = choice

    def track_frame(self, planes: Planes, *, timestamp: float, state: TrackState) -> TrackedFrame:
        """Find the dancer in the next frame.

        A tracked dancer is looked for where the last frame suggests; when that fails, or at the start, the detector
        looks at the whole frame.

        Raises:
            UnusableMediaError: nobody is at the position of the choice (NO_PERSON_THERE).
        """
        if self._choice and timestamp < self._choice.at_seconds:
            return TrackedFrame(None, replace(state, waited=state.waited + 1))
        tracked = self._find(planes, timestamp=timestamp, state=state)
        period = LOOK_AROUND_CHOSEN_SECONDS if self._choice else LOOK_AROUND_SECONDS
        if tracked.pose is None or timestamp - state.looked_around < period:
            return tracked
        return self._look_around(planes, tracked, timestamp=timestamp)

    def _look_around(self, planes: Planes, frame: TrackedFrame, *, timestamp: float) -> TrackedFrame:
        """Look for other people, and return to the chosen dancer when one of them is the dancer."""
        pose, state, region = frame.pose, frame.state, frame.state.last_region
        if pose is None or region is None:
            return frame
        others = self._find_others(planes, pose, state)
        fresh = timestamp - state.others_seen <= SLIDE_SECONDS
        if self._choice:
            tracked = Detection(region, pose)
            dancer, state = self._recognise_dancer(planes, tracked, others, state=state, fresh=fresh)
            if dancer is not tracked:
                others = [tracked, *(other for other in others if other is not dancer)]
                pose = dancer.pose
                state = _follow(replace(state, points=None), pose, dancer.region, timestamp)
        elif state.found_closer and (larger := _find_larger(region, others, planes.size)) is not None:
            others = [Detection(region, pose), *(other for other in others if other is not larger)]
            pose = larger.pose
            state = _follow(replace(state, points=None, found_closer=False), pose, larger.region, timestamp)
        another = DancerChoice.from_region(others[0].region, planes.size, timestamp) if others else None
        last_look = state.last_look if fresh and not others else state.last_region
        counted = replace(
            state.remember_others(others, timestamp), looked_around=timestamp, last_look=last_look,
            looks=state.looks + 1, looks_with_others=state.looks_with_others + bool(others),
            another=state.another or another,
        )  # fmt: skip
        return TrackedFrame(pose, counted)

    def _find_others(self, planes: Planes, dancer: Pose, state: TrackState) -> list[Detection]:
        """Return the people of about the dancer's size elsewhere; beside a small dancer, small ones as well."""
        others = self._people.find_others(planes, dancer)
        if state.found_closer and not others:
            return [
                person
                for person in self._closer.find_people(planes)
                if are_distinct(person.pose, dancer) and is_of_dancers_size(person.pose, dancer)
            ]
        return others

    def _recognise_dancer(
        self, planes: Planes, tracked: Detection, others: Sequence[Detection], *, state: TrackState, fresh: bool
    ) -> tuple[Detection, TrackState]:
        """Decide who is the dancer: by the clothes where these differ, otherwise by the positions, if fresh."""
        if state.colours is None:
            return tracked, replace(state, colours=tuple(measure_colours(planes, tracked)))
        if not others:
            return tracked, state
        distance = compare_appearance(planes, tracked, others, dancer=np.array(state.colours))
        if distance.is_other:
            return distance.nearest_other, state
        if distance.is_tracked or not fresh or state.last_look is None:
            return tracked, state
        swapped = find_swapped_dancer(tracked, others, last=state.last_look, known=state.others)
        return swapped or tracked, state

    def _find(self, planes: Planes, *, timestamp: float, state: TrackState) -> TrackedFrame:
        if state.region is not None:
            pose = self._people.regress_pose(planes, state.region)
            if pose is not None:
                return TrackedFrame(pose, _follow(state, pose, state.region, timestamp))
        if self._choice:
            found, state = self._search_chosen(self._choice, planes, timestamp=timestamp, state=state)
        else:
            found = self._search_main(planes, expected=_expected_region(state, timestamp))
        closer = found is None and _may_look_closer(state, planes.size, timestamp)
        if closer:
            found = self._search_closer(planes, timestamp=timestamp, state=state)
            state = replace(state, looked_closer=timestamp)
        elif found is not None and is_small(found.region, planes.size):
            found = self._closer.look_again(planes, found.region) or found
        if found is None:
            return TrackedFrame(None, replace(state, region=None, points=None))
        state = replace(state, points=None, last_look=None, found_closer=closer)
        return TrackedFrame(found.pose, _follow(state, found.pose, found.region, timestamp))

    def _search_main(self, planes: Planes, *, expected: Region | None) -> Detection | None:
        """Find the main dancer in the whole frame; without an expected region, everybody is compared."""
        region = choose_dancer(self._people.detect_boxes(planes), planes.size, expected=expected)
        pose = None if region is None else self._people.regress_pose(planes, region)
        if region is None or pose is None:
            return None
        first = Detection(region, pose)
        if expected is not None:
            return first
        people = [first, *self._people.find_others(planes, pose)]
        return max(people, key=lambda person: measure_prominence(person.region, planes.size))

    def _search_closer(self, planes: Planes, *, timestamp: float, state: TrackState) -> Detection | None:
        """Find a small dancer: the chosen one, the one who was lost, or the most prominent one."""
        people = self._closer.find_people(planes)
        if state.last_region is None:
            if self._choice:
                return self._choice.find_among(people, planes.size)
            return max(people, key=lambda person: measure_prominence(person.region, planes.size), default=None)
        last = state.last_region
        same = [person for person in people if 1 / SAME_SIZE < person.region.side / max(last.side, 1e-6) < SAME_SIZE]
        if self._choice:
            return assign_dancer(same, last=last, others=state.others, lost_seconds=timestamp - state.last_seen).dancer
        return min(same, key=lambda person: person.region.distance_to(last), default=None)

    def _search_chosen(
        self, choice: DancerChoice, planes: Planes, *, timestamp: float, state: TrackState
    ) -> tuple[Detection | None, TrackState]:
        """Find the chosen dancer in the whole frame: first at the chosen position, later near the last region."""
        people = self._people.find_everybody(planes)
        if state.last_region is not None:
            assignment = assign_dancer(
                people, last=state.last_region, others=state.others, lost_seconds=timestamp - state.last_seen
            )
            return assignment.dancer, state.remember_others(assignment.others, timestamp)
        dancer = choice.find_among(people, planes.size)
        if dancer is None and _may_look_closer(state, planes.size, timestamp):
            return None, state
        if dancer is None and timestamp >= choice.at_seconds + START_SECONDS:
            raise choice.build_error(people, planes.size)
        return dancer, state


def choose_dancer(people: Sequence[PersonBox], size: tuple[int, int], *, expected: Region | None) -> Region | None:
    """Return the region of the main dancer: nearest to `expected`, or of the largest and most central person."""
    if not people:
        return None
    if expected is not None:
        return min((person.region for person in people), key=lambda region: region.distance_to(expected))
    return max(people, key=lambda person: measure_prominence(person.region, size)).region


def measure_prominence(region: Region, size: tuple[int, int]) -> float:
    """Return the side in pixels, up to halved towards the left and right edge; the main dancer has the largest."""
    off_centre = min(1.0, abs(region.x - size[0] / 2) / (size[0] / 2))
    return region.side * (1 - 0.5 * off_centre)


def is_small(region: Region, size: tuple[int, int]) -> bool:
    """Whether a person may be too small for a look at the whole frame."""
    return region.side < SMALL_SIDE * max(size)


def _may_look_closer(state: TrackState, size: tuple[int, int], timestamp: float) -> bool:
    """Whether parts of the frame may show somebody; a large dancer who was lost is not behind them."""
    if timestamp - state.looked_closer < LOOK_CLOSER_SECONDS:
        return False
    return state.last_region is None or is_small(state.last_region, size)


def _find_larger(tracked: Region, others: Sequence[Detection], size: tuple[int, int]) -> Detection | None:
    """Return the most prominent of other people, if he or she is far more so than the tracked person."""
    largest = max(others, key=lambda person: measure_prominence(person.region, size), default=None)
    if largest is None:
        return None
    exceeds = measure_prominence(largest.region, size) > MUCH_LARGER * measure_prominence(tracked, size)
    return largest if exceeds else None


def _expected_region(state: TrackState, timestamp: float) -> Region | None:
    return state.last_region if timestamp - state.last_seen <= REMEMBER_SECONDS else None


def _follow(state: TrackState, pose: Pose, region: Region, timestamp: float) -> TrackState:
    """Derive the next region from the auxiliary points, filtered so that it does not shake."""
    points = filter_step(
        state.points, pose.auxiliary, timestamp=timestamp, scale=region.side, filter_=_REGION_FILTER
    )  # fmt: skip
    return replace(
        state, region=enclose_person(points.value[0], points.value[1]), last_region=region, last_seen=timestamp,
        points=points,
    )  # fmt: skip
