"""What the dancer should know although the work went on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.landmarks import Pose

LOST_SHARE = 0.2
OTHERS_SHARE = 1 / 3
FEET_SHARE = 0.5
_MIN_VISIBILITY = 0.5
_FEET = [BLAZEPOSE_33.indices((f"{side}_ankle", f"{side}_foot_index")) for side in ("left", "right")]


@dataclass(frozen=True, slots=True)
class Notice:
    """A machine-readable reason and a sentence for the dancer."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over a whole video.

    Attributes:
        pictures, with_dancer, with_feet: pictures seen (from the time of a choice on); with the dancer;
            with at least one whole foot.
        looks, looks_with_others: how often other people were looked for, and seen.
        damaged: pictures that could not be decoded.
        ended_early: whether the file ends before it says.
        another: how somebody else would be chosen, for example "0.72,0.51@12.3"; empty when it is not known.
    """

    pictures: int
    with_dancer: int
    with_feet: int
    looks: int
    looks_with_others: int
    damaged: int
    ended_early: bool
    another: str = ""


def shows_feet(pose: Pose, size: tuple[int, int]) -> bool:
    """Whether ankle and toes of at least one foot are visible within the picture."""
    inside = np.all((pose.image >= 0) & (pose.image <= size), axis=1) & (pose.visibility >= _MIN_VISIBILITY)
    return any(inside[foot].all() for foot in _FEET)


def notices_of(tally: Tally) -> list[Notice]:
    """Everything worth saying about a video in which a dancer was found."""
    found = []
    if tally.looks_with_others > OTHERS_SHARE * max(tally.looks, 1):
        found.append(Notice("SEVERAL_PEOPLE", _several_people(tally.another)))
    if tally.with_dancer < (1 - LOST_SHARE) * tally.pictures:
        share = 1 - tally.with_dancer / tally.pictures
        found.append(Notice("DANCER_LOST", f"The dancer could not be found in {share:.0%} of the video."))
    if tally.with_feet < FEET_SHARE * tally.with_dancer:
        found.append(Notice("FEET_NOT_VISIBLE", "The feet are not in the picture most of the time; step back."))
    if tally.ended_early:
        found.append(Notice("TRUNCATED_VIDEO", "The video file ends before it says; the rest was used."))
    if tally.damaged:
        found.append(Notice("DAMAGED_VIDEO", f"{tally.damaged} pictures are damaged and were left out."))
    return found


def _several_people(another: str) -> str:
    """How somebody else is chosen; the notation is that of the command line."""
    message = "Several people are in the video; the main dancer was followed. Another can be chosen by a place"
    return f"{message}: {another} is somebody else." if another else f"{message}."
