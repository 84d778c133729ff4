from __future__ import annotations

import io
import os
import pickle
from dataclasses import replace

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_generator.body.dance import Dance
from eightcount_generator.body.fitting.whole_body import fit_body
from eightcount_generator.body.kinematics import world_rotations
from eightcount_generator.body.rotations import from_axis_angle, to_axis_angle
from eightcount_generator.body.skeleton import BODY
from eightcount_generator.sources import bvh, g1
from eightcount_generator.sources.aist import read_aist_motion
from eightcount_generator.sources.resampling import resample
from tests.unit.generator.synthetic_recordings import bvh_text, dance, landmarks_of, robot, standing

_PARTS = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")
_SMPL: dict[str, str] = {}
_MIXAMO = {
    "pelvis": "mixamorig:Hips", "spine1": "mixamorig:Spine", "spine2": "mixamorig:Spine1",
    "spine3": "mixamorig:Spine2", "neck": "mixamorig:Neck", "head": "mixamorig:Head",
    **{
        f"{side}_{ours}": f"mixamorig:{side.title()}{theirs}"
        for side in ("left", "right")
        for ours, theirs in (
            *zip(_PARTS, ("Arm", "ForeArm", "Hand", "UpLeg", "Leg", "Foot"), strict=True),
            ("foot", "ToeBase"), ("hand", "HandIndex1"), ("collar", "Shoulder"),
        )
    },
}  # fmt: skip
_UNREAL = {
    f"{side}_{ours}": f"{theirs}_{side[0]}"
    for side in ("left", "right")
    for ours, theirs in zip(_PARTS, ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot"), strict=True)
} | {f"{side}_{part}": f"{part}_{side[0]}x" for side in ("left", "right") for part in ("hand", "foot")}
_TRUNK = ("spine1", "spine2", "spine3", "neck", "left_collar", "right_collar")


def _read(text: str, **options: float) -> Dance:
    return bvh.bvh_to_dance(read_bvh(io.BytesIO(text.encode())), **options)


def _errors(fitted: Dance, recorded: Dance) -> np.ndarray:
    """[24] the greatest distance in metres of each joint, but for a constant height."""
    apart = (fitted.joints() - recorded.joints()).astype(np.float64)
    apart[..., 1] -= np.median(apart[:, 0, 1])
    return np.linalg.norm(apart, axis=-1).max(axis=0)


def _named(*names: str) -> list[int]:
    return [BODY.index(name) for name in names]


@pytest.mark.parametrize("names", [_SMPL, _MIXAMO, _UNREAL], ids=["smpl", "mixamo", "unreal"])
def test_a_bvh_of_our_body_becomes_the_dance_under_any_names(names) -> None:
    recorded = dance()
    errors = _errors(_read(bvh_text(recorded, names)), recorded)
    legs = _named("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "pelvis")
    assert errors[legs].max() < 2e-3
    assert np.delete(errors, _named("left_foot", "right_foot")).max() < 0.06  # shoulders without their collars


def test_the_real_rate_counts_not_that_of_the_header() -> None:
    recorded = dance(4.0)
    text = bvh_text(recorded, _SMPL, rate_hertz=120.0)
    assert len(_read(text)) == 30
    slow = _read(text, frame_rate=30.0)
    assert len(slow) == len(recorded)
    assert _errors(slow, recorded)[_named("left_ankle")] < 2e-3


def test_a_first_rest_pose_is_left_out() -> None:
    recorded = dance(4.0)
    joined = Dance.concatenate([standing(1), recorded])
    kept = _read(bvh_text(joined, _SMPL), first_frame=1)
    assert len(kept) == len(recorded)
    assert _errors(kept, recorded)[_named("left_knee")] < 2e-3


@pytest.mark.parametrize("options", [{"frame_rate": 0.0}, {"frame_rate": np.inf}, {"first_frame": 999}])
def test_rates_and_frames_that_cannot_be_are_refused(options) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _read(bvh_text(standing(), _SMPL), **options)
    assert refused.value.reason == "INVALID_BVH"


def test_the_head_turns_as_the_file_says() -> None:
    recorded = standing()
    rotations = recorded.rotations.copy()
    rotations[:, BODY.index("head")] = from_axis_angle(np.array([0.0, 0.9, 0.0]))
    fitted = _read(bvh_text(Dance(recorded.root, rotations), _MIXAMO))
    head = world_rotations(fitted.rotations)[0, BODY.index("head")]
    assert to_axis_angle(head) == pytest.approx([0, 0.9, 0], abs=0.02)


def test_a_rest_pose_that_lies_tells_nothing_and_spoils_nothing() -> None:
    recorded = dance()
    lying = from_axis_angle(np.array([np.pi / 2, 0.0, 0.0]))
    rig = replace(BODY, offsets=BODY.offsets @ lying.T)
    rotations = lying @ recorded.rotations.astype(np.float64) @ lying.T
    rotations[:, 0] = recorded.rotations[:, 0] @ lying.T
    fitted = _read(bvh_text(Dance(recorded.root, rotations.astype(np.float32)), _MIXAMO, rig=rig))
    errors = _errors(fitted, recorded)
    assert errors[_named("left_knee", "right_ankle", "pelvis", "spine3", "neck", "head")].max() < 2e-3
    assert np.median(np.abs(fitted.joints() - recorded.joints())[:, _named("left_foot", "right_foot"), ::2]) < 2e-3


def test_a_rest_pose_with_level_feet_stands_flat() -> None:
    """Feet in a file may be bones along the floor: then the toes of ours are where they are when it stands."""
    text = bvh_text(standing(), _MIXAMO).replace("OFFSET 0.000000 -5.000000 13.000000", "OFFSET 0.0 0.0 15.0")
    joints = _read(text).joints()
    assert joints[:, _named("left_foot", "right_foot"), 1] == pytest.approx(0.016, abs=1e-3)


def test_resampling_keeps_a_smooth_curve() -> None:
    times = np.arange(240) / 60
    curve = np.stack([np.sin(3 * times), np.cos(2 * times), times], axis=-1)
    wanted = np.arange(120) / 30
    assert resample(curve, 60.0) == pytest.approx(np.stack([np.sin(3 * wanted), np.cos(2 * wanted), wanted], -1))
    odd = resample(curve[::3], 20.0)
    wanted = np.arange(len(odd)) / 30
    assert odd == pytest.approx(np.stack([np.sin(3 * wanted), np.cos(2 * wanted), wanted], -1), abs=1e-3)
    assert resample(curve[:1], 60.0).shape == (1, 3)
    assert len(resample(curve[:2], 20.0)) == 2


def test_the_bodies_of_a_robot_become_the_dance() -> None:
    recorded = dance(seed=3)
    fitted = g1.g1_to_dance(robot(recorded))
    errors = _errors(fitted, recorded)
    assert errors[_named("left_knee", "right_knee", "left_ankle", "right_ankle")].max() < 2e-3
    assert np.median(np.abs(fitted.joints() - recorded.joints())[:, _named("left_foot", "right_foot")]) < 0.03  # no yaw
    assert np.delete(errors, _named("left_foot", "right_foot")).max() < 0.12  # no neck, no collars


def test_a_robots_elbow_that_overstretches_is_not_turned_over() -> None:
    recorded = standing(40)
    angles = to_axis_angle(recorded.rotations)
    angles[:, BODY.index("left_elbow"), 1] = np.linspace(-1.0, 0.4, 40)
    fitted = g1.g1_to_dance(robot(Dance(recorded.root, from_axis_angle(angles).astype(np.float32))))
    shoulder = to_axis_angle(
        np.swapaxes(fitted.rotations[:-1, BODY.index("left_shoulder")], -1, -2)
        @ fitted.rotations[1:, BODY.index("left_shoulder")]
    )
    assert np.linalg.norm(shoulder, axis=-1).max() < 0.1


def test_other_shapes_are_no_robot(tmp_path) -> None:
    with pytest.raises(InvalidInputError) as refused:
        g1.g1_to_dance(np.zeros((5, 29, 3)))
    assert refused.value.reason == "INVALID_G1"
    (tmp_path / "no.npz").write_bytes(b"nothing")
    with pytest.raises(InvalidInputError) as refused:
        g1.read_g1(tmp_path / "no.npz")
    assert refused.value.reason == "UNREADABLE_FILE"


def _aist(recorded: Dance, **other: object) -> io.BytesIO:
    """A file of AIST++: every frame twice, as it has 60 a second."""
    poses = to_axis_angle(np.repeat(recorded.rotations, 2, axis=0)).reshape(-1, 72)
    scale = 90.0
    content = {
        "smpl_poses": poses, "smpl_trans": np.repeat(recorded.root, 2, axis=0) * scale,
        "smpl_scaling": np.array([scale]), "smpl_loss": 1.5, **other,
    }  # fmt: skip
    return io.BytesIO(pickle.dumps(content))


def test_a_motion_of_aist_becomes_a_dance() -> None:
    recorded = dance()
    read = read_aist_motion(_aist(recorded))
    assert len(read) == len(recorded)
    trunk = _named("pelvis", *_TRUNK)
    assert np.allclose(read.rotations[:, trunk], recorded.rotations[:, trunk], atol=1e-4)
    way = np.diff(recorded.root, axis=0)[:, [0, 2]]
    assert np.diff(read.root, axis=0)[:, [0, 2]] == pytest.approx(way * 0.835 / 0.816, abs=1e-4)
    for joint in BODY.joints:
        turn = np.swapaxes(read.rotations[:, BODY.index(joint)], -1, -2) @ recorded.rotations[:, BODY.index(joint)]
        if "ankle" not in joint:
            assert np.degrees(np.linalg.norm(to_axis_angle(turn), axis=-1)).max() < 18, joint


def test_smpl_at_rest_stands_on_the_floor_with_its_feet_apart() -> None:
    upright = Dance(np.zeros((4, 3), np.float32), np.tile(np.eye(3, dtype=np.float32), (4, 24, 1, 1)))
    joints = read_aist_motion(_aist(upright)).joints()[0]
    assert joints[_named("left_ankle", "right_ankle"), 1] == pytest.approx(0.066, abs=1e-3)
    assert joints[BODY.index("left_ankle"), 0] == pytest.approx(0.085 + 0.03, abs=0.01)
    assert joints[BODY.index("left_foot"), 2] > joints[BODY.index("left_ankle"), 2] + 0.1


def _numbers(poses: tuple[int, ...], path: tuple[int, ...], scale: float) -> dict[str, np.ndarray]:
    return {"smpl_poses": np.zeros(poses), "smpl_trans": np.ones(path), "smpl_scaling": np.array([scale])}


class _Hostile:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch /tmp/never",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (_Hostile(), "UNSAFE_PICKLE"),
        ({"smpl_poses": _Hostile()}, "UNSAFE_PICKLE"),
        ([1, 2], "INVALID_AIST"),
        ({}, "INVALID_AIST"),
        (_numbers((3, 71), (3, 3), 1.0), "INVALID_AIST"),
        (_numbers((0, 72), (0, 3), 1.0), "INVALID_AIST"),
        (_numbers((), (), 1.0), "INVALID_AIST"),
        (_numbers((3, 72), (2, 3), 1.0), "INVALID_AIST"),
        (_numbers((3, 72), (3, 3), 0.0), "INVALID_AIST"),
        (_numbers((3, 72), (3, 3), np.nan), "INVALID_AIST"),
        (_numbers((3, 72), (3, 3), 1e-300), "INVALID_AIST"),
        ({"smpl_poses": "no", "smpl_trans": np.zeros((3, 3)), "smpl_scaling": np.ones(1)}, "INVALID_AIST"),
    ],
)
def test_pickles_that_are_no_motion_are_refused_unrun(content, reason) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_aist_motion(io.BytesIO(pickle.dumps(content)))
    assert refused.value.reason == reason


def test_fitting_the_joints_of_an_aist_dance_gives_its_directions_back() -> None:
    read = read_aist_motion(_aist(dance(seed=2)))
    assert np.delete(_errors(fit_body(landmarks_of(read)), read), _named("left_foot", "right_foot")).max() < 2e-3
