"""Every pixel format, colour tag, field order and change in mid-file shows what is meant to be seen."""

from __future__ import annotations

from fractions import Fraction

import cv2
import numpy as np
import pytest

from eightcount_common.media.formats import describe_colours, is_high_dynamic_range
from eightcount_common.media.presentation import Size
from eightcount_common.media.scaling import scale_frame
from eightcount_common.media.video import open_video
from eightcount_pose.decoding.planes import view_planes
from tests.data.presentations import (
    MARKERS,
    SIZE,
    Encoding,
    build_view,
    draw_markers,
    find_markers,
    read_images,
    store,
    write_stored,
)
from tests.unit.pose.test_presentation import check_everywhere, check_places, write_seen

BT709, BT601, BT2020 = 1, 6, 9
FULL = 2
X265 = {"x265-params": "log-level=none"}

FORMATS = [
    Encoding("mp4", "libx264", "yuv422p", options={"crf": "12"}),
    Encoding("mp4", "libx264", "yuv444p", options={"crf": "12"}),
    Encoding("mp4", "libx264", "yuv420p10le", options={"crf": "12"}),
    Encoding("mp4", "libx265", "yuv420p10le", options=X265),
    Encoding("mp4", "libx265", "yuv422p10le", options=X265),
    Encoding("mp4", "libx264", "nv12", options={"crf": "12"}),
    Encoding("mov", "prores_ks", "yuv422p10le"),
    Encoding("mov", "prores_ks", "yuva444p10le"),
    Encoding("mov", "png", "rgb24"),
    Encoding("mov", "png", "rgba"),
    Encoding("mov", "qtrle", "rgb24"),
    Encoding("mov", "qtrle", "argb"),
    Encoding("avi", "mjpeg", "yuvj420p", options={"qscale": "2"}),
    Encoding("avi", "mjpeg", "yuvj444p", options={"qscale": "2"}),
    Encoding("avi", "utvideo", "gbrp"),
    Encoding("avi", "huffyuv", "yuv422p"),
    Encoding("mkv", "ffv1", "yuv411p"),
    Encoding("mkv", "ffv1", "bgr0"),
    Encoding("mkv", "ffv1", "yuv444p16le"),
    Encoding("mkv", "ffv1", "yuva420p"),
    Encoding("mkv", "libx264rgb", "rgb24", options={"crf": "8"}),
    Encoding("webm", "libvpx-vp9", "yuva420p", options={"crf": "16", "b": "0"}),
    Encoding("webm", "libvpx", "yuva420p", options={"crf": "8", "b": "4M", "auto-alt-ref": "0"}),
]


@pytest.mark.parametrize("encoding", FORMATS, ids=str)
def test_every_format_of_pixels_is_seen_alike(tmp_path, encoding):
    path = write_seen(tmp_path / f"clip.{encoding.suffix}", build_view(), encoding)
    check_everywhere(path)
    seen = read_images(path.read_bytes())[2]
    assert np.abs(seen.astype(int) - draw_markers()).mean() < 6


@pytest.mark.parametrize("pixels", ["gray", "gray10le", "gray12le"])
def test_grey_videos_are_seen_in_their_brightness(tmp_path, pixels):
    path = write_seen(tmp_path / "clip.mkv", build_view(), Encoding("mkv", "ffv1", pixels))
    check_everywhere(path, names=("white",))
    seen = read_images(path.read_bytes())[2]
    assert np.abs(seen[..., 0].astype(int) - cv2.cvtColor(draw_markers(), cv2.COLOR_RGB2GRAY)).mean() < 3


@pytest.mark.parametrize(
    "codec", [("mov", "png", "rgba"), ("mov", "qtrle", "argb"), ("mov", "prores_ks", "yuva444p10le")]
)
def test_what_lies_under_transparent_pixels_is_not_seen(tmp_path, codec):
    image = np.dstack([draw_markers(), np.full(SIZE[::-1], 255, np.uint8)])
    image[:, :40] = (0, 255, 0, 0)
    path = write_stored(tmp_path / "clip.mov", [image] * 6, build_view(), Encoding(*codec))
    check_everywhere(path)
    assert np.abs(read_images(path.read_bytes())[2][:, 4:36].astype(int) - 128).max() < 12


# --- colours ---

TAGS = [(matrix, wide) for matrix in (BT601, BT709, BT2020) for wide in (1, FULL)]


