"""Following one dancer from picture to picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from eightcount_pose.appearance import colours_of, compare
from eightcount_pose.choice import START_SECONDS, DancerChoice, slid_from, tell_apart
from eightcount_pose.crops import Planes
from eightcount_pose.detection import Person
from eightcount_pose.engine import PoseEngine
from eightcount_pose.landmarks import Pose
from eightcount_pose.oneeuro import OneEuro, OneEuroState, filter_step
from eightcount_pose.people import PeopleFinder, Sighting
from eightcount_pose.regions import Region, region_around

LOOK_AROUND_SECONDS = 2.0
"""How often the detector looks for other people while the dancer is tracked."""
LOOK_AROUND_CHOSEN_SECONDS = 0.5
"""The same for a chosen dancer, who must not be mistaken for one of them."""
REMEMBER_SECONDS = 3.0
"""How long a lost dancer is expected near the place where he or she was last seen."""
FORGET_OTHERS_SECONDS = 10.0
"""How long others are expected where they were last seen."""
SLIDE_SECONDS = 1.1
"""How old a sighting of others may be to tell that the track has slid to one of them; later they may have crossed."""
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
        last_look: where the dancer was when others were last seen, or at the last look when that is long ago;
            None when the dancer was lost since.
        others: where other people were when they were last seen.
        others_seen: time in seconds of that.
        another: how the first other person that was seen would be chosen.
        colours: of the chosen dancer's clothes, see `appearance`.
        waited: pictures before the time at which the dancer is chosen.
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

    def with_others(self, seen: Sequence[Sighting], timestamp: float) -> TrackState:
        """Other people were looked for; those of before are kept for a while when nobody was seen."""
        if seen:
            return replace(self, others=tuple(other.region for other in seen), others_seen=timestamp)
        forgotten = timestamp - self.others_seen > FORGET_OTHERS_SECONDS
        return replace(self, others=()) if forgotten else self


@dataclass(frozen=True, slots=True)
class Step:
    """What one picture gave: the dancer's pose, or None, and what to remember."""

    pose: Pose | None
    state: TrackState


