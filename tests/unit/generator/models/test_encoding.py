"""Dances as numbers for networks, and back."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import about_y
from eightcount_generator.models.encoding import (
    FOOT_CONTACTS,
    GROUPS,
    ROOT_VELOCITY,
    WIDTH,
    RootPose,
    decode,
    encode,
    root_pose_at,
)
from tests.unit.generator.synthetic_recordings import dance, standing


def test_a_dance_comes_back_where_it_was() -> None:
    before = dance(6.0)
    after, end = decode(encode(before), root_pose_at(before))
    np.testing.assert_allclose(after.joints(), before.joints(), atol=1e-5)
    assert abs(end.x - before.root[-1, 0]) < 0.1


def test_where_a_dance_is_and_which_way_it_faces_makes_no_difference() -> None:
    before = dance(4.0)
    turn = about_y(np.array(1.3)).astype(np.float32)
    rotations = before.rotations.copy()
    rotations[:, 0] = turn @ rotations[:, 0]
    elsewhere = Dance(before.root @ turn.T + np.array([3, 0, -2], np.float32), rotations)
    np.testing.assert_allclose(encode(elsewhere), encode(before), atol=2e-4)


def test_a_dance_goes_on_from_the_place_that_is_left() -> None:
    values = encode(dance(4.0))
    whole, end = decode(values, RootPose(1.0, 2.0, 0.5))
    first, middle = decode(values[:50], RootPose(1.0, 2.0, 0.5))
    second, last = decode(values[50:], middle)
    np.testing.assert_allclose(Dance.concatenate([first, second]).root, whole.root, atol=1e-5)
    np.testing.assert_allclose([last.x, last.z, last.heading], [end.x, end.z, end.heading], atol=1e-6)


def test_who_stands_is_seen_to_stand_and_to_stay() -> None:
    values = encode(standing())
    np.testing.assert_array_equal(values[:, FOOT_CONTACTS], 1)
    np.testing.assert_allclose(values[:, ROOT_VELOCITY], 0, atol=1e-6)


def test_every_number_belongs_to_one_part_of_the_body() -> None:
    assert sorted(np.concatenate(GROUPS)) == list(range(WIDTH))
