from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.pose_measures import TORSO
from tests.benchmarks.pose_motions import Motion, empty_motion
from tests.benchmarks.pose_scene import MAN_LATE_FRAMES, Scene, Views, is_on_man
from tests.unit.benchmarks.test_cameras import camera_at

FRAMES = 12


def walker() -> np.ndarray:
    """[T, 33, 3] metres: a body of fixed shape, half a metre of torso, that walks."""
    shape = np.random.default_rng(0).uniform(-0.5, 0.5, (33, 3))
    shape[TORSO] = [[-0.2, 0.5, 0], [0.2, 0.5, 0], [-0.1, 0, 0], [0.1, 0, 0]]
    return shape + np.arange(FRAMES)[:, None, None] * np.array([0.02, 0.0, 0.01])


@pytest.fixture
def cameras():
    return [camera_at(angle) for angle in (0.2, 1.4, 3.0, 4.9)]


def seen(cameras, points) -> Views:
    times, ones = np.arange(FRAMES) / 60, np.ones((FRAMES, 33))
    return Views.of([Motion(times, camera.project(points), points, ones) for camera in cameras])


def test_the_truth_is_what_the_cameras_see_together(cameras):
    scene = Scene.of(cameras, seen(cameras, walker()), 60.0)
    np.testing.assert_allclose(scene.points, walker(), atol=1e-6)
    np.testing.assert_allclose(scene.seen[:, :, TORSO[2:]].mean(axis=2), 0, atol=1e-9)
    assert scene.torsos.shape == (4, 1, 1)


def test_a_pose_a_step_aside_is_somebody_else(cameras):
    scene = Scene.of(cameras, seen(cameras, walker()), 60.0)
    late = np.concatenate([walker()[:1]] * MAN_LATE_FRAMES + [walker()[:-MAN_LATE_FRAMES]])
    late[6:] += [0.0, 0.4, 0.0]
    his = is_on_man(scene, seen(cameras, late))
    assert his[:, : 6 - MAN_LATE_FRAMES].all()
    assert not his[:, 6 - MAN_LATE_FRAMES :].any()


def test_nobody_is_not_found():
    assert not empty_motion().found.any()