class DancerTracker:
    """Finds a dancer and stays on him or her: the chosen one, or the main dancer.

    Args:
        engine: runs the networks.
        choice: who is followed; the largest and most central person when it is None.
    """

    def __init__(self, engine: PoseEngine, choice: DancerChoice | None = None) -> None:
        self._people = PeopleFinder(engine)
        self._choice = choice

    def step(self, planes: Planes, *, timestamp: float, state: TrackState) -> Step:
        """The dancer in the next picture.

        A dancer who is tracked is looked for where the last picture suggests; when that fails, or at the start, the
        detector looks at the whole picture.

        Raises:
            UnusableMediaError: nobody is at the place of the choice (NO_PERSON_THERE).
        """
        if self._choice and timestamp < self._choice.at_seconds:
            return Step(None, replace(state, waited=state.waited + 1))
        step = self._find(planes, timestamp=timestamp, state=state)
        period = LOOK_AROUND_CHOSEN_SECONDS if self._choice else LOOK_AROUND_SECONDS
        if step.pose is None or timestamp - state.looked_around < period:
            return step
        return self._looked_around(planes, step, timestamp=timestamp)

    def _looked_around(self, planes: Planes, step: Step, *, timestamp: float) -> Step:
        """The step with what is known of other people; of a chosen dancer, the right one of them."""
        pose, state = step.pose, step.state
        if pose is None or state.last_region is None:
            return step
        others = self._people.others(planes, pose)
        fresh = timestamp - state.others_seen <= SLIDE_SECONDS
        if self._choice:
            tracked = Sighting(state.last_region, pose)
            dancer, state = self._recognised(planes, tracked, others, state=state, fresh=fresh)
            if dancer is not tracked:
                others = [tracked, *(other for other in others if other is not dancer)]
                pose = dancer.pose
                state = _follow(replace(state, points=None), pose, dancer.region, timestamp)
        another = DancerChoice.of_region(others[0].region, planes.size, timestamp) if others else None
        last_look = state.last_look if fresh and not others else state.last_region
        counted = replace(
            state.with_others(others, timestamp), looked_around=timestamp, last_look=last_look,
            looks=state.looks + 1, looks_with_others=state.looks_with_others + bool(others),
            another=state.another or another,
        )  # fmt: skip
        return Step(pose, counted)

    def _recognised(
        self, planes: Planes, tracked: Sighting, others: Sequence[Sighting], *, state: TrackState, fresh: bool
    ) -> tuple[Sighting, TrackState]:
        """Who is the dancer: by the clothes where these differ, else by the places, if these are fresh."""
        if state.colours is None:
            return tracked, replace(state, colours=tuple(colours_of(planes, tracked)))
        if not others:
            return tracked, state
        likeness = compare(planes, tracked, others, dancer=np.array(state.colours))
        if likeness.is_other:
            return likeness.most_like, state
        if likeness.is_tracked or not fresh or state.last_look is None:
            return tracked, state
        slid = slid_from(tracked, others, last=state.last_look, known=state.others)
        return slid or tracked, state

    def _find(self, planes: Planes, *, timestamp: float, state: TrackState) -> Step:
        if state.region is not None:
            pose = self._people.regress(planes, state.region)
            if pose is not None:
                return Step(pose, _follow(state, pose, state.region, timestamp))
        if self._choice:
            sighting, state = self._search_chosen(self._choice, planes, timestamp=timestamp, state=state)
        else:
            sighting = self._search_main(planes, expected=_expected(state, timestamp))
        if sighting is None:
            return Step(None, replace(state, region=None, points=None))
        state = replace(state, points=None, last_look=None)
        return Step(sighting.pose, _follow(state, sighting.pose, sighting.region, timestamp))

    def _search_main(self, planes: Planes, *, expected: Region | None) -> Sighting | None:
        """The main dancer in the whole picture; without an expectation, everybody is compared."""
        region = choose_dancer(self._people.detect(planes), planes.size, expected=expected)
        pose = None if region is None else self._people.regress(planes, region)
        if region is None or pose is None:
            return None
        first = Sighting(region, pose)
        if expected is not None:
            return first
        return max([first, *self._people.others(planes, pose)], key=lambda seen: prominence(seen.region, planes.size))

    def _search_chosen(
        self, choice: DancerChoice, planes: Planes, *, timestamp: float, state: TrackState
    ) -> tuple[Sighting | None, TrackState]:
        """The chosen dancer in the whole picture: at the chosen place, later near the last one."""
        people = self._people.everybody(planes)
        if state.last_region is not None:
            told = tell_apart(
                people, last=state.last_region, others=state.others, lost_seconds=timestamp - state.last_seen
            )
            return told.dancer, state.with_others(told.others, timestamp)
        dancer = choice.among(people, planes.size)
        if dancer is None and timestamp >= choice.at_seconds + START_SECONDS:
            raise choice.refusal(people, planes.size)
        return dancer, state


def choose_dancer(people: Sequence[Person], size: tuple[int, int], *, expected: Region | None) -> Region | None:
    """The region of the main dancer: the one nearest to `expected`, else the largest and most central person."""
    if not people:
        return None
    if expected is not None:
        return min((person.region for person in people), key=lambda region: region.distance(expected))
    return max(people, key=lambda person: prominence(person.region, size)).region


def prominence(region: Region, size: tuple[int, int]) -> float:
    """How much somebody looks like the main dancer: side in pixels, up to halved towards the left and right edge."""
    off_centre = min(1.0, abs(region.x - size[0] / 2) / (size[0] / 2))
    return region.side * (1 - 0.5 * off_centre)


def _expected(state: TrackState, timestamp: float) -> Region | None:
    return state.last_region if timestamp - state.last_seen <= REMEMBER_SECONDS else None


def _follow(state: TrackState, pose: Pose, region: Region, timestamp: float) -> TrackState:
    """The next region from the auxiliary points, steadied so that it does not shake."""
    points = filter_step(
        state.points, pose.auxiliary, timestamp=timestamp, scale=region.side, filter_=_REGION_FILTER
    )  # fmt: skip
    return replace(
        state, region=region_around(points.value[0], points.value[1]), last_region=region, last_seen=timestamp,
        points=points,
    )  # fmt: skip
