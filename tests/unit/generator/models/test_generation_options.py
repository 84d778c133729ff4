"""The options of a generated dance: which combinations are valid."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.models.base import BodyPart, Edit, GenerationOptions, KeyPose
from tests.unit.generator.stub_family import sway

WHOLE = sway(0, 300)
LEGS, UPPER = BodyPart.LEGS, BodyPart.UPPER_BODY


def _edit(start: float = 2.0, end: float = 4.0, *, keep: frozenset[BodyPart] = frozenset()) -> Edit:
    return Edit(WHOLE, keep, start, end_seconds=end)


def _key(seconds: float, frames: int = 1) -> KeyPose:
    return KeyPose(seconds, sway(0, frames))


def test_legs_and_upper_body_are_the_whole_body_without_overlap() -> None:
    assert (LEGS.joints ^ UPPER.joints).all()
    legs = [joint for joint, is_leg in zip(BODY.joints, LEGS.joints, strict=True) if is_leg]
    assert sorted(legs) == sorted(
        ["pelvis", *(f"{side}_{part}" for side in ("left", "right") for part in ("hip", "knee", "ankle", "foot"))]
    )


@pytest.mark.parametrize("keep", [frozenset(), frozenset({LEGS}), frozenset({UPPER})])
def test_an_edit_keeps_the_joints_of_its_parts(keep: frozenset[BodyPart]) -> None:
    kept = _edit(keep=keep).kept_joints
    wanted = LEGS.joints * (LEGS in keep) | UPPER.joints * (UPPER in keep)
    np.testing.assert_array_equal(kept, wanted)


def test_a_stretch_may_reach_to_the_end_of_the_dance() -> None:
    assert (_edit(2.0, 10.0).first_frame, _edit(2.0, 10.0).end_frame) == (60, 300)
    assert _edit(2.0, 10.01).end_frame == 300, "lengths are compared in milliseconds"


@pytest.mark.parametrize(
    ("start", "end", "keep"),
    [
        (2.0, 4.0, {LEGS, UPPER}),
        (0.0, 10.0, set()),
        (4.0, 2.0, {LEGS}),
        (2.0, 2.0, {LEGS}),
        (2.0, 2.001, {LEGS}),
        (-1.0, 2.0, {LEGS}),
        (2.0, 11.0, {LEGS}),
        (float("nan"), 2.0, {LEGS}),
        (0.0, float("inf"), {LEGS}),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(start: float, end: float, keep: set[BodyPart]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _edit(start, end, keep=frozenset(keep))
    assert caught.value.reason == "INVALID_OPTIONS"


@pytest.mark.parametrize(
    "keys",
    [
        [_key(2.0), _key(1.0)],
        [_key(1.0), _key(1.0)],
        [_key(-1.0)],
        [_key(float("nan"))],
        [_key(1.0, frames=2)],
    ],
)
def test_key_poses_are_single_frames_that_ascend_in_time(keys: list[KeyPose]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        GenerationOptions(key_poses=tuple(keys))
    assert caught.value.reason == "INVALID_OPTIONS"


@pytest.mark.parametrize(("seconds", "is_inside"), [(1.9, False), (2.0, True), (3.9, True), (4.0, False)])
def test_key_poses_lie_in_the_stretch_that_is_made_anew(seconds: float, is_inside: bool) -> None:
    if is_inside:
        assert GenerationOptions(key_poses=(_key(seconds),), edit=_edit()).edit == _edit()
        return
    with pytest.raises(InvalidInputError, match="2 to 4 s"):
        GenerationOptions(key_poses=(_key(seconds),), edit=_edit())
