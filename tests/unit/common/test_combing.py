"""Interlaced frames that no flag marks are found by their combs; stripes and ordinary movement are not."""

from __future__ import annotations

import io

import numpy as np
import pytest

from eightcount_common.media.combing import find_unmarked_field_order
from eightcount_common.media.video import open_video
from eightcount_common.media.video_pass import VideoPass
from tests.data.media import Pictures, write_video
from tests.data.presentations import weave_fields


def moving_ball(count: int) -> Pictures:
    """A textured disc that moves over a gradient."""
    y, x = np.mgrid[:120, :160]
    pictures = []
    for index in range(count):
        inside = (x - 30 - 3 * index % 100) ** 2 + (y - 60) ** 2 < 600
        picture = np.where(inside, 200, 40 + x // 4).astype(np.uint8)
        pictures.append(picture[..., None].repeat(3, 2))
    return pictures


def moving_stripes(period: float) -> Pictures:
    """A striped square that moves: rows of the same brightness lie `period` rows apart."""
    stripes = np.where((np.arange(60) // (period / 2)).astype(int) % 2, 220, 30).astype(np.uint8)
    pictures = []
    for index in range(30):
        picture = np.full((120, 160, 3), 90, np.uint8)
        top, left = 10 + 3 * index % 40, 10 + 7 * index % 80
        picture[top : top + 60, left : left + 60] = stripes[:, None, None]
        pictures.append(picture)
    return pictures


def order_of(path) -> str | None:
    with path.open("rb") as file, VideoPass(file, quick=True) as reading:
        return find_unmarked_field_order(next(reading.sections()).frames)


@pytest.mark.parametrize("order", ["tff", "bff"])
def test_unmarked_fields_are_found_and_woven(tmp_path, order):
    woven = weave_fields(moving_ball(50), order)
    path = write_video(tmp_path / "woven.mp4", woven)
    assert order_of(path) == order
    with open_video(io.BytesIO(path.read_bytes())) as reader:
        frames = [frame.to_rgb() for frame in reader.frames()]
        assert reader.unmarked_field_order == order
    assert len(frames) == len(woven)
    combs = [np.abs(np.diff(image[..., 0].astype(int), 2, axis=0)).mean() for image in (woven[10], frames[10])]
    assert combs[1] < 0.5 * combs[0]


@pytest.mark.parametrize("pictures", [moving_ball(30), [moving_ball(1)[0]] * 30, *map(moving_stripes, (2, 3, 4, 6))])
def test_movement_and_stripes_are_not_taken_for_fields(tmp_path, pictures):
    assert order_of(write_video(tmp_path / "plain.mp4", pictures)) is None
