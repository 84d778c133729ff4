from __future__ import annotations

import numpy as np
import pytest

from eightcount_pose.detection.landmarks import Pose
from eightcount_pose.detection.person_boxes import build_anchors, decode_boxes
from eightcount_pose.engines.base import DETECTOR_SIDE
from eightcount_pose.output.warnings import Counters, list_warnings, shows_feet
from eightcount_pose.regions import MARGIN, Region, enclose_person
from eightcount_pose.tracking.tracker import choose_dancer

IDENTITY = np.array([[1.0, 0, 0], [0, 1.0, 0]])


def test_anchors_are_those_of_the_network():
    centres = build_anchors()
    assert centres.shape == (2254, 2)
    np.testing.assert_allclose(centres[0], centres[1])
    np.testing.assert_allclose(centres[2], [1.5 / 28, 0.5 / 28])
    np.testing.assert_allclose(centres[-1], [6.5 / 7, 6.5 / 7])


def raw_detections(*people: tuple[float, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Raw output with a person (x, y, logit) at each of some anchors: box of 40 px, spine of 50 px upwards."""
    boxes, logits = np.zeros((2254, 12)), np.full(2254, -100.0)
    centres = build_anchors() * DETECTOR_SIDE
    for x, y, logit in people:
        index = int(np.argmin(np.hypot(*(centres - [x, y]).T) + 1e6 * (logits > -100)))
        offset = np.array([x, y]) - centres[index]
        boxes[index] = [*offset, 40, 40, *offset, *(offset + np.array([0, -50])), *offset, *offset]
        logits[index] = logit
    return boxes, logits


def test_overlapping_detections_become_their_mean_weighted_by_score():
    people = decode_boxes(*raw_detections((100, 100, 4.0), (104, 100, 0.5)), IDENTITY)
    assert len(people) == 1
    high, low = 1 / (1 + np.exp(-4.0)), 1 / (1 + np.exp(-0.5))
    assert people[0].score == pytest.approx(high)
    assert people[0].region.x == pytest.approx((100 * high + 104 * low) / (high + low))
    assert people[0].region.side == pytest.approx(2 * 50 * MARGIN)


def test_people_apart_stay_apart_and_weak_detections_are_left_out():
    people = decode_boxes(*raw_detections((50, 100, 1.0), (150, 100, 2.0), (150, 30, -1.0)), IDENTITY)
    assert [round(person.region.x) for person in people] == [150, 50]
    assert decode_boxes(*raw_detections((50, 100, -0.1)), IDENTITY) == []


@pytest.mark.parametrize("degrees", [0, 30, 90, -120])
def test_the_region_turns_with_the_spine(degrees):
    angle = np.radians(degrees)
    rim = np.array([10 + 20 * np.sin(angle), 10 - 20 * np.cos(angle)])
    region = enclose_person(np.array([10.0, 10.0]), rim)
    assert region is not None
    assert region.rotation_rad == pytest.approx(angle)
    top = region.map_to_frame(256) @ [128, 128 - 256 / MARGIN / 2, 1]
    np.testing.assert_allclose(top, rim, atol=1e-9)


def test_a_region_of_no_size_is_none():
    assert enclose_person(np.zeros(2), np.zeros(2)) is None
    assert enclose_person(np.zeros(2), np.array([np.nan, 1.0])) is None


def people_at(*places: tuple[float, float, float]):
    boxes, logits = raw_detections(*((x, y, 2.0) for x, y, _ in places))
    people = decode_boxes(boxes, logits, IDENTITY)
    sides = {round(x): side for x, _, side in places}
    return [
        type(person)(person.score, person.box, Region(person.region.x, 100, sides[round(person.region.x)], 0.0))
        for person in people
    ]


def test_the_main_dancer_is_large_and_central():
    size = (224, 224)
    assert choose_dancer(people_at((40, 100, 100), (112, 100, 90)), size, expected=None).x == pytest.approx(112)
    assert choose_dancer(people_at((40, 100, 200), (112, 100, 90)), size, expected=None).x == pytest.approx(40)
    assert choose_dancer([], size, expected=None) is None


def test_a_lost_dancer_is_looked_for_where_he_or_she_was():
    people = people_at((40, 100, 60), (112, 100, 90))
    assert choose_dancer(people, (224, 224), expected=Region(50, 100, 60, 0.0)).x == pytest.approx(40)


def test_feet_count_only_inside_the_frame():
    image = np.full((33, 2), 50, np.float32)
    pose = Pose(image, np.zeros((33, 3), np.float32), np.ones(33, np.float32), np.zeros((2, 2)), 1.0)
    assert shows_feet(pose, (100, 100))
    assert not shows_feet(pose, (100, 49))


def test_a_clean_video_gives_no_warnings_and_a_bad_one_all():
    assert list_warnings(Counters(100, 100, 100, 4, 0, 0, ended_early=False)) == []
    tilted = list_warnings(Counters(100, 100, 100, 4, 0, 0, ended_early=False, tilt_degrees=-8.2))
    assert [warning.reason for warning in tilted] == ["IMAGE_TILTED"]
    assert "8 degrees" in tilted[0].message
    left = list_warnings(Counters(100, 100, 100, 4, 0, 0, ended_early=False, unread_recordings=1, unread_frames=50))
    assert [warning.reason for warning in left] == ["RECORDINGS_LEFT_OUT"]
    assert "1 recording" in left[0].message
    assert "50 frames of another video" in left[0].message
    changed = list_warnings(
        Counters(100, 100, 100, 4, 0, 0, ended_early=False, unmarked_fields=True, high_dynamic_range=True)
    )
    assert [warning.reason for warning in changed] == ["INTERLACED_UNMARKED", "HIGH_DYNAMIC_RANGE"]
    bad = list_warnings(Counters(100, 60, 10, 4, 4, 3, ended_early=True))
    expected = ["SEVERAL_PEOPLE", "DANCER_LOST", "FEET_NOT_VISIBLE", "TRUNCATED_VIDEO", "DAMAGED_VIDEO"]
    assert [warning.reason for warning in bad] == expected
    several = Counters(100, 100, 100, 4, 4, 0, ended_early=False, another="0.72,0.5@1.2")
    assert "0.72,0.5@1.2 is somebody else" in list_warnings(several)[0].message
