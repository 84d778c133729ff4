from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.cameras import (
    Camera,
    align_cameras,
    read_qualisys,
    reprojection_errors,
    triangulate,
    triangulate_without_outlier,
)  # fmt: skip

FRAMES, JOINTS = 20, 12
CALIBRATION = """<?xml version='1.0'?>
<calibration><cameras><camera serial="one">
  <transform r11="0" r12="1" r13="0" r21="-1" r22="0" r23="0" r31="0" r32="0" r33="1" x="1000" y="0" z="3000"/>
  <intrinsic focalLengthU="64000" focalLengthV="64000" centerPointU="32000" centerPointV="64000"
    radialDistortion1="0" radialDistortion2="0" tangentalDistortion1="0" tangentalDistortion2="0"/>
</camera></cameras></calibration>
"""


def camera_at(angle: float, *, distance: float = 4.0) -> Camera:
    """A camera on a circle around the origin, a metre above it, with the scene's y up."""
    centre = np.array([distance * np.sin(angle), 1.0, distance * np.cos(angle)])
    away = -centre / np.linalg.norm(centre)
    right = np.cross(away, [0.0, 1.0, 0.0])
    right /= np.linalg.norm(right)
    return Camera(
        matrix=np.array([[1500.0, 0, 540], [0, 1510, 960], [0, 0, 1]]),
        distortion=np.array([-0.05, 0.14, 0.0006, 0.0007]),
        rotation=np.stack([right, np.cross(away, right), away]),
        centre=centre,
    )


@pytest.fixture
def cameras() -> list[Camera]:
    return [camera_at(angle) for angle in (0.2, 1.4, 3.0, 4.9)]


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(0).uniform(-0.8, 0.8, (FRAMES, JOINTS, 3))


@pytest.fixture
def pixels(cameras, points) -> np.ndarray:
    return np.stack([camera.project(points) for camera in cameras])


def test_points_come_back_from_what_the_cameras_see(cameras, points, pixels):
    np.testing.assert_allclose(triangulate(cameras, pixels, np.ones(pixels.shape[:-1])), points, atol=1e-6)


def test_a_camera_in_front_of_which_one_moves_right_sees_it_move_right(cameras):
    camera = cameras[0]
    right = camera.rotation[0]
    assert (camera.project(0.1 * right) - camera.project(np.zeros(3)))[0] > 0
    assert (camera.project(np.array([0, 0.1, 0])) - camera.project(np.zeros(3)))[1] < 0


def test_a_point_that_fewer_than_two_cameras_see_is_unknown(cameras, points, pixels):
    pixels[1:, 0, 0] = np.nan
    weights = np.ones(pixels.shape[:-1])
    weights[:3, 1, 1] = 0
    found = triangulate(cameras, pixels, weights)
    assert np.isnan(found[0, 0]).all()
    assert np.isnan(found[1, 1]).all()
    assert np.isfinite(found).all(axis=-1).sum() == FRAMES * JOINTS - 2


def test_a_distrusted_camera_pulls_less(cameras, points, pixels):
    pixels[2] += 30.0
    weights = np.ones(pixels.shape[:-1])
    trusted = np.linalg.norm(triangulate(cameras, pixels, weights) - points, axis=-1).mean()
    weights[2] = 0.1
    assert np.linalg.norm(triangulate(cameras, pixels, weights) - points, axis=-1).mean() < 0.2 * trusted


def test_one_wrong_camera_does_no_harm(cameras, points, pixels):
    pixels[3, :5] += [200.0, -120.0]
    found = triangulate_without_outlier(cameras, pixels, np.ones(pixels.shape[:-1]), limit=20.0)
    np.testing.assert_allclose(found, points, atol=1e-6)


def test_small_disagreement_keeps_every_camera(cameras, pixels):
    noisy = pixels + np.random.default_rng(1).normal(0, 2, pixels.shape)
    weights = np.ones(pixels.shape[:-1])
    kept = triangulate_without_outlier(cameras, noisy, weights, limit=40.0)
    np.testing.assert_array_equal(kept, triangulate(cameras, noisy, weights))


def test_the_others_find_the_camera_that_is_wrong(cameras, pixels):
    pixels[1, 7, 3] += [60.0, 80.0]
    misses = reprojection_errors(cameras, pixels, np.ones(pixels.shape[:-1]))
    assert misses[1, 7, 3] == pytest.approx(100, abs=1e-3)
    assert misses[:, :7].max() < 1e-4


def test_a_shifted_picture_is_moved_back(cameras, points, pixels):
    weights = np.ones(pixels.shape[:-1])
    pixels[0] += [20.0, 8.0]
    pixels += np.random.default_rng(2).normal(0, 1, pixels.shape)
    before = np.median(reprojection_errors(cameras, pixels, weights))
    moved = align_cameras(cameras, pixels, weights)
    assert before > 10
    assert np.median(reprojection_errors(moved, pixels, weights)) < 3
    shape = triangulate(moved, pixels, weights)
    drift = (shape - points).mean(axis=(0, 1))
    np.testing.assert_allclose(shape - drift, points, atol=0.03)


def test_a_qualisys_file_is_read_in_metres_and_pixels(tmp_path):
    file = tmp_path / "Calib.qca.txt"
    file.write_text(CALIBRATION)
    (camera,) = read_qualisys(file)
    np.testing.assert_allclose(camera.centre, [1, 0, 3])
    np.testing.assert_allclose(camera.matrix, [[1000, 0, 500], [0, 1000, 1000], [0, 0, 1]])
    assert np.linalg.det(camera.rotation) == pytest.approx(1)
    np.testing.assert_allclose(camera.project(np.array([1.0, 0.0, 0.0])), [500, 1000])
