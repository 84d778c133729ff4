from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_generator.body import kinematics
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.npz import write_npz
from tests.unit.generator.export_dances import dance, pieces


def test_arrays_are_read_without_pickle_and_give_the_dance_again():
    whole, file = dance(swing_rad=3.0, turns=3), io.BytesIO()
    assert list(write_npz(pieces(whole, frames=50), file)) == [50, 100, 120]
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        assert arrays["poses"].shape == (120, 72)
        assert tuple(arrays["joint_names"]) == BODY.joints
        assert tuple(arrays["parents"]) == BODY.parents
        assert arrays["frame_rate"] == 30
        rotations = from_axis_angle(arrays["poses"].reshape(-1, 24, 3))
        positions = kinematics.joint_positions(arrays["trans"], rotations)
        assert np.abs(positions - arrays["joints"]).max() < 1e-5
        assert np.abs(positions - whole.joints()).max() < 1e-5


def test_a_dance_without_frames_is_refused():
    with pytest.raises(InvalidInputError):
        list(write_npz(iter(()), io.BytesIO()))
