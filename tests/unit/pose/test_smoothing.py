from __future__ import annotations

import numpy as np
import pytest

from eightcount_common.motion_smoothing import smooth_centre
from eightcount_pose.output.smoothing import Window
from eightcount_pose.tracking.one_euro import OneEuro, filter_step


def smoothed(timestamps, rows):
    window, times, out = Window.create(rows.shape[1:], frame_rate=30), [], []
    for timestamp, row in zip(timestamps, rows, strict=True):
        window = window.push(float(timestamp), row)
        if window.ready:
            time, value = window.smooth_next()
            times.append(time)
            out.append(value)
            window = window.advance()
        assert len(window.rows) <= 2 * window.reach + 1
    while window.pending:
        time, value = window.smooth_next()
        times.append(time)
        out.append(value)
        window = window.advance()
    np.testing.assert_array_equal(times, timestamps)
    return np.array(out)


def uneven_times(count: int) -> np.ndarray:
    return np.cumsum(np.random.default_rng(1).uniform(0.02, 0.05, count))


def test_a_parabola_is_kept_at_any_frame_rate():
    times = uneven_times(40)
    rows = np.stack([3 + 2 * times - 5 * times**2, times], axis=1).astype(np.float32)[:, :, None]
    np.testing.assert_allclose(smoothed(times, rows), rows, atol=1e-4)


def test_a_slow_movement_is_not_delayed_and_noise_shrinks():
    times = np.arange(300) / 30
    clean = np.sin(2 * np.pi * 0.5 * times)
    noise = np.random.default_rng(0).normal(0, 0.05, 300)
    out = smoothed(times, (clean + noise).astype(np.float32)[:, None])[:, 0]
    lags = np.arange(-5, 6)
    error = [np.mean((out[10:-10] - np.roll(clean, lag)[10:-10]) ** 2) for lag in lags]
    assert lags[int(np.argmin(error))] == 0
    assert np.std((out - clean)[10:-10]) < 0.8 * 0.05


def test_frames_without_a_dancer_stay_empty_and_do_not_leak():
    times = np.arange(30) / 30
    rows = np.ones((30, 2), np.float32)
    rows[:15] = 100
    rows[12:15] = np.nan
    out = smoothed(times, rows)
    assert np.isnan(out[12:15]).all()
    np.testing.assert_allclose(out[:12], 100, rtol=1e-5)
    np.testing.assert_allclose(out[15:], 1, rtol=1e-5)


def test_a_lonely_frame_stays_as_it_is():
    rows = np.full((7, 2), np.nan, np.float32)
    rows[3] = 5
    np.testing.assert_array_equal(smooth_centre(np.arange(7) / 30, rows, 3), [5, 5])


def test_one_euro_holds_still_points_and_follows_fast_ones():
    state = None
    random = np.random.default_rng(0)
    held = []
    for index in range(60):
        state = filter_step(
            state, random.normal(0, 1, 2), timestamp=index / 30, scale=500.0, filter_=OneEuro()
        )  # fmt: skip
        held.append(state.value)
    assert np.std(held[30:]) < 0.7
    for index in range(60, 90):
        state = filter_step(
            state, np.full(2, 100.0 * (index - 59)), timestamp=index / 30, scale=500.0, filter_=OneEuro()
        )  # fmt: skip
    assert state.value[0] == pytest.approx(3000, rel=0.05)
