"""Poses of SMPL as AIST++, EDGE and AMASS write them; no model of SMPL is used, nor are pickles run."""

from __future__ import annotations

import io
import os
import pickle

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.motion_file import read_motion
from eightcount_common.importing.smpl import JOINTS, joint_positions, rotation_matrices
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12
from tests.data.smpl_files import aist, amass, edge, edge_slice, poses


def _bone_angles(one: MotionSequence, other: MotionSequence) -> float:
    """Return the largest angle in degrees between bones of arms and legs."""
    worst = 0.0
    for start, end in BODY_12.edges[2:]:
        bones = [motion.world[:, BODY_12.index(end)] - motion.world[:, BODY_12.index(start)] for motion in (one, other)]
        cosine = np.sum(bones[0] * bones[1], axis=1) / np.prod([np.linalg.norm(bone, axis=1) for bone in bones], axis=0)
        worst = max(worst, float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).max()))
    return worst


def test_axes_and_angles_become_rotations_as_in_scipy() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 3)) * 2
    vectors[0] = 0
    np.testing.assert_allclose(rotation_matrices(vectors), Rotation.from_rotvec(vectors).as_matrix(), atol=1e-12)


def test_at_rest_the_body_stands_with_its_arms_out_and_its_left_on_the_right_of_the_picture() -> None:
    joints = joint_positions(np.zeros((1, len(JOINTS), 3)))[0]
    at = dict(zip(JOINTS, joints, strict=True))
    assert at["left_wrist"][0] > 0.6
    assert at["left_wrist"][0] > at["left_elbow"][0] > at["left_shoulder"][0] > 0 > at["right_wrist"][0]
    assert at["head"][1] > at["left_shoulder"][1] > 0.3
    assert at["left_ankle"][1] < -0.85
    assert np.allclose(at["right_knee"], at["left_knee"] * (-1, 1, 1))
    motion = read_motion(io.BytesIO(aist(np.zeros((2, 24, 3)))), "rest.pkl")
    assert motion.world[0, BODY_12.index("left_wrist"), 0] > 0.5
    assert motion.world[0, BODY_12.index("left_ankle"), 1] > 0.8


@pytest.mark.parametrize("width", [66, 72, 156, 165])
def test_one_dance_is_the_same_in_every_files_way(width: int) -> None:
    turned = poses(60)
    ours = read_motion(io.BytesIO(aist(turned)), "gBR_sBM_cAll_d04_mBR0_ch01.pkl")
    for name, data in (
        ("edge.pkl", edge_slice(turned)),
        ("take_poses.npz", amass(turned, width=width, hertz=60)),
        ("stageii.npz", amass(turned, width=width, hertz=60, rate_name="mocap_frame_rate")),
    ):
        motion = read_motion(io.BytesIO(data), name)
        assert motion.skeleton == BODY_12
        assert motion.model == "smpl"
        np.testing.assert_allclose(motion.timestamps, ours.timestamps)
        np.testing.assert_allclose(motion.world, ours.world, atol=1e-5)


def test_a_dance_of_edge_is_its_positions_at_thirty_a_second() -> None:
    turned = poses(60)
    ours = read_motion(io.BytesIO(aist(turned)), "a.pkl")
    motion = read_motion(io.BytesIO(edge(turned)), "test_song.pkl")
    assert motion.timestamps[-1] == pytest.approx(59 / 30)
    assert _bone_angles(motion, ours) < 0.1


def test_a_rate_that_is_stated_counts_and_a_missing_one_is_not_guessed() -> None:
    turned = poses(30)
    assert read_motion(io.BytesIO(amass(turned, hertz=120)), "a.npz").timestamps[1] == pytest.approx(1 / 120)
    for data in (amass(turned, hertz=None), amass(turned, hertz=0), amass(turned, hertz=np.nan)):
        with pytest.raises(InvalidInputError) as refused:
            read_motion(io.BytesIO(data), "a.npz")
        assert refused.value.reason == "FRAME_RATE_UNKNOWN"


class _Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/never",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_Hostile(), "UNSAFE_PICKLE"),
        ({"smpl_poses": _Hostile()}, "UNSAFE_PICKLE"),
        ([1, 2], "UNKNOWN_MOTION_FORMAT"),
        ({}, "UNKNOWN_MOTION_FORMAT"),
        ({"vertices": np.zeros((3, 3))}, "UNKNOWN_MOTION_FORMAT"),
        ({"smpl_poses": "no"}, "INVALID_SMPL"),
        ({"smpl_poses": np.zeros((3, 30))}, "INVALID_SMPL"),
        ({"smpl_poses": np.zeros((0, 72))}, "INVALID_SMPL"),
        ({"smpl_poses": np.zeros(())}, "INVALID_SMPL"),
        ({"smpl_poses": np.full((3, 72), np.nan)}, "INVALID_SMPL"),
        ({"smpl_poses": np.full((3, 72), 1e9)}, "INVALID_SMPL"),
        ({"smpl_poses": np.zeros((3, 73))}, "INVALID_SMPL"),
        ({"full_pose": np.zeros((3, 24, 3))}, "INVALID_SMPL"),
        ({"full_pose": np.zeros((3, 24))}, "INVALID_SMPL"),
    ],
)
def test_files_that_are_no_poses_are_refused_unrun(content: object, reason: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_motion(io.BytesIO(pickle.dumps(content)), "a.pkl")
    assert refused.value.reason == reason
