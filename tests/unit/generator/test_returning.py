"""The way back to where a dance goes on as it was."""

from __future__ import annotations

import numpy as np
import pytest

from eightcount_generator.makers.encoding import STANDING, TRAVEL, Place, decoded, encoded
from eightcount_generator.makers.returning import on_stage, returned
from tests.unit.generator.recorded import dance

FRAMES = encoded(dance(3.0))
START = Place(0.4, -0.2, 1.0)


@pytest.mark.parametrize("target", [Place(1.0, 0.5, 1.3), Place(-0.8, 0.1, -2.5)])
def test_it_ends_where_it_should(target: Place) -> None:
    found = returned(FRAMES, START, target)
    end = decoded(found, START)[1]
    assert (end.x, end.z) == pytest.approx((target.x, target.z), abs=1e-4)
    assert (np.cos(end.heading), np.sin(end.heading)) == pytest.approx(
        (np.cos(target.heading), np.sin(target.heading)), abs=1e-4
    )
    rest = np.delete(np.arange(FRAMES.shape[1]), np.arange(TRAVEL.start, TRAVEL.stop))
    np.testing.assert_array_equal(found[:, rest], FRAMES[:, rest])


def test_it_is_led_while_its_feet_step_and_begins_and_ends_at_its_own_speed() -> None:
    frames = FRAMES.copy()
    frames[:, STANDING] = 0
    frames[:45, STANDING] = 1
    off = np.abs(returned(frames, START, Place(2.0, 1.0, 1.0)) - frames)[:, TRAVEL.start : TRAVEL.start + 2].sum(axis=1)
    assert off[:45].sum() < 0.45 * off.sum()
    assert max(off[0], off[-1]) < 0.05 * off.max()


def test_a_stretch_that_ends_right_is_left_alone() -> None:
    end = decoded(FRAMES, START)[1]
    np.testing.assert_allclose(returned(FRAMES, START, end), FRAMES, atol=1e-5)


def test_who_would_leave_the_stage_is_led_back_by_half_of_what_is_beyond() -> None:
    near = Place(1.0, -1.0, 0.7)
    assert on_stage(near) == near
    led = on_stage(Place(-3.0, 4.0, 0.7))
    assert (led.x, led.z, led.heading) == pytest.approx((-1.95, 2.6, 0.7))