@pytest.mark.parametrize("encoding", [("libx264", "yuv420p"), ("libx265", "yuv420p10le"), ("libx264", "yuv444p")])
@pytest.mark.parametrize(("matrix", "wide"), TAGS)
def test_every_matrix_and_range_gives_the_same_colours(tmp_path, matrix, wide, encoding):
    tags = {"colorspace": matrix, "color_range": wide}
    options = X265 if encoding[0] == "libx265" else {"crf": "10"}
    path = write_seen(tmp_path / "clip.mp4", build_view(), Encoding("mp4", *encoding, options=options, colours=tags))
    with path.open("rb") as file, open_video(file) as reader:
        frame = list(reader.frames())[2]
        assert describe_colours(frame.plain).full_range == (wide == FULL)
        planes = view_planes(frame)
        cut = view_colours(planes)
        panel = scale_frame(frame, SIZE)
        rgb = frame.to_rgb()
    for name, place in MARKERS.items():
        column, row = place
        expected = draw_markers()[row, column].astype(int)
        assert np.abs(rgb[row, column].astype(int) - expected).max() < 14, name
        assert np.abs(cut[row, column] - expected).max() < 14, name
        y, cb, cr = (
            panel[0][row, column],
            panel[1][row // 2, column // 2] - 128.0,
            panel[2][row // 2, column // 2] - 128.0,
        )
        luma = (y - 16.0) * 255 / 219
        shown = np.array([luma + 1.793 * cr, luma - 0.213 * cb - 0.533 * cr, luma + 2.112 * cb])
        assert np.abs(np.clip(shown, 0, 255) - expected).max() < 16, name


def view_colours(planes):
    """The networks' colours of the whole frame, as 0 to 255."""
    height, width = planes.planes[0].shape
    layers = [cv2.resize(plane, (width, height), interpolation=cv2.INTER_NEAREST) for plane in planes.planes]
    rgb = cv2.transform(np.dstack(layers).astype(np.float32), planes.to_rgb)
    return np.rint(np.clip(rgb, 0, 1) * 255).astype(int)


@pytest.mark.parametrize("transfer", [16, 18], ids=["pq", "hlg"])
def test_high_dynamic_range_is_seen_at_an_ordinary_brightness(tmp_path, transfer):
    """A scene whose white is at 203 nits and whose grey is at 26 nits (18 %)."""
    signals = {16: {"white": 0.58, "grey": 0.38}, 18: {"white": 0.75, "grey": 0.38}}[transfer]
    image = np.full((SIZE.height, SIZE.width, 3), round(255 * signals["grey"]), np.uint8)
    image[100:200, 200:400] = round(255 * signals["white"])
    tags = {"colorspace": BT2020, "color_range": 1, "color_trc": transfer, "color_primaries": 9}
    encoding = Encoding("mp4", "libx265", "yuv420p10le", options=X265, colours=tags)
    path = write_stored(tmp_path / "clip.mp4", [image] * 6, build_view(), encoding)
    with path.open("rb") as file, open_video(file) as reader:
        frame = next(reader.frames())
        assert is_high_dynamic_range(frame.stored)
        seen = frame.to_rgb()
    assert 165 < seen[150, 300].mean() <= 255
    assert 70 < seen[20, 20].mean() < 150


# --- odd sizes ---


@pytest.mark.parametrize("size", [(961, 541), (319, 181), (501, 282), (500, 281)])
@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("encoding", [("mkv", "ffv1", "yuv420p"), ("webm", "libvpx-vp9", "yuv420p")])
def test_odd_sizes_keep_their_last_row_and_column(tmp_path, size, rotation, encoding):
    options = {"crf": "10", "b": "0"} if "vp9" in encoding[1] else {}
    view = build_view(size=size, rotation=rotation)
    image = draw_markers(size)
    write = Encoding(encoding[0] if not rotation else "mkv", *encoding[1:], options=options)
    path = write_seen(tmp_path / f"clip.{write.suffix}", view, write, image=image)
    check_everywhere(path, size=Size(*size), within=2.5)
    assert read_images(path.read_bytes())[1].shape == (size[1], size[0], 3)


# --- interlaced ---


def weave_fields(order, count=8):
    """A bright bar that moves 12 pixels a field, as fields of both times in one image; and its place in each image."""
    images, places = [], []
    for index in range(count):
        fields = []
        for moment in (2 * index, 2 * index + 1):
            image = np.full((SIZE.height, SIZE.width, 3), 40, np.uint8)
            left = 60 + 12 * moment
            image[:, left : left + 60] = 220
            fields.append(image)
        woven = fields[0].copy()
        first = 0 if order == "tff" else 1
        woven[1 - first :: 2] = fields[1][1 - first :: 2]
        images.append(woven)
        places.append((60 + 24 * index, 60 + 24 * index + 12))
    return images, places


def measure_combs(image):
    """Share of brightness differences between neighbouring rows that every second row takes back."""
    luma = image.mean(axis=2)
    comb = np.abs(luma[1:-1] - (luma[:-2] + luma[2:]) / 2)
    return float((comb > 40).mean())


INTERLACED = [
    ("ts", "mpeg2video", "yuv420p", {"flags": "+ilme+ildct", "qscale": "2"}),
    ("mpg", "mpeg2video", "yuv420p", {"flags": "+ilme+ildct", "qscale": "2"}),
    ("mp4", "libx264", "yuv420p", {"flags": "+ilme+ildct", "crf": "12"}),
    ("ts", "libx264", "yuv420p", {"flags": "+ilme+ildct", "crf": "12"}),
    ("mov", "prores_ks", "yuv422p10le", {"flags": "+ildct"}),
]


@pytest.mark.parametrize("order", ["tff", "bff"])
@pytest.mark.parametrize(("suffix", "codec", "pixels", "options"), INTERLACED)
def test_interlaced_images_are_whole_at_the_time_of_their_first_field(tmp_path, suffix, codec, pixels, options, order):
    images, places = weave_fields(order)
    x264 = {"x264-params": f"{order}=1"} if codec == "libx264" else {}
    encoding = Encoding(suffix, codec, pixels, options={**options, **x264}, field_order=order)
    assert measure_combs(images[3]) > 0.02
    seen = read_images(write_stored(tmp_path / f"clip.{suffix}", images, build_view(), encoding).read_bytes())
    assert len(seen) == len(images)
    for image, (first, _) in list(zip(seen, places, strict=True))[1:-1]:
        assert measure_combs(image) < 0.004
        columns = np.nonzero(image[:, :, 1].mean(axis=0) > 130)[0]
        assert columns.mean() == pytest.approx(first + 29.5, abs=2.5)


@pytest.mark.parametrize("suffix", ["ts", "mp4"])
def test_reading_on_gives_the_same_whole_images(tmp_path, suffix):
    images, _ = weave_fields("tff", count=14)
    options = {"flags": "+ilme+ildct", "x264-params": "tff=1", "crf": "16", "g": "4"}
    encoding = Encoding(suffix, "libx264", options=options, field_order="tff")
    path = write_stored(tmp_path / f"clip.{suffix}", images, build_view(), encoding)
    with path.open("rb") as file, open_video(file) as reader:
        whole = [(frame.timestamp, frame.to_rgb()) for frame in reader.frames()]
    assert len(whole) == 14
    for index in (0, 4, 9, 12):
        with path.open("rb") as file, open_video(file) as reader:
            rest = [(frame.timestamp, frame.to_rgb()) for frame in reader.frames(after=whole[index][0])]
        assert [time for time, _ in rest] == [time for time, _ in whole[index + 1 :]]
        for (_, got), (_, expected) in zip(rest, whole[index + 1 :], strict=True):
            np.testing.assert_array_equal(got, expected)


# --- changes in mid-file ---


def join(tmp_path, suffix, views, *, encodings=None, images=None):
    """Two streams of one program, one after the other."""
    data = b""
    for index, view in enumerate(views):
        encoding = encodings[index] if encodings else Encoding(suffix, options={"crf": "12"})
        image = images[index] if images else draw_markers()
        part = tmp_path / f"{index}.{suffix}"
        write_stored(part, [store(image, view)] * 10, view, encoding, start_seconds=0.4 * index)
        data += part.read_bytes()
    path = tmp_path / f"joined.{suffix}"
    path.write_bytes(data)
    return path


def test_a_smaller_size_in_the_second_half_is_shown_as_large_as_before(tmp_path):
    small = build_view(size=(288, 144))
    check_everywhere(
        join(tmp_path, "ts", [build_view(), small], images=[draw_markers(), draw_markers((288, 144))]), index=-3
    )


def test_another_shape_in_the_second_half_keeps_its_proportions(tmp_path):
    upright = (216, 384)
    path = join(
        tmp_path, "ts", [build_view(), build_view(size=upright)], images=[draw_markers(), draw_markers(upright)]
    )
    first, last = (read_images(path.read_bytes())[index] for index in (2, -3))
    check_places(find_markers(first), MARKERS)
    assert last.shape == first.shape
    width = 288 * 216 / 384
    left = (SIZE.width - width) / 2
    expected = {name: (left + x * width / SIZE.width, y) for name, (x, y) in MARKERS.items()}
    check_places(find_markers(last), expected)
    assert last[:, : int(left) - 2].max() < 8
    with path.open("rb") as file, open_video(file) as reader:
        frame = list(reader.frames())[-3]
        panel = scale_frame(frame, (288, 144))[0]
        assert panel.shape == (144, 288)
        assert panel[:, : int(left / 2) - 4].max() < 30


def test_an_aspect_that_changes_is_followed(tmp_path):
    wide = build_view(aspect=Fraction(4, 3))
    encoding = Encoding("ts", options={"crf": "12"})
    square = build_view(size=wide.stored)
    path = join(
        tmp_path,
        "ts",
        [square, wide],
        encodings=[encoding, encoding],
        images=[draw_markers(wide.stored), draw_markers()],
    )
    images = read_images(path.read_bytes())
    check_places(find_markers(images[3]), {n: (x * 0.75, y) for n, (x, y) in MARKERS.items()})
    scale = 432 / 576
    top = (288 - 288 * scale) / 2
    check_places(find_markers(images[-3]), {n: (x * scale, top + y * scale) for n, (x, y) in MARKERS.items()})


def test_an_orientation_that_changes_is_followed(tmp_path):
    first, second = build_view(), build_view(rotation=180)
    turned = Encoding(
        "ts", options={"crf": "12"}, matrix=False, bitstream="h264_metadata=rotate=180:display_orientation=insert"
    )
    path = join(tmp_path, "ts", [first, second], encodings=[Encoding("ts", options={"crf": "12"}), turned])
    for index in (2, -3):
        check_places(find_markers(read_images(path.read_bytes())[index]), MARKERS)
