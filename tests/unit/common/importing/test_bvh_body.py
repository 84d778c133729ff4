from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.bvh import read_bvh
from eightcount_common.importing.bvh_body import LEG_METRES, extract_body
from eightcount_common.motion import MotionSequence
from eightcount_common.skeletons import BODY_12
from tests.unit.common.importing.bvh_texts import ARM, MIXAMO, body


def motion_of(text: str, **options: float) -> MotionSequence:
    return extract_body(read_bvh(io.BytesIO(text.encode())), **options)


def test_a_dancer_who_faces_the_viewer_has_the_left_hand_on_the_right_and_the_feet_down() -> None:
    motion = motion_of(body())
    at = {name: motion.world[0, position] for position, name in enumerate(BODY_12.keypoints)}
    assert at["left_wrist"][0] > 0 > at["right_wrist"][0]
    assert at["left_ankle"][1] > at["left_knee"][1] > at["left_hip"][1] > at["left_shoulder"][1]
    assert at["left_wrist"][2] < at["left_elbow"][2] - 0.1, "the forearm bent forward points at the viewer"
    assert at["right_wrist"][2] == pytest.approx(at["right_elbow"][2])


def test_nothing_is_mirrored() -> None:
    bvh = read_bvh(io.BytesIO(body().encode()))
    columns = [bvh.joints.index(name) for name in ("LeftForeArm", "LeftHand", "LeftUpLeg", "LeftFoot")]
    before = bvh.positions()[0, columns]
    world = extract_body(bvh, scale=1).world[0]
    after = world[BODY_12.indices(["left_elbow", "left_wrist", "left_hip", "left_ankle"])]
    volume = [np.linalg.det(np.diff(points, axis=0)) for points in (before, after)]
    assert volume[0] != 0
    assert volume[1] == pytest.approx(volume[0])


def test_the_origin_is_between_the_hips_in_every_frame() -> None:
    world = motion_of(body(frames=4)).world
    hips = world[:, BODY_12.indices(["left_hip", "right_hip"])].mean(axis=1)
    np.testing.assert_allclose(hips, 0, atol=1e-7)
    np.testing.assert_allclose(world[3], world[0], atol=1e-6)


def test_an_unknown_unit_is_told_by_the_legs_and_a_known_one_is_kept() -> None:
    world = motion_of(body()).world
    assert world[0, BODY_12.index("left_ankle"), 1] == pytest.approx(LEG_METRES)
    assert motion_of(body(), scale=0.01).world[0, BODY_12.index("left_ankle"), 1] == pytest.approx(0.04)


def test_the_frame_rate_given_stands_in_for_the_headers() -> None:
    text = body(frames=3, frame_time=1 / 120)
    np.testing.assert_allclose(motion_of(text).timestamps, [0, 1 / 120, 2 / 120])
    np.testing.assert_allclose(motion_of(text, frame_rate=60).timestamps, [0, 1 / 60, 2 / 60])


def test_the_motion_has_no_image_and_everything_is_seen() -> None:
    motion = motion_of(body())
    assert np.isnan(motion.image).all()
    assert (motion.visibility == 1).all()
    assert motion.found.all()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("mixamorig:{side}{part}", MIXAMO),
        ("mixamorig9:{side}{part}", MIXAMO),
        ("Character1_{side}{part}", MIXAMO),
        ("{side}{part}", ("Arm", "ForeArm", "Hand", "Thigh", "Shin", "Foot")),
        ("{side}{part}", ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")),
        ("{side}{part}", ("UpperArm", "ForeArm", "Hand", "UpperLeg", "LowerLeg", "Foot")),
        ("{side}{part}", ("UpArm", "LowArm", "Hand", "UpLeg", "LowLeg", "Foot")),
        ("{side}_{part}", ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")),
        ("{s}_{part}", ("Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")),
        ("{s}{part}", ("Shldr", "ForeArm", "Hand", "Thigh", "Shin", "Foot")),
        ("Bip01 {s} {part}", ("UpperArm", "Forearm", "Hand", "Thigh", "Calf", "Foot")),
        ("J_Bip_{s}_{part}", ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")),
        ("{s}{part}", ("humerus", "radius", "wrist", "femur", "tibia", "foot")),
        ("{part}_{s}", ("upperarm", "lowerarm", "hand", "thigh", "calf", "foot")),
        ("{part}.{s}", ("upper_arm", "forearm", "hand", "thigh", "shin", "foot")),
        ("{part}_{s}", ("UpperArm", "LowerArm", "Hand", "UpperLeg", "LowerLeg", "Foot")),
    ],
)
def test_the_common_conventions_of_names_are_known(name, parts) -> None:
    np.testing.assert_array_equal(motion_of(body(parts, name=name)).world, motion_of(body()).world)


def test_unknown_names_are_refused_and_named() -> None:
    with pytest.raises(InvalidInputError, match="hip, knee") as raised:
        motion_of(ARM)
    assert raised.value.reason == "SKELETON_UNKNOWN"


@pytest.mark.parametrize("options", [{"frame_rate": 0}, {"frame_rate": np.nan}, {"scale": -1}, {"scale": np.inf}])
def test_senseless_options_are_refused(options) -> None:
    with pytest.raises(InvalidInputError, match="above zero"):
        motion_of(body(), **options)


def test_a_body_of_no_length_or_of_no_end_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no length"):
        motion_of(body().replace(" -2 0\n", " 0 0\n"))
    with pytest.raises(InvalidInputError, match="too large"):
        motion_of(body(), scale=1e300)
