"""Work in blocks gives what work on the whole gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from eightcount_scoring.frame_blocks import BLOCK_FRAMES, blocks, gaussian_reach
from eightcount_scoring.running_mean import RunningMean, weighted_mean


@pytest.mark.parametrize("frames", [0, 1, BLOCK_FRAMES, BLOCK_FRAMES + 1, 3 * BLOCK_FRAMES - 7])
@pytest.mark.parametrize("mode", ["nearest", "constant"])
def test_a_filter_in_blocks_is_the_filter_of_the_whole(frames: int, mode: str) -> None:
    values = np.random.default_rng(1).normal(size=(frames, 2))
    found = [
        gaussian_filter1d(values[block.padded], 18.0, axis=0, mode=mode)[block.inner]
        for block in blocks(frames, margin=gaussian_reach(18.0))
    ]
    whole = gaussian_filter1d(values, 18.0, axis=0, mode=mode) if frames else values
    np.testing.assert_allclose(np.concatenate([*found, values[:0]]), whole, atol=1e-12)


def test_a_running_mean_leaves_out_what_is_not_known() -> None:
    values, weights = np.array([[1.0, np.nan], [3.0, np.nan], [8.0, 5.0]]), np.array([[1, 1], [3, 1], [1, 0]])
    mean = RunningMean()
    for row in range(3):
        mean.add(values[[row]], weights[[row]])
    np.testing.assert_allclose(mean.column_means, [18 / 5, np.nan])
    assert mean.overall_mean == pytest.approx(18 / 5)
    assert np.isnan(weighted_mean(values[:, 1:], np.zeros((3, 1))))
