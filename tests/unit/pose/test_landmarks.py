from __future__ import annotations

import numpy as np

from eightcount_common.media.video import open_video
from eightcount_common.skeletons import BLAZEPOSE_33
from eightcount_pose.decoding.crops import cut_frame, cut_region
from eightcount_pose.decoding.planes import view_planes
from eightcount_pose.detection.landmarks import decode_pose
from eightcount_pose.engines.base import RegressorOutput
from eightcount_pose.models import Variant
from eightcount_pose.regions import Region
from eightcount_pose.tracking.tracker import DancerTracker, TrackState
from tests.data.media import dancer_video, moving_square, write_video

UPRIGHT = Region(500, 400, 256, 0.0)
FACTS = {
    "nose": (265.3, 150.2), "left_ear": (277.6, 144.3), "right_ear": (252.0, 145.8),
    "left_shoulder": (301.1, 193.3), "right_shoulder": (229.4, 190.0), "left_elbow": (305.4, 251.8),
    "right_elbow": (218.3, 247.1), "left_wrist": (303.4, 301.7), "left_hip": (280.1, 301.6),
    "right_hip": (241.1, 298.0), "left_knee": (277.3, 381.3), "right_knee": (237.6, 381.8),
    "left_ankle": (275.8, 453.3), "right_ankle": (240.9, 453.6), "right_foot_index": (238.9, 475.3),
}  # fmt: skip
"""Result of MediaPipe 1.2.2 (Pose Landmarker, lite network) for the first frame of dancer.avi, in pixels."""


def output(points: np.ndarray, *, heatmaps: np.ndarray | None = None, world: np.ndarray | None = None):
    raw = np.zeros((1, 39, 5), np.float32)
    raw[0, :, :2] = points
    return RegressorOutput(
        raw,
        np.ones(1, np.float32),
        np.full((1, 64, 64, 39), -100, np.float32) if heatmaps is None else heatmaps,
        np.zeros((1, 39, 3), np.float32) if world is None else world,
    )


def test_a_point_moves_to_the_centre_of_its_heatmap():
    heatmaps = np.full((1, 64, 64, 39), -100, np.float32)
    heatmaps[0, 34, 33, 0] = heatmaps[0, 34, 34, 0] = 10
    pose = decode_pose(output(np.full((39, 2), 128), heatmaps=heatmaps), 0, UPRIGHT)
    np.testing.assert_allclose(pose.image[0], [500 - 128 + 33.5 * 4, 400 - 128 + 34 * 4], atol=1e-3)
    np.testing.assert_allclose(pose.image[1], [500, 400], atol=1e-3)


def test_faint_heatmaps_and_points_outside_the_crop_change_nothing():
    heatmaps = np.full((1, 64, 64, 39), -1, np.float32)
    heatmaps[0, :, :, 1] = 10
    points = np.full((39, 2), 128)
    points[1] = [300, -20]
    pose = decode_pose(output(points, heatmaps=heatmaps), 0, UPRIGHT)
    np.testing.assert_allclose(pose.image[:2], [[500, 400], [672, 252]], atol=1e-3)


def test_landmarks_turn_back_with_the_region():
    points, world = np.full((39, 2), 128), np.zeros((1, 39, 3), np.float32)
    points[0], world[0, 0] = [128, 28], [0, -1, 0.5]
    pose = decode_pose(output(points, world=world), 0, Region(500, 400, 256, np.pi / 2))
    np.testing.assert_allclose(pose.image[0], [600, 400], atol=1e-3)
    np.testing.assert_allclose(pose.world[0], [1, 0, 0.5], atol=1e-6)


def first_frame(path):
    with path.open("rb") as file, open_video(file) as reader:
        return next(iter(reader.frames()))


def test_crops_from_the_planes_look_like_crops_from_rgb(tmp_path):
    frame = first_frame(write_video(tmp_path / "clip.mp4", moving_square(2, size=(224, 112))))
    whole, to_frame = cut_frame(view_planes(frame))
    np.testing.assert_allclose(to_frame @ [0, 0, 1], [0, -56], atol=1e-9)
    assert (whole[0, :50] < -0.98).all()  # black above a wide frame
    seen = (whole[0, 56:168] + 1) / 2 * 255
    assert np.abs(seen - frame.to_rgb().astype(float)).mean() < 3
    part = cut_region(view_planes(frame), Region(112, 56, 64, 0.0))
    centre = frame.to_rgb()[24:88, 80:144].astype(float).mean() / 255
    assert abs(part.mean() - centre) < 0.02


def test_landmarks_of_a_real_dancer_agree_with_mediapipe(lite):
    frame = first_frame(dancer_video())
    step = DancerTracker(lite).track_frame(view_planes(frame), timestamp=0.0, state=TrackState())
    assert step.pose is not None
    found = step.pose.image[BLAZEPOSE_33.indices(FACTS)]
    distance = np.linalg.norm(found - np.array(list(FACTS.values())), axis=1)
    assert np.median(distance) < 1.5
    assert distance.max() < 4


def test_every_variant_finds_the_same_dancer(engines, lite):
    frame = first_frame(dancer_video())
    expected = DancerTracker(lite).track_frame(view_planes(frame), timestamp=0.0, state=TrackState()).pose
    for variant in (Variant.FULL, Variant.HEAVY):
        tracker = DancerTracker(engines.create_engine(variant))
        pose = tracker.track_frame(view_planes(frame), timestamp=0.0, state=TrackState()).pose
        assert pose is not None
        assert np.median(np.linalg.norm(pose.image - expected.image, axis=1)) < 8
