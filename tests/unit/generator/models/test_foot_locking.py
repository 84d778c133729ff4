"""Feet that stand stay, and feet that go leave the floor."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from eightcount_generator.body.dance import FRAME_RATE_HERTZ
from eightcount_generator.models.encoding import FEET, FOOT_CONTACTS, ROOT_VELOCITY, decode, encode
from eightcount_generator.models.foot_locking import fix_feet, lift_swing_feet, lock_feet, remove_root_sliding
from tests.unit.generator.synthetic_recordings import standing

FIRST = 20
LEFT, RIGHT = slice(0, 2), slice(2, 4)


def feet(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    """[T, 4, 3] of heels and balls."""
    return decode(frames)[0].joints()[:, FEET].astype(np.float64)


def slid(frames: NDArray[np.float32], part: slice) -> float:
    """Metres a second, mean, of one foot over the floor from `FIRST` on."""
    steps = np.diff(feet(frames)[FIRST:-1, part][..., [0, 2]], axis=0)
    return float(np.linalg.norm(steps, axis=-1).mean() * FRAME_RATE_HERTZ)


def standing_on(foot: slice, *, surely: float = 0.9) -> NDArray[np.float32]:
    """Somebody who stands on one foot, and whom the network pushes to and fro."""
    frames = encode(standing(120))
    frames[:, FOOT_CONTACTS] = 0.05
    frames[:, FOOT_CONTACTS][:, foot] = surely
    frames[:, ROOT_VELOCITY.start] = 0.6 * np.sin(0.5 * np.arange(120))
    return frames


def swaying(metres_per_second: float, *, times: float) -> NDArray[np.float32]:
    """Somebody who stands on both feet, and whom the network carries along, to and fro so many times or not at all."""
    frames = encode(standing(120))
    frames[:, FOOT_CONTACTS] = 1
    frames[:, ROOT_VELOCITY.start] = metres_per_second * np.cos(2 * np.pi * times * np.arange(120) / 120)
    return frames


def test_the_foot_that_stands_decides_where_the_dancer_goes() -> None:
    for stands in (LEFT, RIGHT):
        frames = standing_on(stands)
        assert slid(remove_root_sliding(frames, first=FIRST), stands) < 0.3 * slid(frames, stands)


def test_an_unsure_foot_decides_if_the_other_is_less_sure() -> None:
    frames = standing_on(LEFT, surely=0.4)
    assert slid(remove_root_sliding(frames, first=FIRST), LEFT) < 0.3 * slid(frames, LEFT)


def test_somebody_in_the_air_flies_on() -> None:
    frames = standing_on(LEFT, surely=0.05)
    off = np.abs(remove_root_sliding(frames, first=FIRST) - frames)[:, ROOT_VELOCITY]
    assert (
        off.max()
        < 0.25 * np.abs(remove_root_sliding(standing_on(LEFT), first=FIRST) - standing_on(LEFT))[:, ROOT_VELOCITY].max()
    )


def test_where_somebody_goes_slowly_is_left_to_the_legs() -> None:
    frames = swaying(0.2, times=0)
    assert decode(remove_root_sliding(frames, first=0))[0].root[-1] == pytest.approx(
        decode(frames)[0].root[-1], abs=0.05
    )


def test_legs_hold_the_feet_that_stand() -> None:
    frames = swaying(0.3, times=2.5)
    found = lock_feet(frames, first=FIRST)
    for foot in (LEFT, RIGHT):
        assert slid(found, foot) < 0.15 * slid(frames, foot)
    np.testing.assert_array_equal(found[:FIRST], frames[:FIRST])
    np.testing.assert_array_equal(found[:, ROOT_VELOCITY], frames[:, ROOT_VELOCITY])


def test_a_foot_that_would_be_left_behind_is_let_go() -> None:
    dancer, found = (
        decode(one)[0].joints() for one in (swaying(0.4, times=0), lock_feet(swaying(0.4, times=0), first=0))
    )
    behind = np.linalg.norm((found - dancer)[:, FEET][..., [0, 2]], axis=-1)
    assert 0.1 < behind.max() < 0.25


def test_the_way_and_the_legs_fit_to_each_other() -> None:
    frames = swaying(0.2, times=0)
    frames[:, ROOT_VELOCITY.start] += standing_on(LEFT)[:, ROOT_VELOCITY.start]
    before, after = slid(frames, LEFT), slid(fix_feet(frames, first=FIRST), LEFT)
    assert after < 0.5 * before


def test_only_the_way_changes_and_only_from_where_it_may() -> None:
    frames = standing_on(RIGHT)
    found = remove_root_sliding(frames, first=FIRST)
    np.testing.assert_array_equal(found[:FIRST], frames[:FIRST])
    np.testing.assert_array_equal(found[:, ROOT_VELOCITY.stop :], frames[:, ROOT_VELOCITY.stop :])


def dragged() -> NDArray[np.float32]:
    """Somebody who stands and is pulled over the floor."""
    frames = encode(standing(90))
    frames[:, ROOT_VELOCITY.start] = 1.5
    return frames


def test_a_foot_that_is_dragged_is_lifted() -> None:
    before, after = feet(dragged())[..., 1], feet(lift_swing_feet(dragged(), first=FIRST))[..., 1]
    assert (after[FIRST + 8 :] - before[FIRST + 8 :]).min() > 0.02
    np.testing.assert_allclose(after[:FIRST], before[:FIRST], atol=1e-6)


def test_the_last_frame_stays_where_something_is_given_after_it() -> None:
    frames = dragged()
    np.testing.assert_allclose(lift_swing_feet(frames, first=FIRST, last=True)[-1], frames[-1], atol=1e-4)
    assert np.abs(lift_swing_feet(frames, first=FIRST)[-1] - frames[-1]).max() > 1e-3
