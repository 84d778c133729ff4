from __future__ import annotations

import io
import pickle

import numpy as np
import pytest

from eightcount_common.errors import InvalidInputError
from eightcount_common.importing.aist import read_keypoints2d, read_keypoints3d, read_normalised_clip
from eightcount_common.importing.aist_names import GENRES, AistName
from eightcount_common.skeletons import COCO_17

STANDING = np.zeros((17, 3))
"""A dancer who faces +z, y up, in centimetres: the left hand out to +x, the nose in front."""
for _side, _sign in (("left", 1), ("right", -1)):
    for _part, _x, _y in (
        ("shoulder", 20, 140), ("elbow", 45, 140), ("wrist", 70, 140), ("hip", 12, 90), ("knee", 12, 48),
        ("ankle", 12, 6),
    ):  # fmt: skip
        STANDING[COCO_17.index(f"{_side}_{_part}")] = 100 + _sign * _x, _y, 50
STANDING[COCO_17.index("nose")] = 100, 165, 62


def file_of(content: object) -> io.BytesIO:
    return io.BytesIO(pickle.dumps(content, 4))


def content2d(frames: int = 4) -> dict[str, np.ndarray]:
    keypoints = np.random.default_rng(0).uniform(1, 1000, (9, frames, 17, 3)).astype(np.float32)
    keypoints[..., 2] /= 1000
    timestamps = (np.arange(frames) * 16_667).astype(np.int64)
    return {"keypoints2d": keypoints, "det_scores": np.ones((9, frames), np.float32), "timestamps": timestamps}


def content3d(frames: int = 3) -> dict[str, np.ndarray]:
    keypoints = np.repeat(STANDING[None], frames, axis=0)
    return {"keypoints3d": keypoints + 1000, "keypoints3d_optim": keypoints}


def test_a_name_says_style_performer_choreography_music_and_take() -> None:
    name = AistName.parse("gBR_sBM_c01_d04_mBR0_ch01.mp4")
    assert name == AistName("BR", "BM", "c01", "d04", "mBR0", "ch01")
    assert name.style == "break"
    assert name.choreography == "gBR_sBM_ch01"
    assert name.take == "gBR_sBM_cAll_d04_mBR0_ch01"
    assert str(name) == "gBR_sBM_c01_d04_mBR0_ch01"


def test_one_choreography_is_danced_by_several_and_to_several_pieces_of_music() -> None:
    one, other = AistName.parse("gJS_sBM_cAll_d01_mJS0_ch03"), AistName.parse("gJS_sBM_cAll_d02_mJS4_ch03")
    assert one.choreography == other.choreography
    assert one.choreography != AistName.parse("gJS_sFM_cAll_d01_mJS0_ch03").choreography
    assert one.choreography != AistName.parse("gJB_sBM_cAll_d07_mJB0_ch03").choreography


def test_all_cameras_together_are_no_camera() -> None:
    assert AistName.parse("gHO_sFM_cAll_d19_mHO0_ch01").camera == ""
    assert AistName.parse("gLO_sGR_c10_d13_d14_d15_mLO2_ch01").performer == "d13_d14_d15"


def test_every_genre_has_a_style() -> None:
    assert len(set(GENRES.values())) == 10
    for genre, style in GENRES.items():
        assert AistName.parse(f"g{genre}_sBM_cAll_d01_m{genre}0_ch01").style == style


@pytest.mark.parametrize(
    "name",
    [
        "", "clip", "gBR_sBM_c01_d04_mBR0", "gXX_sBM_c01_d04_mBR0_ch01", "gBR_sXX_c01_d04_mBR0_ch01",
        "gBR_sBM_c1_d04_mBR0_ch01", "gBR_sBM_c01_d04_mBR0_ch01_more", "../gBR_sBM_c01_d04_mBR0_ch01",
    ],
)  # fmt: skip
def test_other_names_are_refused(name) -> None:
    with pytest.raises(InvalidInputError) as raised:
        AistName.parse(name)
    assert raised.value.reason == "INVALID_AIST_NAME"


def test_a_body_in_space_is_brought_to_metres_with_left_on_the_right_and_feet_down() -> None:
    motion = read_keypoints3d(file_of(content3d()))
    at = {name: motion.world[0, position] for position, name in enumerate(COCO_17.keypoints)}
    np.testing.assert_allclose(at["left_hip"] + at["right_hip"], 0, atol=1e-6)
    np.testing.assert_allclose(at["left_wrist"], [0.70, -0.50, 0], atol=1e-6)
    np.testing.assert_allclose(at["right_ankle"], [-0.12, 0.84, 0], atol=1e-6)
    assert at["nose"][2] == pytest.approx(-0.12), "who faces the viewer has the nose nearer to the viewer"
    np.testing.assert_allclose(motion.timestamps, [0, 1 / 60, 2 / 60])
    assert np.isnan(motion.image).all()
    assert (motion.visibility == 1).all()


