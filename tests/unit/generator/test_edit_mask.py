"""The parts of a dance that an edit keeps."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from eightcount_generator.body.dance import Dance
from eightcount_generator.edit_mask import restore_kept_parts
from eightcount_generator.models.base import BodyPart, Edit
from tests.unit.generator.synthetic_recordings import dance

OLD, NEW = dance(6.0, seed=1), dance(6.0, seed=2)
LEGS = BodyPart.LEGS.joints


def changed(edit: Edit, *, pieces: int = 3) -> Dance:
    ends = np.linspace(0, len(NEW), pieces + 1).astype(int)
    return Dance.concatenate(list(restore_kept_parts([NEW.frames(a, b) for a, b in pairwise(ends)], edit)))


def test_what_is_around_a_stretch_stays_to_the_bit_and_its_middle_is_new() -> None:
    found = changed(Edit(OLD, start_seconds=2.0, end_seconds=4.0))
    for frames in (slice(0, 60), slice(120, 180)):
        np.testing.assert_array_equal(found.root[frames], OLD.root[frames])
        np.testing.assert_array_equal(found.rotations[frames], OLD.rotations[frames])
    np.testing.assert_array_equal(found.rotations[70:110], NEW.rotations[70:110])
    np.testing.assert_array_equal(found.root[70:110], NEW.root[70:110])


def test_one_takes_over_from_the_other_smoothly() -> None:
    found = changed(Edit(OLD, start_seconds=2.0, end_seconds=4.0))
    apart = np.abs(NEW.root - OLD.root).max()
    steps = np.abs(np.diff(found.root, axis=0)).max()
    assert steps < np.abs(np.diff(OLD.root, axis=0)).max() + np.abs(np.diff(NEW.root, axis=0)).max() + 0.25 * apart
    turns = np.swapaxes(found.rotations, -1, -2) @ found.rotations
    np.testing.assert_allclose(turns, np.broadcast_to(np.eye(3), turns.shape), atol=1e-5)


def test_a_stretch_from_the_first_frame_or_to_the_last_begins_or_ends_new() -> None:
    np.testing.assert_array_equal(changed(Edit(OLD, end_seconds=3.0)).root[:80], NEW.root[:80])
    np.testing.assert_array_equal(changed(Edit(OLD, start_seconds=3.0, end_seconds=6.0)).root[100:], NEW.root[100:])


@pytest.mark.parametrize("pieces", [1, 7])
def test_legs_that_are_kept_stay_to_the_bit_and_the_rest_is_new(pieces: int) -> None:
    found = changed(Edit(OLD, frozenset({BodyPart.LEGS}), end_seconds=6.0), pieces=pieces)
    np.testing.assert_array_equal(found.root, OLD.root)
    np.testing.assert_array_equal(found.rotations[:, LEGS], OLD.rotations[:, LEGS])
    np.testing.assert_array_equal(found.rotations[:, ~LEGS], NEW.rotations[:, ~LEGS])
