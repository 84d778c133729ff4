"""Assignment of the people in a frame to the dancer and the others, by where everybody was before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eightcount_pose.detection.people import Detection
from eightcount_pose.regions import Region

FOLLOW_SLACK, FOLLOW_SPEED = 0.25, 1.0
"""A lost dancer can be this far from the last region, and this much further for each second, in sides of the region."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """The dancer, if he or she is among the people of a frame, and everybody else."""

    dancer: Detection | None
    others: list[Detection]


def assign_dancer(
    people: Sequence[Detection], *, last: Region, others: Sequence[Region], lost_seconds: float
) -> Assignment:
    """Find a lost dancer among people, by nearness alone.

    Args:
        people: everybody in the frame.
        last: where the dancer was last seen.
        others: where others were last seen; a person nearer to one of these is not the dancer, however large.
        lost_seconds: time since the dancer was last seen.
    """
    reach = (FOLLOW_SLACK + FOLLOW_SPEED * lost_seconds) * last.side
    candidates = [
        person
        for person in people
        if person.region.distance_to(last) <= min([reach, *(person.region.distance_to(other) for other in others)])
    ]
    dancer = min(candidates, key=lambda person: person.region.distance_to(last), default=None)
    return Assignment(dancer, [person for person in people if person is not dancer])


def find_swapped_dancer(
    tracked: Detection, candidates: Sequence[Detection], *, last: Region, known: Sequence[Region]
) -> Detection | None:
    """Return the dancer when the track has slid to somebody else meanwhile; None when it has not.

    The track has slid when the tracked person and a candidate, exchanged for each other, fit better to where everybody
    was. When the two have crossed, the positions do not tell.

    Args:
        tracked: the person who is followed now.
        candidates: the other people in the frame.
        last: where the dancer was when other people were last looked for.
        known: where others were then.
    """
    best, gain = None, 0.0
    for candidate in candidates:
        for other in known:
            as_tracked = tracked.region.distance_to(last) + candidate.region.distance_to(other)
            swapped = candidate.region.distance_to(last) + tracked.region.distance_to(other)
            if as_tracked - swapped > gain:
                best, gain = candidate, as_tracked - swapped
    return best
