"""BVH as animation programs and capture suites write it, against joints that our readers had no part in."""

from __future__ import annotations

import contextlib
import io
import tracemalloc

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.limbs import find_limbs
from eightcount_common.importing.motion_file import import_motion
from tests.data.bvh_defects import DEFECTS, Defect
from tests.data.moving_rigs import DIALECTS, Writing, moving_bvh
from tests.data.rigs import RigOf

_ENCODINGS = {"mmd": "cp932", "japanese": "cp932", "german": "latin-1", "chinese": "gb18030", "korean": "cp949"}


@pytest.mark.parametrize("name", DIALECTS)
def test_the_joints_of_every_dialect_are_where_they_are(name: str) -> None:
    made = moving_bvh(DIALECTS[name], Writing(encoding=_ENCODINGS.get(name, "utf-8")))
    found = import_motion(io.BytesIO(made.data), "take.bvh")
    np.testing.assert_allclose(found.motion.world, made.truth, atol=1e-3)
    assert found.notes == ()


@pytest.mark.parametrize("name", DIALECTS)
def test_names_keep_their_bytes_and_are_shown_as_they_were_written(name: str) -> None:
    encoding = _ENCODINGS.get(name, "utf-8")
    made = moving_bvh(DIALECTS[name], Writing(encoding=encoding, frames=2))
    bvh = read_bvh(io.BytesIO(made.data))
    joints = find_limbs(bvh).joints
    assert {keypoint: bvh.joints[joint] for keypoint, joint in joints.items()} == made.names
    assert [bvh.encoded_names[joint] for joint in joints.values()] == [
        made.names[keypoint].encode(encoding) for keypoint in joints
    ]


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=list(DEFECTS))
def test_an_oddity_is_read_right_or_refused_with_its_reason(defect: Defect) -> None:
    made = defect.make()
    if defect.refusal:
        with pytest.raises(InvalidInputError) as refused:
            import_motion(io.BytesIO(made.data), f"take{defect.ending}")
        assert refused.value.reason == defect.refusal
        return
    found = import_motion(io.BytesIO(made.data), f"take{defect.ending}")
    np.testing.assert_allclose(found.motion.world, made.truth, atol=defect.precise)
    assert {note.reason for note in found.notes} == defect.notes


@pytest.mark.parametrize("rig", DIALECTS.values(), ids=list(DIALECTS))
def test_what_is_left_of_a_damaged_file_is_refused_or_read_and_never_breaks(rig: RigOf) -> None:
    data = moving_bvh(rig, Writing(frames=3)).data
    random = np.random.default_rng(2)
    for _ in range(8):
        damaged = np.frombuffer(data, np.uint8).copy()
        damaged[random.integers(0, len(data), 6)] = random.integers(0, 256, 6).astype(np.uint8)
        try:
            import_motion(io.BytesIO(damaged.tobytes()), "take.bvh")
        except InvalidInputError as error:
            error.message.encode("utf-8")


def test_joints_without_channels_take_no_memory_however_many_frames_there_are() -> None:
    joints = "JOINT j\n{\nOFFSET 0 1 0\nCHANNELS 0\n" * 150
    text = f"HIERARCHY\nROOT r\n{{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n{joints}{'}' * 151}\nMOTION\n"
    bvh = read_bvh(io.BytesIO((text + "Frames: 20000\nFrame Time: 0.01\n" + "0\n" * 20_000).encode()))
    tracemalloc.start()
    positions = bvh.positions([0, 150])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert positions.shape == (20_000, 2, 3)
    assert peak < 60 * 2**20, "positions and rotations of all joints are 288 MB"


def test_a_thousand_joints_of_one_name_are_decided_on_quickly_enough() -> None:
    names = ("LeftArm", "LeftForeArm", "LeftHand", "RightArm", "RightForeArm", "RightHand", "LeftUpLeg", "LeftLeg")
    names += ("LeftFoot", "RightUpLeg", "RightLeg", "RightFoot")
    text = "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n"
    text += "".join(f"JOINT {names[at % 12]}\n{{\nOFFSET 0 1 0\nCHANNELS 0\n" for at in range(990)) + "}" * 991
    with contextlib.suppress(InvalidInputError):
        import_motion(io.BytesIO((text + "\nMOTION\nFrames: 1\nFrame Time: 0.01\n0\n").encode()), "a.bvh")
