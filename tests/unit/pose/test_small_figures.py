"""Dancers far from the camera, and rooms without anybody."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from eightcount_common.errors import UnusableMediaError
from eightcount_pose.detection.closer_looks import list_parts
from eightcount_pose.extraction import Chunk, extract
from eightcount_pose.models import Variant
from tests.data.media import dancer_pictures, moving_square, write_video

LIMBS = slice(11, 33)
DANCER_HEIGHT = 400
"""Of the dancer in dancer.avi, in pixels, about."""


def motion_of(path, engine):
    with path.open("rb") as file:
        events = list(extract(file, engine, variant=Variant.LITE, check=lambda: None))
    chunks = [event.motion for event in events if isinstance(event, Chunk)]
    return np.concatenate([chunk.image for chunk in chunks]), events[-1]


def place(images, *, size, share, at):
    """The same images at `share` of the frame's shorter side, in a dim frame, and their scale."""
    scale = share * min(size) / DANCER_HEIGHT
    placed = []
    for image in images:
        small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        frame = np.full((size[1], size[0], 3), 70, np.uint8)
        frame[at[1] : at[1] + small.shape[0], at[0] : at[0] + small.shape[1]] = small
        placed.append(frame)
    return placed, scale


@pytest.fixture(scope="module")
def images():
    return dancer_pictures(seconds=0.4, start=20.0)[1]


@pytest.mark.parametrize("share", [0.2, 0.15, 0.12])
@pytest.mark.parametrize(("size", "at"), [((1920, 1080), (300, 700)), ((1080, 1920), (700, 1200))])
def test_a_small_figure_is_found_in_every_frame_where_a_large_one_is(tmp_path, lite, images, share, size, at):
    near, _ = motion_of(write_video(tmp_path / "near.mp4", images), lite)
    placed, scale = place(images, size=size, share=share, at=at)
    far, end = motion_of(write_video(tmp_path / "far.mp4", placed, options={"preset": "ultrafast"}), lite)
    assert end.frames_with_dancer == end.frames == len(images)
    expected = near[:, LIMBS] * scale + at
    assert np.median(np.linalg.norm(far[:, LIMBS] - expected, axis=-1)) < 0.03 * share * min(size)


def test_the_larger_of_two_small_figures_is_followed(tmp_path, lite, images):
    large, scale = place(images, size=(1920, 1080), share=0.2, at=(900, 600))
    small, _ = place(images, size=(1920, 1080), share=0.13, at=(100, 100))
    both = [
        np.where((frame == 70).all(axis=2, keepdims=True), other, frame)
        for frame, other in zip(large, small, strict=True)
    ]
    found, end = motion_of(write_video(tmp_path / "two.mp4", both, options={"preset": "ultrafast"}), lite)
    assert end.frames_with_dancer == len(images)
    assert np.all(np.abs(found[:, LIMBS].mean(axis=1)[:, 0] - 900 - 260 * scale) < 120 * scale)


def test_an_empty_room_does_not_become_a_dancer(tmp_path, lite):
    _, images = dancer_pictures(seconds=40.0)
    room = np.median(np.stack(images[::40]), axis=0).astype(np.uint8)
    noise = np.random.default_rng(2)
    empty = [cv2.resize(room[:, 300:], (872, 1984)) for _ in range(6)]
    empty = [np.clip(frame + noise.normal(0, 3, frame.shape), 0, 255).astype(np.uint8) for frame in empty]
    for name, frames in (("room", empty), ("square", moving_square(6, size=(1280, 720)))):
        path = write_video(tmp_path / f"{name}.mp4", frames, times=lambda index: index * 1.1)
        with pytest.raises(UnusableMediaError) as caught:
            motion_of(path, lite)
        assert caught.value.reason == "NO_PERSON"


def test_parts_cover_the_frame_and_overlap():
    parts = list_parts((1920, 1080), 0.6)
    covered = np.zeros((1080, 1920), int)
    for part in parts:
        left, top = round(part.x - part.side / 2), round(part.y - part.side / 2)
        covered[top : top + round(part.side), left : left + round(part.side)] += 1
    assert covered.min() >= 1
    assert len(parts) == 15


def test_parts_that_show_no_more_than_the_whole_are_not_looked_at():
    assert list_parts((540, 518), 1.0) == ()
    assert list_parts((480, 360), 0.4) == ()