def test_the_keypoints_triangulated_frame_by_frame_can_be_read_too() -> None:
    content = content3d()
    content["keypoints3d_optim"][:] = np.nan
    assert not read_keypoints3d(file_of(content)).found.any()
    assert read_keypoints3d(file_of(content), optimised=False).found.all()


def test_keypoints_that_are_not_known_are_not_seen() -> None:
    content = content3d()
    content["keypoints3d_optim"][1, COCO_17.index("left_wrist"), 1] = np.nan
    content["keypoints3d_optim"][2, COCO_17.index("left_hip")] = np.nan
    motion = read_keypoints3d(file_of(content))
    assert np.isnan(motion.world[1, COCO_17.index("left_wrist")]).all()
    assert motion.visibility[1].sum() == 16
    assert np.isnan(motion.world[2]).all(), "without hips there is no origin"


@pytest.mark.parametrize("camera", ["c01", "c09"])
def test_a_camera_sees_pixels_at_its_own_times(camera) -> None:
    content = content2d()
    motion = read_keypoints2d(file_of(content), camera=camera)
    seen = content["keypoints2d"][int(camera[1:]) - 1]
    np.testing.assert_array_equal(motion.image, seen[..., :2])
    np.testing.assert_array_equal(motion.visibility, seen[..., 2])
    np.testing.assert_allclose(motion.timestamps, [0, 0.016667, 0.033334, 0.050001])
    assert np.isnan(motion.world).all()
    assert motion.image_size == (1920, 1080)


def test_frames_without_a_detection_have_no_dancer() -> None:
    content = content2d()
    content["det_scores"][0, 1] = 0
    content["keypoints2d"][0, 2] = np.nan
    motion = read_keypoints2d(file_of(content))
    np.testing.assert_array_equal(motion.found, [True, False, False, True])
    np.testing.assert_array_equal(motion.visibility.max(axis=1) > 0, [True, False, False, True])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("keypoints2d", np.zeros((8, 4, 17, 3))),
        ("keypoints2d", np.zeros((9, 4, 16, 3))),
        ("keypoints2d", np.zeros((9, 0, 17, 3))),
        ("keypoints2d", [[1, 2]]),
        ("keypoints2d", np.full((9, 4, 17, 3), "x")),
        ("det_scores", np.zeros((9, 3))),
        ("timestamps", np.arange(5)),
        ("timestamps", np.zeros(4)),
    ],
)
def test_arrays_of_other_shapes_and_kinds_are_refused(name, value) -> None:
    with pytest.raises(InvalidInputError):
        read_keypoints2d(file_of({**content2d(), name: value}))


def test_other_content_is_refused() -> None:
    for content in ([1], {}, {"keypoints3d": np.zeros((2, 17, 3))}):
        with pytest.raises(InvalidInputError) as raised:
            read_keypoints3d(file_of(content))
        assert raised.value.reason == "INVALID_AIST"
    with pytest.raises(InvalidInputError, match="c01 to c09"):
        read_keypoints2d(file_of(content2d()), camera="c10")


def test_a_normalised_clip_keeps_its_unit_and_has_y_down() -> None:
    values = np.random.default_rng(0).normal(size=(5, 34))
    values[2, 6] = np.nan
    file = io.BytesIO()
    np.save(file, values)
    file.seek(0)
    motion = read_normalised_clip(file)
    np.testing.assert_allclose(motion.image[0], values[0].reshape(17, 2), rtol=1e-6)
    assert np.isnan(motion.image[2, 3]).all()
    assert motion.visibility[2, 3] == 0
    assert np.isnan(motion.world).all()
    np.testing.assert_allclose(motion.timestamps, np.arange(5) / 60)


@pytest.mark.parametrize(
    "values", [np.zeros((5, 33)), np.zeros((0, 34)), np.zeros(34), np.full((2, 34), "a"), np.array([None])]
)
def test_other_arrays_are_no_clip(values) -> None:
    file = io.BytesIO()
    np.save(file, values)
    with pytest.raises(InvalidInputError):
        read_normalised_clip(io.BytesIO(file.getvalue()))


def test_a_clip_cut_short_or_larger_than_its_file_is_refused() -> None:
    file = io.BytesIO()
    np.save(file, np.zeros((5, 34)))
    data = file.getvalue()
    for end in (0, 5, 40, len(data) - 1):
        with pytest.raises(InvalidInputError):
            read_normalised_clip(io.BytesIO(data[:end]))
    with pytest.raises(InvalidInputError) as raised:
        read_normalised_clip(io.BytesIO(data.replace(b"(5, 34), }", b"(9999999999999, 34), }")))
    assert raised.value.reason == "INVALID_ARRAY"
