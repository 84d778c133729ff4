"""The grouping of windows into pieces."""

import numpy as np

from eightcount_sync.audio.piecewise_map import _split_runs


def test_a_moment_on_another_line_parts_nothing():
    (run,) = _split_runs(np.array([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]))
    assert run.tolist() == [0, 1, 2, 3, 4, 7, 8, 9, 10, 11]


def test_longer_stretches_are_pieces():
    assert [len(run) for run in _split_runs(np.array([0] * 6 + [1] * 5))] == [6, 5]
