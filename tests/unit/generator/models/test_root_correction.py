"""The way back to where a dance goes on as it was."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_generator.models.encoding import FOOT_CONTACTS, ROOT_VELOCITY, RootPose, decode, encode
from eightcount_generator.models.root_correction import clamp_to_stage, steer_to
from tests.unit.generator.synthetic_recordings import dance

FRAMES = encode(dance(3.0))
START = RootPose(0.4, -0.2, 1.0)


@pytest.mark.parametrize("target", [RootPose(1.0, 0.5, 1.3), RootPose(-0.8, 0.1, -2.5)])
def test_it_ends_where_it_should(target: RootPose) -> None:
    found = steer_to(FRAMES, START, target)
    end = decode(found, START)[1]
    assert (end.x, end.z) == pytest.approx((target.x, target.z), abs=1e-4)
    assert (np.cos(end.heading), np.sin(end.heading)) == pytest.approx(
        (np.cos(target.heading), np.sin(target.heading)), abs=1e-4
    )
    rest = np.delete(np.arange(FRAMES.shape[1]), np.arange(ROOT_VELOCITY.start, ROOT_VELOCITY.stop))
    np.testing.assert_array_equal(found[:, rest], FRAMES[:, rest])


def test_it_is_led_while_its_feet_step_and_begins_and_ends_at_its_own_speed() -> None:
    frames = FRAMES.copy()
    frames[:, FOOT_CONTACTS] = 0
    frames[:45, FOOT_CONTACTS] = 1
    off = np.abs(steer_to(frames, START, RootPose(2.0, 1.0, 1.0)) - frames)[
        :, ROOT_VELOCITY.start : ROOT_VELOCITY.start + 2
    ].sum(axis=1)
    assert off[:45].sum() < 0.45 * off.sum()
    assert max(off[0], off[-1]) < 0.05 * off.max()


def test_a_stretch_that_ends_right_is_left_alone() -> None:
    end = decode(FRAMES, START)[1]
    np.testing.assert_allclose(steer_to(FRAMES, START, end), FRAMES, atol=1e-5)


def test_who_would_leave_the_stage_is_led_back_by_half_of_what_is_beyond() -> None:
    near = RootPose(1.0, -1.0, 0.7)
    assert clamp_to_stage(near) == near
    led = clamp_to_stage(RootPose(-3.0, 4.0, 0.7))
    assert (led.x, led.z, led.heading) == pytest.approx((-1.95, 2.6, 0.7))
