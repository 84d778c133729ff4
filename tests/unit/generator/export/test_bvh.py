from __future__ import annotations

import io
import warnings

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.bvh_body import extract_body
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.rotations import from_axis_angle
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.export.bvh import END_SITES, UNITS_PER_METRE, write_bvh
from eightcount_generator.export.euler import to_zxy
from tests.unit.generator.export_dances import dance, pieces, standing

TENTH_MILLIMETRE = 1e-4


def write(whole: Dance, *, frames: int = 17) -> io.BytesIO:
    file = io.BytesIO()
    for _ in write_bvh(pieces(whole, frames=frames), file):
        pass
    file.seek(0)
    return file


@pytest.mark.parametrize("swing_rad", [0.7, 3.0])
def test_our_reader_finds_every_joint_where_the_dance_has_it(swing_rad):
    whole = dance(swing_rad=swing_rad, turns=5)
    read = read_bvh(write(whole))
    positions = read.positions()[:, [read.joints.index(name) for name in BODY.joints]] / UNITS_PER_METRE
    assert np.abs(positions - whole.joints()).max() < TENTH_MILLIMETRE
    assert read.frame_seconds == pytest.approx(1 / 30, abs=1e-8)


def test_an_independent_reader_finds_every_joint_there_too(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it imports a package by its old name
        import bvhio
    whole = dance(swing_rad=2.0, turns=3)
    path = tmp_path / "dance.bvh"
    path.write_bytes(write(whole).getvalue())
    root = bvhio.readAsHierarchy(str(path))
    joints, expected = {joint.Name: joint for joint, _, _ in root.layout()}, whole.joints()
    for frame in range(0, len(whole), 13):
        root.loadPose(frame)
        positions = np.array([list(joints[name].PositionWorld) for name in BODY.joints]) / UNITS_PER_METRE
        assert np.abs(positions - expected[frame]).max() < TENTH_MILLIMETRE


def test_pieces_of_any_length_give_the_same_file():
    whole = dance(swing_rad=3.0, turns=4)
    assert write(whole, frames=7).getvalue() == write(whole, frames=1000).getvalue()


def test_angles_never_jump_however_often_the_body_turns():
    whole = dance(8.0, turns=6)
    values = read_bvh(write(whole)).values
    assert np.abs(np.diff(values[:, 3:6], axis=0)).max() < 30
    assert abs(values[-1, 5] - values[0, 5]) > 5 * 360


def test_angles_at_the_pole_are_the_same_rotation():
    upwards = from_axis_angle(np.array([[[np.pi / 2, 0, 0]], [[-np.pi / 2, 0, 0]]]))
    turned = upwards @ from_axis_angle(np.array([[[0, 0.4, 0]]]))
    angles = np.radians(to_zxy(turned))
    about_z, about_x, about_y = (
        from_axis_angle(angles[..., [i]] * np.eye(3)[axis]) for i, axis in enumerate((2, 0, 1))
    )
    again = about_z @ about_x @ about_y
    assert np.allclose(again, turned, atol=1e-9)


def test_bones_end_at_the_crown_the_fingertips_and_the_toes():
    read = read_bvh(write(standing(2)))
    ends = {name.removesuffix(" end"): read.joints.index(name) for name in read.joints if name.endswith(" end")}
    assert set(ends) == set(END_SITES)
    positions = read.positions()[0] / UNITS_PER_METRE
    assert positions[ends["head"], 1] == pytest.approx(1.70, abs=0.005)
    assert positions[ends["left_hand"], 0] > 0.85
    assert positions[ends["left_foot"], 2] > 0.19


def test_our_importer_knows_the_names_as_a_body():
    motion = extract_body(read_bvh(write(dance())), scale=1 / UNITS_PER_METRE)
    assert len(motion.timestamps) == 120


def test_a_dance_without_frames_is_refused():
    with pytest.raises(InvalidInputError) as caught:
        list(write_bvh(iter(()), io.BytesIO()))
    assert caught.value.reason == "EMPTY_DANCE"
