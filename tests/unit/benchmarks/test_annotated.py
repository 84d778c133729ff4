from __future__ import annotations

import json
from fractions import Fraction

import av
import numpy as np
import pytest

from eightcount_common.skeletons import BLAZEPOSE_33
from tests.benchmarks import annotated
from tests.benchmarks.annotated import as_video, read_annotated

TORSO = {"left_shoulder": (40, 20), "right_shoulder": (20, 20), "left_hip": (38, 60), "right_hip": (22, 60)}


def write_picture(path, *, codec: str) -> np.ndarray:
    """Write a random image as a file, and return its decoded pixels."""
    colours = np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8)
    frame = av.VideoFrame.from_ndarray(colours, format="rgb24")
    context = av.CodecContext.create(codec, "w")
    context.width, context.height, context.time_base = 64, 48, Fraction(1, 25)
    context.pix_fmt = "yuvj444p" if codec == "mjpeg" else "rgb24"
    path.write_bytes(b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)]))
    return decoded(path)[0]


def decoded(path) -> list[np.ndarray]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


@pytest.mark.parametrize(("codec", "picture"), [("mjpeg", "a.jpg"), ("png", "a.png")])
def test_a_picture_becomes_a_video_without_loss(tmp_path, codec, picture):
    wanted = write_picture(tmp_path / picture, codec=codec)
    frames = decoded(as_video(tmp_path / picture, tmp_path))
    assert len(frames) == 1
    np.testing.assert_array_equal(frames[0], wanted)


def coco(marks: dict[str, tuple[int, int]]) -> list[float]:
    return [value for x, y in marks.values() for value in (x, y, 2)]


def test_people_without_a_whole_torso_are_left_out(tmp_path, monkeypatch):
    names = [*TORSO, "nose"]
    hidden = coco(TORSO)
    hidden[2] = 0
    content = {
        "categories": [{"keypoints": names}], "images": [{"id": 7, "file_name": "a.jpg"}],
        "annotations": [{"image_id": 7, "keypoints": [*points, 30, 5, 2]} for points in (coco(TORSO), hidden)],
    }  # fmt: skip
    (tmp_path / "a.jpg").touch()
    (tmp_path / "marks.json").write_text(json.dumps(content))
    monkeypatch.setattr(annotated, "ANNOTATIONS", ("marks.json",))
    (picture,) = read_annotated(tmp_path)
    assert picture.people.shape == (1, 33, 2)
    np.testing.assert_array_equal(picture.people[0, BLAZEPOSE_33.index("left_hip")], [38, 60])
    assert np.isnan(picture.people[0, BLAZEPOSE_33.index("nose")]).all()


def test_a_pose_is_judged_by_the_person_it_lies_on(tmp_path):
    people = np.full((2, 33, 2), np.nan)
    people[0, BLAZEPOSE_33.indices(TORSO)] = list(TORSO.values())
    people[1] = people[0] + 100
    person, torso = annotated.AnnotatedImage(tmp_path / "a.jpg", people).nearest(np.nan_to_num(people[1]) + 5)
    np.testing.assert_array_equal(person, people[1])
    assert torso == pytest.approx(40)
