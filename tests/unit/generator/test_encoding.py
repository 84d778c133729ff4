"""Dances as numbers for networks, and back."""

from __future__ import annotations

import numpy as np

from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import about_y
from eightcount_generator.makers.encoding import GROUPS, STANDING, TRAVEL, WIDTH, Place, decoded, encoded, place_of
from tests.unit.generator.recorded import dance, standing


def test_a_dance_comes_back_where_it_was() -> None:
    before = dance(6.0)
    after, end = decoded(encoded(before), place_of(before))
    np.testing.assert_allclose(after.joints(), before.joints(), atol=1e-5)
    assert abs(end.x - before.root[-1, 0]) < 0.1


def test_where_a_dance_is_and_which_way_it_faces_makes_no_difference() -> None:
    before = dance(4.0)
    turn = about_y(np.array(1.3)).astype(np.float32)
    rotations = before.rotations.copy()
    rotations[:, 0] = turn @ rotations[:, 0]
    elsewhere = Dance(before.root @ turn.T + np.array([3, 0, -2], np.float32), rotations)
    np.testing.assert_allclose(encoded(elsewhere), encoded(before), atol=2e-4)


def test_a_dance_goes_on_from_the_place_that_is_left() -> None:
    values = encoded(dance(4.0))
    whole, end = decoded(values, Place(1.0, 2.0, 0.5))
    first, middle = decoded(values[:50], Place(1.0, 2.0, 0.5))
    second, last = decoded(values[50:], middle)
    np.testing.assert_allclose(Dance.joined([first, second]).root, whole.root, atol=1e-5)
    np.testing.assert_allclose([last.x, last.z, last.heading], [end.x, end.z, end.heading], atol=1e-6)


def test_who_stands_is_seen_to_stand_and_to_stay() -> None:
    values = encoded(standing())
    np.testing.assert_array_equal(values[:, STANDING], 1)
    np.testing.assert_allclose(values[:, TRAVEL], 0, atol=1e-6)


def test_every_number_belongs_to_one_part_of_the_body() -> None:
    assert sorted(np.concatenate(GROUPS)) == list(range(WIDTH))
