from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.detection.people import Detection
from eightcount_pose.regions import Region
from eightcount_pose.tracking.assignment import assign_dancer, find_swapped_dancer
from eightcount_pose.tracking.dancer_choice import DancerChoice

SIZE = (200, 100)


def person(x: float, *, side: float = 60, height: float = 50) -> Detection:
    """Somebody who stands upright with the hips at (x, 50)."""
    image = np.column_stack([np.full(33, x), np.linspace(50 - height / 2, 50 + height / 2, 33)]).astype(np.float32)
    auxiliary = np.array([[x, 50.0], [x, 50.0 - height / 2]])
    pose = Pose(image, np.zeros((33, 3), np.float32), np.ones(33, np.float32), auxiliary, 1.0)
    return Detection(Region(x, 50.0, side, 0.0), pose)


@pytest.mark.parametrize(
    "values", [(-0.1, 0.5, 0), (0.5, 1.1, 0), (0.5, 0.5, -1), (np.nan, 0.5, 0), (0.5, 0.5, np.nan), (0.5, 0.5, np.inf)]
)
def test_a_place_outside_the_frame_or_a_time_before_it_is_refused(values):
    with pytest.raises(InvalidInputError, match="from 0 to 1") as caught:
        DancerChoice(*values)
    assert caught.value.reason == "INVALID_DANCER"


def test_a_time_after_the_video_is_refused_where_the_video_says_how_long_it_is():
    choice = DancerChoice(0.5, 0.5, 4.0)
    choice.require_within(4.0)
    choice.require_within(None)
    with pytest.raises(InvalidInputError, match="the video ends at 3.9 s") as caught:
        choice.require_within(3.9)
    assert caught.value.reason == "INVALID_DANCER"


def test_equal_choices_have_equal_identifiers_and_different_ones_do_not():
    for choice in (DancerChoice(1 / 3, -0.0), DancerChoice(0.33333, 0.0)):
        assert choice.quantize().slug == "dancer-0.333-0.0-0.0"
    slugs = {DancerChoice(*values).slug for values in [(0.1, 0.2, 0), (0.2, 0.1, 0), (0.1, 0.2, 1), (0.1, 0.21, 0)]}
    assert len(slugs) == 4


def test_a_choice_is_written_as_the_command_line_takes_it():
    assert str(DancerChoice(0.25, 0.5)) == "0.25,0.5"
    assert str(DancerChoice(0.25, 0.5, 12.3)) == "0.25,0.5@12.3"
    assert DancerChoice.from_region(Region(50, 120, 9, 0.0), SIZE, 1.23456) == DancerChoice(0.25, 1.0, 1.235)


def test_the_nearest_person_is_meant_however_small():
    large, small = person(60, height=90), person(100, height=40)
    assert DancerChoice(0.48, 0.5).find_among([large, small], SIZE) is small
    assert DancerChoice(0.32, 0.9).find_among([large, small], SIZE) is large


def test_nobody_near_the_place_is_refused_with_the_places_of_those_who_are_seen():
    people = [person(60), person(160)]
    choice = DancerChoice(0.55, 0.5, 2.0)
    assert choice.find_among(people, SIZE) is None
    error = choice.build_error(people, SIZE)
    assert error.reason == "NO_PERSON_THERE"
    assert "0.55,0.5 at 2 s; seen at 0.3,0.5 and 0.8,0.5" in error.message
    assert "nobody was seen" in choice.build_error([], SIZE).message


def test_a_lost_dancer_is_never_the_neighbour_however_large():
    last, neighbour = person(60).region, person(110, side=75)
    assert assign_dancer([neighbour], last=last, others=[neighbour.region], lost_seconds=60).dancer is None
    back = person(70)
    assignment = assign_dancer([neighbour, back], last=last, others=[neighbour.region], lost_seconds=60)
    assert assignment.dancer is back
    assert assignment.others == [neighbour]


def test_a_lost_dancer_can_have_gone_further_the_longer_ago_it_is():
    last, far = person(60).region, person(110)
    assert assign_dancer([far], last=last, others=[], lost_seconds=0.1).dancer is None
    assert assign_dancer([far], last=last, others=[], lost_seconds=1.0).dancer is far


def test_a_track_that_slid_to_the_neighbour_is_noticed_when_both_are_seen():
    last, known = person(60).region, [person(120).region]
    assert find_swapped_dancer(person(115), [person(65)], last=last, known=known).region.x == 65
    assert find_swapped_dancer(person(70), [person(125)], last=last, known=known) is None
    assert find_swapped_dancer(person(115), [], last=last, known=known) is None
